import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GUEST_MODULES } from "../../images/recipe.ts";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { guestModules } from "../../lab/image/guest-modules.ts";
import { hashOf } from "../../lab/image/stamp.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import { moduleBytes } from "../kernels/module-bytes.ts";

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "macvlab-modules-"));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const ENOUGH = { "drivers/virtio_pci.ko": "virtio.ko", "drivers/virtio_console.ko": "", "net/macvlan.ko": "" };

/** A kernel with these module files, each with what it needs, and these built in. */
async function kernelWith(modules: Record<string, string>, builtin?: readonly string[]): Promise<KernelArtefacts> {
  const directory = join(scratch, "lib/modules/6.1.0");
  const all = Object.values(modules).includes("virtio.ko") ? { ...modules, "virtio.ko": "" } : modules;
  for (const path of Object.keys(all)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), moduleBytes({ vermagic: "6.1.0 SMP" }));
  }
  await mkdir(directory, { recursive: true });
  const lines = Object.entries(all).map(([path, needs]) => `${path}: ${needs}\n`);
  await writeFile(join(directory, "modules.dep"), lines.join(""));
  if (builtin) await writeFile(join(directory, "modules.builtin"), builtin.map((path) => `${path}\n`).join(""));
  const kernel = {
    spec: "file:k",
    release: "6.1.0",
    version: [6, 1, 0],
    vmlinuz: "k",
    sha256: "0",
    packages: [],
  } as const;
  return { ...kernel, modulesDirectory: directory };
}

const find = (kernel: KernelArtefacts, more: readonly string[] = []) =>
  guestModules(kernel, more, (request) => join(scratch, `${hashOf(request)}.json`));

test("come in load order, what is neither there nor built in is told", async () => {
  const found = await find(await kernelWith(ENOUGH, ["kernel/net/veth.ko"]));
  expect(found.files.map(({ name }) => name)).toEqual(["virtio", "virtio_pci", "virtio_console", "macvlan"]);
  expect(found.missing).toEqual(GUEST_MODULES.filter((name) => !/virtio|macvlan|veth/.test(name)));
});

test("can be asked for by name, and once is enough", async () => {
  const kernel = await kernelWith({ ...ENOUGH, "net/e1000e.ko": "" }, []);
  const found = await find(kernel, ["e1000e", "macvlan", "no_such_module"]);
  expect(found.files.map(({ name }) => name).slice(-2)).toEqual(["macvlan", "e1000e"]);
  expect(found.missing).toContain("no_such_module");
});

test("a module that changes is noticed", async () => {
  const kernel = await kernelWith(ENOUGH, []);
  const before = await find(kernel);
  expect(await find(kernel)).toEqual(before);
  await writeFile(
    join(kernel.modulesDirectory ?? "", "net/macvlan.ko"),
    moduleBytes({ vermagic: "6.1.0 SMP patched" }),
  );
  const after = await find(kernel);
  expect(after.files.map(({ packed }, index) => packed === before.files[index]?.packed)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

describe("what a guest cannot do without is missed before it boots", () => {
  test("and named, with the kernel", async () => {
    const failure = await find(await kernelWith({ "net/veth.ko": "" }, ["kernel/drivers/virtio_pci.ko"])).catch(
      (e) => e,
    );
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect(failure.message).toMatch(/^kernel "file:k" \(6\.1\.0\) lacks "virtio_console", "macvlan": /);
  });
  test("but not where nobody can know", async () => {
    const found = await find(await kernelWith({ "net/veth.ko": "" }));
    expect(found.missing).toContain("macvlan");
    const { modulesDirectory: _none, ...bare } = await kernelWith({});
    expect(await find(bare)).toEqual({ files: [], missing: [] });
  });
});

describe("a module the guest would refuse is refused before it boots", () => {
  const macvlan = (kernel: KernelArtefacts) => join(kernel.modulesDirectory ?? "", "net/macvlan.ko");

  test("one that is cut off", async () => {
    const kernel = await kernelWith(ENOUGH, []);
    await truncate(macvlan(kernel), 100);
    await expect(find(kernel)).rejects.toThrow(/^module ".*\/net\/macvlan\.ko" is damaged: it has 100 of at least/);
  });

  test("one of another kernel, with both version strings", async () => {
    const kernel = await kernelWith(ENOUGH, []);
    await writeFile(macvlan(kernel), moduleBytes({ vermagic: "5.10.0 SMP" }));
    const says = /^module ".*\/net\/macvlan\.ko" was built for another kernel: for "5\.10\.0 SMP", .* "6\.1\.0"$/;
    await expect(find(kernel)).rejects.toThrow(says);
  });

  test("all of them, where the same directory is named for another kernel", async () => {
    const kernel = await kernelWith(ENOUGH, []);
    await find(kernel);
    await expect(find({ ...kernel, release: "6.1.1" })).rejects.toThrow(/was built for another kernel/);
  });
});

test("br_netfilter is never loaded: it would change what bridges do", () => {
  expect(GUEST_MODULES).not.toContain("br_netfilter");
});
