/**
 * A guest to be used by hand: the workbench's programs, all modules of its kernel, and copies of directories of the
 * machine. They are disks where the kernel can read them; else they are unpacked into the guest's memory as it boots.
 */
import { copyFileSync } from "node:fs";
import type { GuestExecutor } from "../base/executor.ts";
import { namelessFile } from "../base/nameless-file.ts";
import type { Scope } from "../base/scope.ts";
import { packBehind } from "../image/archive.ts";
import { DISK_MODULES, DISK_TYPE, makeDiskImage } from "../image/disk-image.ts";
import { type GuestImage, guestImage } from "../image/index.ts";
import { modulesDisk, workbenchDisk } from "../image/workbench.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { chooseAccelerator } from "./accelerator.ts";
import { bootGuest, type Guest } from "./guest.ts";
import type { Disk } from "./qemu-arguments.ts";

export interface BenchOptions {
  readonly kernel: KernelArtefacts;
  /** Absolute paths, none in another. */
  readonly directories: readonly string[];
  /** MiB. */
  readonly memory: number;
  /** File that takes the whole console. */
  readonly console: string;
  readonly note: (line: string) => void;
}

interface Furniture {
  readonly image: GuestImage;
  /** `at`: the directory in the guest. */
  readonly disks: readonly (Disk & { readonly at: string })[];
}

/** Where the workbench's disk is, before its directories take the place of the guest's own. */
const WORKBENCH = "/run/workbench";

/**
 * The guest and what it was given end with `scope`.
 * @throws KernelError when the kernel does not come up; EnvironmentError for what the machine lacks.
 */
export async function openBench(options: BenchOptions, scope: Scope): Promise<Guest> {
  const { kernel, memory, console, note } = options;
  const lean = await guestImage(kernel, { note, userSpace: "lean", modules: DISK_MODULES });
  const furnish = readsDisks(kernel, lean) ? onDisks : inMemory;
  const { image, disks } = await furnish(options, lean, scope);
  const accelerator = await chooseAccelerator(image, note);
  const guest = scope.use(
    "the guest",
    await bootGuest({ name: kernel.spec, image, accelerator, console, memory, disks }),
  );
  for (const failure of guest.greeting.failedModules) note(`module not loaded: ${failure}`);
  await mountAll(
    guest.executor,
    disks.map(({ at }) => at),
  );
  return guest;
}

/** Of a kernel without a list of modules nothing is known. */
function readsDisks(kernel: KernelArtefacts, { missingModules }: GuestImage): boolean {
  return kernel.modulesDirectory !== undefined && !DISK_MODULES.some((name) => missingModules.includes(name));
}

async function onDisks(
  { kernel, directories, note }: BenchOptions,
  image: GuestImage,
  scope: Scope,
): Promise<Furniture> {
  const own = directories.map(async (directory) => {
    const { path } = temporaryFile(scope);
    await makeDiskImage(directory, path);
    return { path, shared: false, at: directory };
  });
  const [workbench, modules, copies] = await Promise.all([
    workbenchDisk(note),
    modulesDisk(kernel, note),
    Promise.all(own),
  ]);
  const ofKernel = modules ? [{ path: modules, shared: true, at: `/usr/lib/modules/${kernel.release}` }] : [];
  return { image, disks: [{ path: workbench, shared: true, at: WORKBENCH }, ...ofKernel, ...copies] };
}

/** The kernel unpacks archives one behind the other, whatever file systems it has. */
async function inMemory(
  { kernel, directories, note }: BenchOptions,
  _lean: GuestImage,
  scope: Scope,
): Promise<Furniture> {
  note(`kernel ${kernel.spec} is not known to read disks (${DISK_MODULES.join(", ")}): fewer programs, all in memory`);
  const image = await guestImage(kernel, { note, userSpace: "full" });
  if (directories.length === 0) return { image, disks: [] };
  const { path } = temporaryFile(scope);
  copyFileSync(image.path, path);
  for (const directory of directories) await packBehind(directory, directory, path);
  return { image: { ...image, path }, disks: [] };
}

function temporaryFile(scope: Scope): { readonly path: string } {
  const file = namelessFile();
  scope.defer("a temporary file", () => file[Symbol.dispose]());
  return file;
}

/** In the order of the devices; the workbench comes first, its `usr` and `etc` take the place of the guest's. */
async function mountAll(executor: GuestExecutor, places: readonly string[]): Promise<void> {
  for (const [index, place] of places.entries()) {
    await executor.mount(`/dev/vd${String.fromCharCode("a".charCodeAt(0) + index)}`, place, DISK_TYPE);
    if (place !== WORKBENCH) continue;
    for (const name of ["usr", "etc"]) await executor.mount(`${WORKBENCH}/${name}`, `/${name}`, "bind");
  }
}
