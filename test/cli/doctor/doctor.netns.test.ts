/** The doctor on this machine: what it says of the running kernel is tried, what it says of the default job holds. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { $ } from "zx";

const MACVLAB = resolve(import.meta.dirname, "../../../dist/lab/cli/main.js");

let scratch: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "macvlab-doctor-"));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

async function doctor(path = process.env.PATH) {
  const cache = join(scratch, "cache");
  const env = { ...process.env, PATH: path, MACVLAB_CACHE: cache };
  const run = await $({ env, nothrow: true, quiet: true })`${process.execPath} ${MACVLAB} doctor`;
  return { status: run.exitCode, lines: run.stdout.split("\n"), stderr: run.stderr, cache };
}

/** The programs of this machine, without those whose name begins with `prefix`. */
async function pathWithout(prefix: string): Promise<string> {
  const bin = join(scratch, "bin");
  await mkdir(bin);
  for (const directory of ["/usr/bin", "/bin"]) {
    const names = (await readdir(directory)).filter((name) => !name.startsWith(prefix));
    await Promise.all(names.map((name) => symlink(join(directory, name), join(bin, name)).catch(() => undefined)));
  }
  return bin;
}

test("with an empty cache it fetches nothing, tries the devices and says the default job can run", async () => {
  const { status, lines, stderr, cache } = await doctor();
  for (const device of ["namespaces", "veth", "bridge", "macvlan"]) {
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^  ok +${device} `)));
  }
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}ok +default kernel +debian:\w+\/cloud is not cached/));
  expect(lines.at(-2)).toMatch(/^The default job \(\.\/scripts\/lab\) can run here/);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(existsSync(cache)).toBe(false);
});

test("nothing it made on the running kernel is left", async () => {
  const links = async () => (await $({ quiet: true })`ip -brief link show`).stdout;
  const before = await links();
  await doctor();
  expect(await links()).toBe(before);
});

test("without QEMU it says so, how to get it, and that the default job cannot run", async () => {
  const { status, lines } = await doctor(await pathWithout("qemu-system"));
  const at = lines.findIndex((line) => /^ {2}missing +qemu-system-x86_64 +there is no qemu-system-x86_64/.test(line));
  expect(at).toBeGreaterThan(0);
  expect(lines[at + 1]).toMatch(/^ +-> apt-get install --no-install-recommends qemu-system-x86$/);
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}ok +pairings +can run in the running kernel$/));
  expect(lines.at(-2)).toBe("The default job (./scripts/lab) cannot run here: accelerators, qemu-system-x86_64.");
  expect(status).toBe(3);
});
