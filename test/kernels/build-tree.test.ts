import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UsageError } from "../../lab/base/errors.ts";
import { guestModules } from "../../lab/image/guest-modules.ts";
import { hashOf } from "../../lab/image/stamp.ts";
import { resolveKernel } from "../../lab/kernels/index.ts";
import { type ScratchCache, scratchCache } from "../image/scratch-cache.ts";
import { bzImageHead } from "./bzimage.ts";
import { moduleBytes } from "./module-bytes.ts";

const RELEASE = "6.18.44-mine";
const BANNER = `${RELEASE} (me@here) #3 SMP`;
const CONFIG = "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/x86 6.18.44 Kernel Configuration\n#\n";

let cache: ScratchCache;
let tree: string;
beforeEach(async () => {
  cache = await scratchCache();
  tree = await mkdtemp(join(tmpdir(), "macvlab-tree-"));
});
afterEach(async () => {
  await cache[Symbol.asyncDispose]();
  await rm(tree, { recursive: true, force: true });
});

async function put(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(join(tree, path)), { recursive: true });
  await writeFile(join(tree, path), content);
}

const kernelModule = (name: string, depends = "") => moduleBytes({ name, depends, vermagic: `${RELEASE} SMP` });

/** A finished build, as `make bzImage modules` leaves it. */
async function build(order: readonly string[] = ["drivers/net/macvlan.o", "drivers/net/tap.o", "net/llc/llc.o"]) {
  await put(".config", `${CONFIG}CONFIG_X86_64=y\nCONFIG_MODULES=y\nCONFIG_MACVLAN=m\n`);
  await put("include/config/kernel.release", `${RELEASE}\n`);
  await put("vmlinux", elfOf(62));
  await put("arch/x86/boot/bzImage", Buffer.concat([bzImageHead(BANNER), Buffer.alloc(4096)]));
  await put("modules.order", `${order.join("\n")}\n`);
  const builtin = ["drivers/virtio/virtio_pci.ko", "drivers/char/virtio_console.ko", "net/ipv6/ipv6.ko"];
  await put("modules.builtin", builtin.map((path) => `kernel/${path}\n`).join(""));
  await put("drivers/net/macvlan.ko", kernelModule("macvlan", "tap"));
  await put("drivers/net/tap.ko", kernelModule("tap", "llc"));
  await put("net/llc/llc.ko", kernelModule("llc"));
}

function elfOf(machine: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write("7f454c460201", "hex");
  bytes.writeUInt16LE(machine, 0x12);
  return bytes;
}

const resolve = () => resolveKernel(`tree:${tree}`);
const modules = async () =>
  (await guestModules(await resolve(), [], (request) => join(cache.path, `${hashOf(request)}.json`))).files;

