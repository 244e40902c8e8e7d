/** The disks every guest used by hand gets: the workbench, and all modules of its kernel. Built once, shared by guests. */

import { existsSync, lstatSync } from "node:fs";
import { copyFile, cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { RECIPE } from "../../images/recipe.ts";
import { WORKBENCH } from "../../images/workbench.ts";
import { findDepmod, runDepmod } from "../kernels/depmod.ts";
import { machineSuite } from "../kernels/machine.ts";
import type { ModuleIndex } from "../kernels/module-closure.ts";
import { BUILTIN_LIST, readModuleIndex, withNeeds } from "../kernels/module-index.ts";
import type { KernelArtefacts, ModuleOverride } from "../model/kernel.ts";
import { makeDiskImage } from "./disk-image.ts";
import { type Build, entry } from "./entry.ts";
import { hashOf, stampOf } from "./stamp.ts";
import { unpackPackages } from "./user-space.ts";

type Note = (line: string) => void;

export const MODULES_KIND = "modules";
export const WORKBENCH_KIND = "workbench";
const DISK = "disk.img";
/** Counts changes of how a disk is put together that its recipe does not show. */
const REVISION = 2;
const COPY = { recursive: true, verbatimSymlinks: true, force: false } as const;

/**
 * Path of the workbench's disk; it holds `usr` and `etc`.
 * @throws EnvironmentError when its packages cannot be fetched, or the cache cannot be written or is full.
 */
export async function workbenchDisk(note: Note): Promise<string> {
  const key = [
    WORKBENCH_KIND,
    hashOf([REVISION, await machineSuite(), process.arch, WORKBENCH, RECIPE.texts]),
  ] as const;
  const what = "the workbench of guests used by hand";
  const build = async (scratch: string) => {
    note(`making ${what}, once: fetching ${WORKBENCH.packages.length} packages and what they need`);
    return buildWorkbench(scratch);
  };
  return onlyFile(await entry({ what, key, build, note }));
}

async function buildWorkbench(scratch: string): Promise<Build<null>> {
  const [tree, kept] = [join(scratch, "tree"), join(scratch, "kept")];
  await unpackPackages(WORKBENCH.packages, tree);
  await mkdir(kept);
  for (const name of ["usr", "etc"]) await cp(join(tree, name), join(kept, name), COPY);
  await mergeUsr(tree, kept);
  for (const path of WORKBENCH.without) await rm(join(kept, path), { recursive: true, force: true });
  for (const [path, target] of Object.entries(WORKBENCH.links)) await link(target, join(kept, path));
  for (const [path, text] of Object.entries(RECIPE.texts)) await writeFile(join(kept, path), text);
  await writeFile(join(scratch, DISK), "");
  await makeDiskImage(kept, join(scratch, DISK));
  return { files: [DISK], facts: null };
}

/** Packages disagree on whether `/bin` is `/usr/bin`; in a guest it always is. */
async function mergeUsr(tree: string, kept: string): Promise<void> {
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    const found = lstatSync(join(tree, name), { throwIfNoEntry: false });
    if (found?.isDirectory()) await cp(join(tree, name), join(kept, "usr", name), COPY);
  }
}

async function link(target: string, path: string): Promise<void> {
  await rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
}

/** A disk with all modules of a kernel, as `modprobe` looks for them. */
export interface ModulesDisk {
  readonly path: string;
  /** Modules of the user's own that are not on it: the name of each, and whose place on the disk it is to take. */
  readonly replaced: readonly { readonly name: string; readonly place: string }[];
}

/**
 * The user's own modules are on the disk, or replace some on it: making a disk takes seconds and 100 MB of the cache,
 * which is too much for each module of a bisection. Undefined for a kernel without modules.
 */
export async function modulesDisk(kernel: KernelArtefacts, note: Note): Promise<ModulesDisk | undefined> {
  const { overrides = [], ...stock } = kernel;
  const names = overrides.map(({ name }) => name);
  const index = await withNeeds(await readModuleIndex(stock), names);
  if (!overrides.every((module) => canStandIn(module, index))) {
    const path = await diskOf(kernel, await readModuleIndex(kernel), note);
    return path === undefined ? undefined : { path, replaced: [] };
  }
  const path = await diskOf(stock, index, note);
  const placeIn = (name: string) => placeOf(index.modules.get(name)?.path ?? "", kernel.modulesDirectory);
  return path === undefined ? undefined : { path, replaced: names.map((name) => ({ name, place: placeIn(name) })) };
}

/** Whether the lists made for the kernel's own module of that name are right for this one. */
function canStandIn({ name, needs }: ModuleOverride, { modules, builtin }: ModuleIndex): boolean {
  const own = modules.get(name);
  return own !== undefined && needs.every((need) => own.needs?.includes(need) || builtin?.has(need));
}

async function diskOf(kernel: KernelArtefacts, { modules }: ModuleIndex, note: Note): Promise<string | undefined> {
  const paths = [...modules.values()].map(({ path }) => path);
  if (paths.length === 0) return undefined;
  const key = [MODULES_KIND, hashOf([REVISION, kernel.release, paths.map(stampOf)])] as const;
  const what = `the modules of ${kernel.spec}`;
  const build = (scratch: string) => buildModules(kernel, paths, scratch, note);
  return onlyFile(await entry({ what, key, build, note }));
}

async function buildModules(kernel: KernelArtefacts, paths: readonly string[], scratch: string, note: Note) {
  const tree = join(scratch, "lib", "modules", kernel.release);
  for (const path of paths) await copyInto(tree, path, placeOf(path, kernel.modulesDirectory));
  for (const name of [BUILTIN_LIST, `${BUILTIN_LIST}.modinfo`]) {
    const path = join(kernel.modulesDirectory ?? "", name);
    if (existsSync(path)) await copyInto(tree, path, name);
  }
  await runDepmod(await findDepmod(note), scratch, kernel.release);
  await writeFile(join(scratch, DISK), "");
  await makeDiskImage(tree, join(scratch, DISK));
  return { files: [DISK], facts: { kernel: kernel.sha256 } };
}

async function copyInto(tree: string, path: string, place: string): Promise<void> {
  await mkdir(join(tree, dirname(place)), { recursive: true });
  await copyFile(path, join(tree, place));
}

/** As it is installed; modules as a build left them have no `kernel/` in front, the user's own may lie anywhere. */
function placeOf(path: string, directory = "/nowhere"): string {
  const inside = relative(directory, path);
  if (inside.startsWith("..")) return join("updates", basename(path));
  return inside.startsWith("kernel/") ? inside : join("kernel", inside);
}

function onlyFile({ files }: { readonly files: readonly { readonly path: string }[] }): string {
  const [file] = files;
  if (!file) throw new TypeError("the entry of a disk has no file");
  return file.path;
}
