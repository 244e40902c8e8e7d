import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { modulesOf, resolveKernel } from "../../lab/kernels/index.ts";
import { type ScratchCache, scratchCache } from "../image/scratch-cache.ts";
import { bzImageHead } from "./bzimage.ts";

let cache: ScratchCache;
let scratch: string;
let modules: string;
beforeEach(async () => {
  cache = await scratchCache();
  scratch = await mkdtemp(join(tmpdir(), "macvlab-file-"));
  modules = join(scratch, "modules");
  await writeFile(
    join(scratch, "vmlinuz"),
    Buffer.concat([bzImageHead("6.18.44-mine (me@here) #1"), Buffer.alloc(4096)]),
  );
});
afterEach(async () => {
  await cache[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true, force: true });
});

const resolve = (more = `,modules=${modules}`) => resolveKernel(`file:${join(scratch, "vmlinuz")}${more}`);

test("without a directory of modules nothing is known of them", async () => {
  const kernel = await resolve("");
  expect(kernel).not.toHaveProperty("modulesDirectory");
  expect(await modulesOf(kernel, ["macvlan"])).toEqual({ files: [], missing: ["macvlan"] });
});

test("with everything built in, the list of that is enough", async () => {
  await mkdir(modules);
  await writeFile(join(modules, "modules.builtin"), "kernel/drivers/net/macvlan.ko\n");
  expect(await modulesOf(await resolve(), ["macvlan", "veth"])).toEqual({ files: [], missing: ["veth"] });
});

describe("a directory that tells nothing is refused", () => {
  test("one that is not there", async () => {
    await expect(resolve()).rejects.toThrow(`module directory "${modules}" does not exist`);
  });

  test("a file", async () => {
    await writeFile(modules, "");
    await expect(resolve()).rejects.toThrow(`module directory "${modules}" cannot be read: ENOTDIR`);
  });

  test("an empty one, or one depmod was not called for", async () => {
    await mkdir(join(modules, "kernel"), { recursive: true });
    await expect(resolve()).rejects.toThrow(`module directory "${modules}" has no modules.dep`);
    await writeFile(join(modules, "modules.builtin"), "");
    await writeFile(join(modules, "kernel", "macvlan.ko.xz"), "");
    await expect(resolve()).rejects.toThrow(`module directory "${modules}" has no modules.dep`);
  });
});
