/**
 * Places that cannot be written: full disks (a small tmpfs in a mount namespace of its own), somebody else's
 * directories, and what only root may do.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openYard, type Yard } from "./macvlab.ts";
import { noRoot } from "./privileged.ts";
import { expectNoStack, expectRefusal } from "./refused.ts";

const ENVIRONMENT = 3;
const NOBODY = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"];

let yard: Yard;
beforeEach(async () => {
  yard = await openYard();
});
afterEach(() => yard[Symbol.asyncDispose]());

/** Words that run a command with a file system of `size` on `path`, which vanishes with it. */
function onSmallDisk(path: string, size: string): string[] {
  const script = 'mount -t tmpfs -o "size=$2" macvlab-small "$1" && shift 2 && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", script, "sh", path, size];
}

describe.skipIf(noRoot)(`a full disk${noRoot}`, () => {
  test.each(["16k", "300k"])("of %s under the output directory ends the run with a sentence", async (size) => {
    const out = join(yard.directory, "small");
    await mkdir(out);
    const args = ["run", "pairings", "--kernel", "host", "--out", out];
    const says = [`"${out}`, "cannot be written: ENOSPC", "free some space, or choose another place with --out DIR"];
    await expectRefusal(yard, args, { code: ENVIRONMENT, says, through: onSmallDisk(out, size) });
  });

  test("under the cache ends the run with a sentence, and names the cache", async () => {
    const cache = join(yard.directory, "cache");
    await mkdir(cache);
    const options = { env: { MACVLAB_CACHE: cache }, through: onSmallDisk(cache, "20k") };
    const says = [cache, "not enough room", "MACVLAB_CACHE"];
    await expectRefusal(yard, ["run", "--kernel", "host"], { code: ENVIRONMENT, says, ...options });
  });
});

describe.skipIf(noRoot)(`as an ordinary user${noRoot}`, () => {
  test('kernel "host" is refused, naming what needs no privilege', async () => {
    const says = ['kernel "host" needs root', "sudo", "--kernel debian:SUITE/cloud"];
    const env = { MACVLAB_CACHE: join(yard.directory, "cache") };
    await expectRefusal(yard, ["run", "--kernel", "host"], { code: ENVIRONMENT, says, env, through: NOBODY });
  });

  test("an output directory of somebody else is refused", async () => {
    const out = join(yard.directory, "root's");
    await mkdir(out, { mode: 0o755 });
    const says = [`"${out}" cannot be written: EACCES`, "choose another place with --out DIR"];
    const options = { code: ENVIRONMENT, says, through: NOBODY };
    await expectRefusal(yard, ["run", "--kernel", "host", "--out", out], options);
  });

  test("an output directory that was there, with folders of its own that are somebody else's, is refused", async () => {
    const out = join(yard.directory, "shared");
    await mkdir(join(out, "captures"), { recursive: true });
    await mkdir(join(out, "console"));
    const options = { code: ENVIRONMENT, says: [`"${out}" cannot be written: EACCES`], through: NOBODY };
    await expectRefusal(yard, ["run", "--kernel", "host", "--out", out], options);
  });

  test("a cache of somebody else is refused", async () => {
    const cache = join(yard.directory, "cache");
    await mkdir(cache, { mode: 0o755 });
    const { code, stderr } = await yard.run(["run"], { env: { MACVLAB_CACHE: cache }, through: NOBODY });
    expect(code, stderr).toBe(ENVIRONMENT);
    expect(stderr).toContain(`the cache "${cache}" cannot be written`);
    expect(stderr).toContain("MACVLAB_CACHE");
    expectNoStack(stderr);
    expect(await yard.leftBehind()).toEqual([]);
  });
});

test.skipIf(noRoot)(`the running kernel's namespaces leave nothing outside them${noRoot}`, async () => {
  const { code, stderr } = await yard.run(["run", "basics", "--kernel", "host", "--out", "out"]);
  expect([0, 1], stderr).toContain(code);
  expect(await yard.leftBehind()).toEqual([]);
});

test.skipIf(noRoot)(`the running kernel is not traced, and says so before anything starts${noRoot}`, async () => {
  const says = ['--trace cannot be had on "host": it is the running kernel', "--kernel debian:SUITE/cloud"];
  await expectRefusal(yard, ["run", "pairings", "--kernel", "host", "--trace"], { code: 2, says });
});
