/** The disks every guest used by hand gets: the workbench, and all modules of its kernel. Built once, shared by guests. */

import { existsSync, lstatSync } from "node:fs";
import { copyFile, cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { RECIPE } from "../../images/recipe.ts";
import { WORKBENCH } from "../../images/workbench.ts";
import { findDepmod, runDepmod } from "../kernels/depmod.ts";
import { machineSuite } from "../kernels/machine.ts";
import { BUILTIN_LIST, readModuleIndex } from "../kernels/module-index.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { makeDiskImage } from "./disk-image.ts";
import { type Build, entry } from "./entry.ts";
import { hashOf, stampOf } from "./stamp.ts";
import { unpackPackages } from "./user-space.ts";

type Note = (line: string) => void;

export const MODULES_KIND = "modules";
const DISK = "disk.img";
/** Counts changes of how a disk is put together that its recipe does not show. */
const REVISION = 1;
const COPY = { recursive: true, verbatimSymlinks: true, force: false } as const;

/**
 * Path of the workbench's disk; it holds `usr` and `etc`.
 * @throws EnvironmentError when its packages cannot be fetched, or the cache cannot be written or is full.
 */
export async function workbenchDisk(note: Note): Promise<string> {
  const key = ["workbench", hashOf([REVISION, await machineSuite(), process.arch, WORKBENCH, RECIPE.texts])] as const;
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

/**
 * Path of a disk with all modules of a kernel, those of the user's own in their place, as `modprobe` looks for them;
 * undefined for a kernel without any.
 */
export async function modulesDisk(kernel: KernelArtefacts, note: Note): Promise<string | undefined> {
  const { modules } = await readModuleIndex(kernel);
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
