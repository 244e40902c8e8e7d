/** A guest of the machine's own suite, with everything the recipe has, and its console in a file of its own. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseAccelerator } from "../../lab/guest/accelerator.ts";
import { bootGuest, type Guest, type GuestOptions } from "../../lab/guest/guest.ts";
import { guestImage } from "../../lab/image/index.ts";
import { defaultKernelSpec, resolveKernel } from "../../lab/kernels/index.ts";

export const NAME = "the guest under test";

export interface TestGuest extends AsyncDisposable {
  readonly guest: Guest;
  readonly release: string;
  /** The whole console so far. */
  readonly console: () => string;
  /** Process ids of QEMU: none once it has ended. */
  readonly qemu: () => number[];
}

export interface Setting extends AsyncDisposable {
  readonly options: GuestOptions;
  readonly release: string;
}

/** What it takes to boot one, and a directory for its console. */
export async function guestSetting(): Promise<Setting> {
  const kernel = await resolveKernel(await defaultKernelSpec());
  const image = await guestImage(kernel);
  const accelerator = await chooseAccelerator(image, () => {});
  const directory = await mkdtemp(join(tmpdir(), "macvlab-test-"));
  const options = { name: NAME, image, accelerator, console: join(directory, "console, whole.log") };
  const dispose = () => rm(directory, { recursive: true, force: true });
  return { options, release: kernel.release, [Symbol.asyncDispose]: dispose };
}

export async function bootTestGuest(): Promise<TestGuest> {
  const setting = await guestSetting();
  const guest = await bootGuest(setting.options);
  return {
    guest,
    release: setting.release,
    console: () => readFileSync(setting.options.console, "utf8"),
    qemu: () => qemuOf(setting.options.console),
    async [Symbol.asyncDispose]() {
      await guest[Symbol.asyncDispose]();
      await setting[Symbol.asyncDispose]();
    },
  };
}

/** Its console's path is what tells a guest from all others. */
export function qemuOf(console: string): number[] {
  const doubled = console.replaceAll(",", ",,");
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(doubled) ? [Number(pid)] : [];
    } catch {
      return []; // it ended meanwhile
    }
  });
}
