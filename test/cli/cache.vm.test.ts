/**
 * A cache that is filled for the first time: ended at every step, finished by the next run, damaged, mended. One cache
 * for all of it, in that order, since filling one takes the longest.
 */
import { readdirSync, truncateSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultKernelSpec } from "../../lab/kernels/index.ts";
import { openYard, type Yard } from "./macvlab.ts";
import { noRoot } from "./privileged.ts";
import { expectRefusal } from "./refused.ts";
import { ENDINGS, expectEnd, type Moment } from "./signals.ts";

const STEPS: readonly (readonly [string, Moment])[] = [
  ["the archive is asked", { within: 1_500 }],
  ["the kernel is fetched", { says: /: fetching/, within: 1_000 }],
  ["the image is built", { says: /: image/, within: 3_000 }],
];

let yard: Yard;
let cache: string;
let args: string[];
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  yard = await openYard();
  cache = join(yard.directory, "cache");
  env = { MACVLAB_CACHE: cache };
  args = ["run", "basics", "--filter", "default-mode-macvlan$", "--kernel", await defaultKernelSpec(), "--out", "out"];
});
afterAll(() => yard[Symbol.asyncDispose]());

describe("an empty cache", () => {
  test.each(STEPS)("while %s, whatever ends the run leaves nothing behind", async (_what, moment) => {
    for (const ending of ENDINGS) await expectEnd(yard, args, ending, moment, { env });
  });

  test("is filled by the next run, which sweeps up what the others left in it", async () => {
    const { code, stderr } = await yard.run(args, { env });
    expect(code, stderr).toBe(0);
    expect(await readdir(join(cache, "kernels"))).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(await yard.leftBehind()).toEqual([]);
  });

  test("is not filled again by the run after that", async () => {
    const { code, stderr } = await yard.run(args, { env });
    expect(code, stderr).toBe(0);
    expect(stderr).not.toMatch(/fetching|anew/);
  });
});

describe("a truncated file in the cache is made anew, which is said", () => {
  const find = (name: string) => {
    const paths = readdirSync(cache, { recursive: true, encoding: "utf8" });
    const found = paths.filter((path) => path.endsWith(`/${name}`) && !path.includes("scratch"));
    expect(found, name).toHaveLength(1);
    return join(cache, found[0] ?? "");
  };
  test.each([
    ["initramfs.cpio", /the image of debian:\S+: building it anew, .* damaged: "\S+" has 4096 of \d+ bytes/],
    ["vmlinux", /kernel debian:\S+: building it anew, .* damaged: "\S+" has 4096 of \d+ bytes/],
    ["macvlab-agent", /the agent: building it anew, .* damaged: "\S+" has 4096 of \d+ bytes/],
    ["vmlinuz", /cached kernel "\S+" is damaged \(vmlinuz has 4096 bytes instead of \d+\): thrown away[\s\S]*fetching/],
    ["macvlan.ko", /cached kernel "\S+" is damaged \(\S+\/macvlan.ko has 4096 bytes instead of \d+\): thrown away/],
  ])("%s", async (name, says) => {
    truncateSync(find(name), 4096);
    const { code, stderr } = await yard.run(args, { env });
    expect(stderr).toMatch(says);
    expect(code, stderr).toBe(0);
    expect(await yard.leftBehind()).toEqual([]);
  });
});

test.skipIf(noRoot)(`a cache on a full disk ends a fetch with a sentence${noRoot}`, async () => {
  const small = join(yard.directory, "small");
  await mkdir(small);
  const mount = 'mount -t tmpfs -o size=20m macvlab-small "$1" && shift && exec "$@"';
  const through = ["unshare", "--mount", "sh", "-c", mount, "sh", small];
  const says = [small, "has not enough room", "MACVLAB_CACHE"];
  await expectRefusal(yard, args, { code: 3, says, through, env: { MACVLAB_CACHE: small } });
});
