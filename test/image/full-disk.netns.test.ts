/** A cache on a file system that is full: needs root to make one. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { $ } from "zx";
import { entry } from "../../lab/image/entry.ts";
import { unpack } from "../../lab/image/unpack.ts";
import { type ScratchCache, scratchCache } from "./scratch-cache.ts";

let cache: ScratchCache;
let source: string;
beforeEach(async () => {
  cache = await scratchCache();
  await $`mount -t tmpfs -o size=1m macvlab-test ${cache.path}`;
  source = await mkdtemp(join(tmpdir(), "macvlab-full-"));
  await writeFile(join(source, "large"), Buffer.alloc(8 << 20, 1));
  await $`gzip -k ${source}/large`;
});
afterEach(async () => {
  await $`umount ${cache.path}`;
  await rm(source, { recursive: true, force: true });
  await cache[Symbol.asyncDispose]();
});

test.each(["large", "large.gz"])("no room for %s is an error naming the place, and leaves no draft", async (name) => {
  const build = async (scratch: string) => {
    await unpack(join(source, name), join(scratch, "one"));
    return { files: ["one"], facts: null };
  };
  const failure = await entry({ what: "it", key: ["thing", "abc"], build, note: () => undefined }).catch((e) => e);
  expect(failure).toMatchObject({ exitCode: 3, message: expect.stringContaining(cache.path) });
  expect(failure.message).toMatch(/not enough room/);
  expect((await $`find ${cache.path} -type f`).stdout).toBe("");
});
