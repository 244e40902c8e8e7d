/** What debugfs, which mounts nothing, finds on a disk that was made. */
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { $ } from "zx";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { namelessFile } from "../../lab/base/nameless-file.ts";
import { makeDiskImage } from "../../lab/image/disk-image.ts";

const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

let tree: string;
beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), "macvlab-test-"));
});
afterEach(() => rm(tree, { recursive: true, force: true }));

async function ask(image: string, question: string): Promise<string> {
  return (await $({ quiet: true, env: { ...process.env, PATH } })`debugfs -R ${question} ${image}`).stdout;
}

test("holds contents, modes and links, in a file that has no name", async () => {
  await mkdir(join(tree, "bin"));
  await writeFile(join(tree, "bin/run me"), "#!/bin/sh\n");
  await chmod(join(tree, "bin/run me"), 0o751);
  await symlink("bin/run me", join(tree, "link"));
  using image = namelessFile();
  await makeDiskImage(tree, image.path);
  expect(await ask(image.path, 'cat "/bin/run me"')).toBe("#!/bin/sh\n");
  expect(await ask(image.path, 'stat "/bin/run me"')).toMatch(/Type: regular +Mode: +0751/);
  expect(await ask(image.path, "stat /link")).toMatch(/Fast link dest: "bin\/run me"/);
});

test("has room for many small files as well as for a large one, and for what the guest adds", async () => {
  const names = Array.from({ length: 3_000 }, (_, index) => join(tree, `small-${index}`));
  await Promise.all(names.map((name) => writeFile(name, "x")));
  await writeFile(join(tree, "large"), Buffer.alloc(50 << 20, 1));
  using image = namelessFile();
  await makeDiskImage(tree, image.path);
  const free = /Free blocks: +(\d+)/.exec(await ask(image.path, "show_super_stats -h"))?.[1];
  expect(Number(free) * 4096).toBeGreaterThan(200 << 20);
});

test("a tree that is not there is an error naming it", async () => {
  using image = namelessFile();
  const failure = await makeDiskImage(join(tree, "gone"), image.path).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(EnvironmentError);
  expect((failure as Error).message).toContain(`"${join(tree, "gone")}" cannot be put on a disk`);
});
