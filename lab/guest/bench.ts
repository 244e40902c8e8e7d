/**
 * A guest to be used by hand: the workbench's programs, all modules of its kernel, and copies of directories of the
 * machine. They are disks where the kernel can read them; else they are unpacked into the guest's memory as it boots.
 */
import { copyFileSync } from "node:fs";
import { namelessFile } from "../base/nameless-file.ts";
import type { Scope } from "../base/scope.ts";
import { packBehind } from "../image/archive.ts";
import { DISK_HELPERS, DISK_MODULES, DISK_TYPE, makeDiskImage } from "../image/disk-image.ts";
import { type GuestImage, guestImage, LOADED_MODULES } from "../image/index.ts";
import { type ModulesDisk, modulesDisk, workbenchDisk } from "../image/workbench.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { chooseAccelerator } from "./accelerator.ts";
import type { Guest } from "./guest.ts";
import { bootInStep } from "./in-step.ts";
import type { GuestNic } from "./nic.ts";
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
  /** Its network cards; default none. */
  readonly nics?: readonly GuestNic[];
}

interface Furniture {
  readonly image: GuestImage;
  readonly disks: readonly Disk[];
  /** In this order. */
  readonly mounts: readonly Mount[];
}

interface Mount {
  /** A device, or with type `bind` a directory or file of the guest. */
  readonly what: string;
  readonly at: string;
  readonly type: string;
}

/** Where the workbench's disk is, before its directories take the place of the guest's own. */
const WORKBENCH = "/run/workbench";
const WORKBENCH_DIRECTORIES = ["/usr", "/etc"];
/** And the modules the guest has loaded, which are below one of them. */
const LOADED = "/run/modules";

/**
 * The guest and what it was given end with `scope`.
 * @throws KernelError when the kernel does not come up; EnvironmentError for what the machine lacks.
 */
export async function openBench(options: BenchOptions, scope: Scope): Promise<Guest> {
  const { kernel, memory, console, note, nics = [] } = options;
  const lean = await benchImage(kernel, note);
  const furnish = readsDisks(kernel, lean) ? onDisks : inMemory;
  const { image, disks, mounts } = await furnish(options, lean, scope);
  const accelerator = await chooseAccelerator(image, note);
  const guest = await bootInStep({ name: kernel.spec, image, accelerator, console, memory, disks, nics }, note);
  scope.use("the guest", guest);
  for (const failure of guest.greeting.failedModules) note(`module not loaded: ${failure}`);
  for (const { what, at, type } of mounts) await guest.executor.mount(what, at, type);
  return guest;
}

/** What it is booted with where its kernel reads disks. */
export function benchImage(kernel: KernelArtefacts, note: (line: string) => void): Promise<GuestImage> {
  return guestImage(kernel, { note, userSpace: "lean", modules: [...DISK_MODULES, ...DISK_HELPERS] });
}

/** Of a kernel without a list of modules nothing is known. */
export function readsDisks(kernel: KernelArtefacts, { missingModules }: GuestImage): boolean {
  return kernel.modulesDirectory !== undefined && !DISK_MODULES.some((name) => missingModules.includes(name));
}

async function onDisks(
  { kernel, directories, note }: BenchOptions,
  image: GuestImage,
  scope: Scope,
): Promise<Furniture> {
  const [workbench, modules, ...copies] = await Promise.all([
    workbenchDisk(note),
    modulesDisk(kernel, note),
    ...directories.map((directory) => diskOf(directory, scope)),
  ]);
  const modulesAt = `/usr/lib/modules/${kernel.release}`;
  const shared = [{ path: workbench, at: WORKBENCH }, ...(modules ? [{ path: modules.path, at: modulesAt }] : [])];
  const own = copies.map((path, index) => ({ path, at: directories[index] ?? "" }));
  const disks = [
    ...shared.map(({ path }) => ({ path, shared: true })),
    ...own.map(({ path }) => ({ path, shared: false })),
  ];
  const [first, ...rest] = [...shared, ...own].map(({ at }, index) => ({ what: device(index), at, type: DISK_TYPE }));
  const bound = WORKBENCH_DIRECTORIES.map((at) => ({ what: `${WORKBENCH}${at}`, at, type: "bind" }));
  const loaded = { what: LOADED_MODULES, at: LOADED, type: "bind" };
  const replacing = replacedBy(modules, modulesAt);
  return { image, disks, mounts: [loaded, ...(first ? [first] : []), ...bound, ...rest, ...replacing] };
}

/** A guest loads what the user gave in place of its own as it boots: the files are there. */
function replacedBy(modules: ModulesDisk | undefined, modulesAt: string): Mount[] {
  const replaced = modules?.replaced ?? [];
  return replaced.map(({ name, place }) => ({
    what: `${LOADED}/${name}.ko`,
    at: `${modulesAt}/${place}`,
    type: "bind",
  }));
}

function device(index: number): string {
  return `/dev/vd${String.fromCharCode("a".charCodeAt(0) + index)}`;
}

async function diskOf(directory: string, scope: Scope): Promise<string> {
  const { path } = temporaryFile(scope);
  await makeDiskImage(directory, path);
  return path;
}

/**
 * The kernel unpacks archives one behind the other, whatever file systems it has. Not in their places: what is mounted
 * when the guest starts would hide them.
 */
async function inMemory(
  { kernel, directories, note }: BenchOptions,
  _lean: GuestImage,
  scope: Scope,
): Promise<Furniture> {
  note(`kernel ${kernel.spec} is not known to read disks (${DISK_MODULES.join(", ")}): fewer programs, all in memory`);
  const image = await guestImage(kernel, { note, userSpace: "full" });
  if (directories.length === 0) return { image, disks: [], mounts: [] };
  const { path } = temporaryFile(scope);
  copyFileSync(image.path, path);
  const mounts = directories.map((at, index) => ({ what: `/mounted/${index}`, at, type: "bind" }));
  for (const { what, at } of mounts) await packBehind(at, what, path);
  return { image: { ...image, path }, disks: [], mounts };
}

function temporaryFile(scope: Scope): { readonly path: string } {
  const file = namelessFile();
  scope.defer("a temporary file", () => file[Symbol.dispose]());
  return file;
}
