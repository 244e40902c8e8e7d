import { chmod, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { $ } from "zx";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { pack, packBehind } from "../../lab/image/archive.ts";
import { runShell } from "../../lab/image/shell.ts";

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "macvlab-archive-"));
});
afterEach(async () => {
  for (const path of [scratch, `${scratch}.cpio`]) await rm(path, { recursive: true, force: true });
});

const NAMES = ["zeta", "alpha", "middle"];

async function makeTree(name: string, names: readonly string[], mode: number): Promise<string> {
  const tree = join(scratch, name);
  await mkdir(join(tree, "usr/bin"), { recursive: true, mode: mode | 0o700 });
  for (const each of names) {
    await writeFile(join(tree, "usr/bin", each), each, { mode });
    await utimes(join(tree, "usr/bin", each), mode, mode);
  }
  await chmod(join(tree, "usr/bin/alpha"), mode | 0o100);
  await symlink("usr/bin/alpha", join(tree, "init"));
  await symlink("usr/bin", join(tree, "bin"));
  return tree;
}

async function packed(tree: string): Promise<Buffer> {
  await pack(tree, `${tree}.cpio`);
  return readFile(`${tree}.cpio`);
}

test("the bytes do not depend on times, modes, umask or the order things were made in", async () => {
  const one = await packed(await makeTree("one", NAMES, 0o600));
  const other = await packed(await makeTree("other", NAMES.toReversed(), 0o664));
  expect(other.equals(one)).toBe(true);
});

test("other content is another archive", async () => {
  const one = await packed(await makeTree("one", NAMES, 0o600));
  const other = await packed(await makeTree("other", [...NAMES, "more"], 0o600));
  expect(other.equals(one)).toBe(false);
});

test("everything belongs to root, at the epoch, and programs can be run by everybody", async () => {
  const tree = await makeTree("one", NAMES, 0o600);
  await pack(tree, join(scratch, "one.cpio"));
  const listing = (await $({ input: await readFile(join(scratch, "one.cpio")) })`cpio --quiet -itvn`).lines();
  const fields = listing.map((line) => line.split(/\s+/));
  expect(fields.map((field) => [field[0], field[1], field[2], field[3], field[8]])).toEqual([
    ["lrwxrwxrwx", "1", "0", "0", "bin"],
    ["lrwxrwxrwx", "1", "0", "0", "init"],
    ["drwxr-xr-x", "1", "0", "0", "usr"],
    ["drwxr-xr-x", "1", "0", "0", "usr/bin"],
    ["-rwxr-xr-x", "1", "0", "0", "usr/bin/alpha"],
    ["-rw-r--r--", "1", "0", "0", "usr/bin/middle"],
    ["-rw-r--r--", "1", "0", "0", "usr/bin/zeta"],
  ]);
  expect(new Set(listing.map((line) => /19(69|70)/.test(line)))).toEqual(new Set([true]));
});

test("cpio unpacks what was packed, byte for byte", async () => {
  const tree = await makeTree("one", [...NAMES, "with space", "ünicode"], 0o600);
  await writeFile(join(tree, "empty"), "");
  await writeFile(join(tree, "large"), Buffer.alloc(1_000_001, "0123456789"));
  const archive = await packed(tree);
  expect(archive.length % 512).toBe(0);
  await mkdir(join(scratch, "out"));
  await $({ input: archive, cwd: join(scratch, "out") })`cpio --quiet -id`;
  await $`diff --recursive --no-dereference ${tree} ${scratch}/out`;
});

test("what an image has no use for is refused", async () => {
  await $`mkfifo ${scratch}/pipe`;
  await expect(pack(scratch, `${scratch}.cpio`)).rejects.toThrow("neither a directory nor a file nor a link");
});

test("a program that is not installed is named, with the package that has it", async () => {
  const failure = await runShell("no-such-unpacker < /dev/null", [], scratch).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(EnvironmentError);
  expect(failure).toMatchObject({
    message: '"no-such-unpacker" is not installed',
    mend: expect.stringMatching(/apt-get/),
  });
});

test("a tree packed behind another is below its place, with the directories that lead there", async () => {
  const tree = await makeTree("one", NAMES, 0o600);
  const archive = `${scratch}.cpio`;
  await writeFile(archive, "");
  await packBehind(tree, "/home/some one", archive);
  const listed = await $({ quiet: true, input: await readFile(archive) })`cpio --list --quiet`;
  const names = listed.stdout.trim().split("\n");
  expect(names.slice(0, 2)).toEqual(["home", "home/some one"]);
  expect(names).toContain("home/some one/usr/bin/alpha");
  expect(names.every((name) => name.startsWith("home"))).toBe(true);
});
