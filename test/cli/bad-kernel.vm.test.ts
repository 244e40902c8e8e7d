/** Kernels there are none of, kernels that are not whole, kernels that do not boot, and a machine without QEMU. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { defaultKernelSpec, resolveKernel } from "../../lab/kernels/index.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import type { Results } from "../../lab/model/results.ts";
import { kernelCutOff, kernelOfNoise, kernelWithout } from "./kernel-files.ts";
import { openYard, type Yard } from "./macvlab.ts";
import { expectNoStack, expectRefusal } from "./refused.ts";

const [USAGE, ENVIRONMENT, KERNEL] = [2, 3, 4];
/** One check, so that a run is little more than a boot. */
const SHORT = ["basics", "--filter", "default-mode-macvlan$"];

let good: KernelArtefacts;
let yard: Yard;
beforeAll(async () => {
  good = await resolveKernel(await defaultKernelSpec());
});
beforeEach(async () => {
  yard = await openYard();
});
afterEach(() => yard[Symbol.asyncDispose]());

async function results(out: string): Promise<Results> {
  return JSON.parse(await readFile(join(yard.directory, out, "results.json"), "utf8"));
}

describe("a kernel the archive does not have", () => {
  test("an unknown suite", async () => {
    const says = ['suite "no-such-suite" does not exist', "bookworm", "trixie"];
    await expectRefusal(yard, ["run", "--kernel", "debian:no-such-suite"], { code: USAGE, says });
  });

  test("an unknown version, with the versions there are", async () => {
    const spec = `${await defaultKernelSpec()}=99.9`;
    const says = ['"99.9" is no kernel of', good.release];
    await expectRefusal(yard, ["run", "--kernel", spec], { code: USAGE, says });
  });
});

describe("a kernel that lacks what a guest needs is refused before it is booted", () => {
  test.each([
    ["macvlan", /\/macvlan\.ko/],
    ["virtio_console", /\/virtio_console\.ko/],
    ["virtio_pci", /\/virtio_pci\.ko/],
  ])("%s", async (name, module) => {
    const spec = await kernelWithout(good, module, join(yard.directory, "modules"));
    const says = [`lacks "${name}"`, good.release, "choose a kernel that has it"];
    const stderr = await expectRefusal(yard, ["run", ...SHORT, "--kernel", spec, "--out", "out"], {
      code: ENVIRONMENT,
      says,
    });
    expect(stderr).not.toContain(": boot");
    expect(existsSync(join(yard.directory, "out"))).toBe(false);
  });

  test("virtio, where the kernel came without its modules: said as soon as it gave up", async () => {
    const says = ["has no virtio-serial to speak to it through", "file:VMLINUZ,modules=DIR"];
    await expectRefusal(yard, ["run", ...SHORT, "--kernel", `file:${good.vmlinuz}`], { code: ENVIRONMENT, says });
  });
});

describe("a kernel file that is not whole", () => {
  test("one that was cut off is refused", async () => {
    const spec = await kernelCutOff(good, join(yard.directory, "half"));
    const says = ["half", "is not a bzImage but the first", "-> "];
    await expectRefusal(yard, ["run", ...SHORT, "--kernel", spec], { code: USAGE, says });
  });

  test("one of noise behind a valid header never boots: a result about the kernel", async () => {
    const spec = await kernelOfNoise(good, join(yard.directory, "noise"));
    const { code, stderr } = await yard.run(["run", ...SHORT, "--kernel", spec, "--out", "out"]);
    expect(code, stderr).toBe(KERNEL);
    expectNoStack(stderr);
    const { kernels, checks } = await results("out");
    expect(kernels).toMatchObject([{ id: spec, release: good.release, health: { status: "boot-failed" } }]);
    expect(checks).toMatchObject([
      { verdict: "inconclusive", reason: expect.stringMatching(/lost to the kernel: .+/) },
    ]);
    expect(await yard.leftBehind()).toEqual([]);
  });
});

test("without QEMU the run ends with what installs it", async () => {
  const programs = join(yard.directory, "bin");
  await linkPrograms(programs, /^qemu-/);
  const says = ['"qemu-system-x86_64" cannot be started', "qemu-system-x86"];
  const args = ["run", ...SHORT, "--kernel", good.spec];
  await expectRefusal(yard, args, { code: ENVIRONMENT, says, env: { PATH: programs } });
});

/** A directory that holds every program on the PATH but some. */
async function linkPrograms(to: string, but: RegExp): Promise<void> {
  await mkdir(to);
  for (const directory of (process.env.PATH ?? "").split(":").filter(existsSync)) {
    for (const name of await readdir(directory)) {
      if (!but.test(name)) await symlink(join(directory, name), join(to, name)).catch(() => {}); // the first one wins
    }
  }
}
