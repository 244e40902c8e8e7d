import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UsageError } from "../../lab/base/errors.ts";
import { guestModules } from "../../lab/image/guest-modules.ts";
import { hashOf } from "../../lab/image/stamp.ts";
import { refuseHostModules } from "../../lab/kernels/index.ts";
import { withModules } from "../../lab/kernels/module-override.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import { type ModuleSketch, moduleBytes } from "./module-bytes.ts";

const OWN = ["virtio_pci", "virtio_console", "macvlan", "macvtap", "tap", "dummy"];

let scratch: string;
let kernel: KernelArtefacts;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "macvlab-module-"));
  const directory = join(scratch, "modules");
  await mkdir(directory);
  for (const name of OWN) await writeFile(join(directory, `${name}.ko`), moduleBytes({ name }));
  const needs: Record<string, string> = { macvtap: "tap.ko macvlan.ko" };
  await writeFile(join(directory, "modules.dep"), OWN.map((name) => `${name}.ko: ${needs[name] ?? ""}\n`).join(""));
  await writeFile(join(directory, "modules.builtin"), "kernel/net/8021q/8021q.ko\n");
  kernel = {
    spec: "file:k",
    release: "6.1.0-test",
    version: [6, 1, 0],
    vmlinuz: "k",
    sha256: "0",
    packages: [],
    modulesDirectory: directory,
  };
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

async function module(sketch: ModuleSketch, file = `${sketch.name}-mine.ko`): Promise<string> {
  await writeFile(join(scratch, file), moduleBytes(sketch));
  return join(scratch, file);
}
const loaded = async (changed: KernelArtefacts) =>
  (await guestModules(changed, [], (request) => join(scratch, `${hashOf(request)}.json`))).files;
const refusal = async (...paths: string[]): Promise<UsageError> => {
  const failure = await withModules(kernel, paths).catch((error) => error);
  expect(failure).toBeInstanceOf(UsageError);
  return failure;
};

describe("a module of the user's", () => {
  test("takes the place of the kernel's own, and brings what it needs in front of it", async () => {
    const path = await module({ name: "macvlan", depends: "dummy" });
    const files = await loaded(await withModules(kernel, [path]));
    expect(files.map(({ name }) => name)).toEqual([
      ...["virtio_pci", "virtio_console", "dummy", "macvlan", "tap", "macvtap"],
    ]);
    expect(files.find(({ name }) => name === "macvlan")?.path).toBe(path);
  });

  test("the kernel has not got is loaded after all others", async () => {
    const mine = [await module({ name: "probe", depends: "macvlan,helper" }), await module({ name: "helper" })];
    const names = (await loaded(await withModules(kernel, mine))).map(({ name }) => name);
    expect(names.slice(-2)).toEqual(["helper", "probe"]);
  });

  test("makes it another kernel to the cache, as does each change of it", async () => {
    const path = await module({ name: "macvlan" });
    const changed = await withModules(kernel, [path]);
    expect(changed.overrides).toMatchObject([
      { name: "macvlan", path, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    const before = await loaded(changed);
    expect(before).not.toEqual(await loaded(kernel));
    await module({ name: "macvlan", depends: "dummy" });
    const after = await loaded(await withModules(kernel, [path]));
    expect(after.find(({ name }) => name === "macvlan")?.packed).not.toBe(
      before.find(({ name }) => name === "macvlan")?.packed,
    );
  });

  test("named twice counts once; without any the kernel stays as it is", async () => {
    const path = await module({ name: "macvlan" });
    expect((await withModules(kernel, [path, path])).overrides).toHaveLength(1);
    expect(await withModules(kernel, [])).toBe(kernel);
  });
});

describe("refused before boot", () => {
  test("one built for another kernel, with both version strings", async () => {
    const path = await module({ name: "macvlan", vermagic: "6.12.1-other SMP mod_unload" });
    expect((await refusal(path)).message).toBe(
      `module "${path}" was built for another kernel: for "6.12.1-other SMP mod_unload", and "file:k" is "6.1.0-test"`,
    );
  });

  test("one built with other options of the same release", async () => {
    const path = await module({ name: "macvlan", vermagic: "6.1.0-test SMP mod_unload" });
    expect((await refusal(path)).message).toContain(
      'for "6.1.0-test SMP mod_unload", and "file:k" is "6.1.0-test SMP preempt mod_unload"',
    );
  });

  test("one the kernel has built in", async () => {
    const { message } = await refusal(await module({ name: "8021q" }));
    expect(message).toMatch(
      /8021q-mine\.ko" cannot replace "8021q": kernel "file:k" \(6\.1\.0-test\) has it built in$/,
    );
  });

  test("one nobody can tell of whether it is built in", async () => {
    await rm(join(kernel.modulesDirectory ?? "", "modules.builtin"));
    const path = await module({ name: "8021q" });
    expect((await refusal(path)).message).toMatch(
      /^nothing tells whether .* has "8021q" built in: .*modules\.builtin$/,
    );
    const { modulesDirectory: _none, ...bare } = kernel;
    await expect(withModules(bare, [path])).rejects.toThrow(/built in: no modules are named$/);
  });

  test("one that needs what there is not", async () => {
    const { message, mend } = await refusal(await module({ name: "macvlan", depends: "tap,secret" }));
    expect(message).toBe(
      'module "macvlan-mine.ko" needs "secret": neither modules of "file:k" (6.1.0-test) nor built in',
    );
    expect(mend).toContain("--module secret.ko");
  });

  test("two files of one module", async () => {
    const two = [await module({ name: "macvlan" }), await module({ name: "macvlan" }, "other.ko")];
    expect((await refusal(...two)).message).toMatch(/are both the module "macvlan"/);
  });

  test("any for the running kernel", () => {
    expect(() => refuseHostModules([])).not.toThrow();
    expect(() => refuseHostModules(["m.ko"])).toThrow(/^"m\.ko" cannot replace a module of "host"/);
  });
});