describe("a tree that was built", () => {
  test("is the kernel of its bzImage", async () => {
    await build();
    expect(await resolve()).toEqual({
      spec: `tree:${tree}`,
      release: RELEASE,
      version: [6, 18, 44],
      vmlinuz: join(tree, "arch/x86/boot/bzImage"),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      modulesDirectory: tree,
      config: join(tree, ".config"),
      packages: [],
    });
  });

  test.each([
    ["since 6.4", "o", ""],
    ["before that", "ko", ""],
    ["up to 5.2", "ko", "kernel/"],
  ])("has its modules in load order, as the build listed them %s", async (_when, ending, begin) => {
    await build(["drivers/net/macvlan", "drivers/net/tap", "net/llc/llc"].map((path) => `${begin}${path}.${ending}`));
    expect((await modules()).map(({ name, path }) => [name, path])).toEqual([
      ["llc", join(tree, "net/llc/llc.ko")],
      ["tap", join(tree, "drivers/net/tap.ko")],
      ["macvlan", join(tree, "drivers/net/macvlan.ko")],
    ]);
  });

  test("and built again is another kernel", async () => {
    await build();
    const [before, modulesBefore] = [await resolve(), await modules()];
    await put("arch/x86/boot/bzImage", Buffer.concat([bzImageHead(BANNER), Buffer.alloc(4096, 1)]));
    await put("net/llc/llc.ko", Buffer.concat([kernelModule("llc"), Buffer.alloc(1)]));
    expect((await resolve()).sha256).not.toBe(before.sha256);
    expect((await modules())[0]?.packed).not.toBe(modulesBefore[0]?.packed);
  });

  test("later as a vmlinux only is the kernel of that", async () => {
    await build();
    await utimes(join(tree, "arch/x86/boot/bzImage"), 1, 1);
    expect(await resolve()).toMatchObject({ vmlinuz: join(tree, "vmlinux"), release: RELEASE, version: [6, 18, 44] });
  });

  test("without any module needs no list of them", async () => {
    await build();
    await put(".config", `${CONFIG}CONFIG_X86_64=y\nCONFIG_MODULES=y\n`);
    await rm(join(tree, "modules.order"));
    await put(
      "modules.builtin",
      ["virtio_pci", "virtio_console", "macvlan"].map((name) => `kernel/${name}.ko\n`).join(""),
    );
    expect(await modules()).toEqual([]);
  });
});

describe("refused in a sentence", () => {
  const refusal = async () => {
    const failure = await resolve().catch((error) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.mend ?? "").not.toContain("undefined");
    return failure.message.replaceAll(tree, "TREE");
  };

  test("what is not there, or no tree", async () => {
    expect(await refusal()).toBe('"TREE" is not a kernel build tree: it has neither .config nor Kconfig');
    await rm(tree, { recursive: true });
    expect(await refusal()).toBe('tree "TREE" does not exist');
  });

  test("what was never built", async () => {
    await put("Kconfig", "");
    expect(await refusal()).toBe('tree "TREE" was never built: it has no .config');
    await put(".config", `${CONFIG}CONFIG_X86_64=y\n`);
    expect(await refusal()).toBe('tree "TREE" was never built: it has no include/config/kernel.release');
    await put("include/config/kernel.release", RELEASE);
    expect(await refusal()).toBe('tree "TREE" was never built: it has neither arch/x86/boot/bzImage nor vmlinux');
  });

  test("what was built for another architecture", async () => {
    await build();
    await put(".config", CONFIG.replace("x86", "arm64"));
    expect(await refusal()).toBe('tree "TREE" is for arm64: its .config has no CONFIG_X86_64=y');
    await put(".config", CONFIG);
    expect(await refusal()).toMatch(/is for 32-bit x86/);
  });

  test("a vmlinux of another architecture than the configuration", async () => {
    await build();
    await rm(join(tree, "arch"), { recursive: true });
    await put("vmlinux", elfOf(183));
    expect(await refusal()).toBe('"TREE/vmlinux" is a kernel for arm64');
  });

  test("a kernel without its modules", async () => {
    await build();
    await rm(join(tree, "modules.order"));
    expect(await refusal()).toBe('tree "TREE" is built by half: it has its kernel but no modules.order');
  });

  test("a kernel of a build before the last", async () => {
    await build();
    await put("include/config/kernel.release", "6.18.45-mine");
    expect(await refusal()).toContain(
      `its kernel is "${RELEASE}", and include/config/kernel.release says "6.18.45-mine"`,
    );
  });

  test("modules of a build before the last, or listed and not there", async () => {
    await build();
    await put("drivers/net/tap.ko", moduleBytes({ name: "tap", vermagic: "6.18.43-mine SMP" }));
    await expect(modules()).rejects.toThrow(/tap\.ko" was built for another kernel: for "6\.18\.43-mine SMP"/);
    await rm(join(tree, "drivers/net/tap.ko"));
    await expect(modules()).rejects.toThrow(/module ".*\/tap\.ko" cannot be read: ENOENT/);
  });
});
