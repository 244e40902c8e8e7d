/** Makes a cache entry from a kernel's packages: complete and in place, or not there at all. */
import { mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../base/cache.ts";
import { cacheFailure, requireSpace } from "../base/disk-space.ts";
import { EnvironmentError } from "../base/errors.ts";
import { Scope } from "../base/scope.ts";
import { type Depmod, runDepmod } from "./depmod.ts";
import { checkEntry, discardEntry, ENTRY_LAYOUT, entryDirectory, lockEntry, sealEntry } from "./kernel-entry.ts";
import { downloadPackages, packageSpace, unpackPackages } from "./package-files.ts";
import { contentAddress, type KernelPackageSet } from "./package-set.ts";
import { readKernelFile } from "./setup-header.ts";
import { LOCK_DEADLINE, type SuiteIndex } from "./suite-index.ts";

type Note = (line: string) => void;

const BUILDING = ".building-";

/** @returns the address of the entry, which is made unless it is there and intact. */
export async function ensureEntry(index: SuiteIndex, set: KernelPackageSet, depmod: Depmod, note: Note) {
  const address = contentAddress(set.packages, ENTRY_LAYOUT);
  const onWait = () => note(`waiting for another run that fetches ${set.release}`);
  await using _lock = await lockEntry(address, { deadline: LOCK_DEADLINE, onWait });
  const present = await checkEntry(entryDirectory(address));
  if (present && !("broken" in present)) return address;
  if (present) await discardEntry(entryDirectory(address), present.broken, note);
  await sweep(address);
  const building = cacheDirectory("kernels", `${BUILDING}${address}`);
  const needed = await packageSpace(index, set.packages);
  await using scope = new Scope(note);
  scope.defer(`removing ${building}`, () => rm(building, { recursive: true, force: true }));
  try {
    await mkdir(building, { recursive: true });
    await requireSpace(building, needed);
    note(`fetching ${set.release} (${(sizeOf(set) / 1e6).toFixed(0)} MB) of ${index.suite}`);
    await fill(building, index, set, depmod);
    await rename(building, entryDirectory(address));
  } catch (error) {
    throw cacheFailure(error, building, needed);
  }
  return address;
}

async function fill(building: string, index: SuiteIndex, set: KernelPackageSet, depmod: Depmod): Promise<void> {
  const { release, version } = set;
  const root = join(building, "root");
  await unpackPackages(await downloadPackages(index, set.packages, building), root);
  const stage = join(building, "stage");
  const modules = join(stage, "usr", "lib", "modules", release);
  await mkdir(join(modules, ".."), { recursive: true });
  await symlink("usr/lib", join(stage, "lib"));
  await moveFirst([join(root, "usr/lib/modules", release), join(root, "lib/modules", release)], modules);
  const vmlinuz = join(building, "vmlinuz");
  await moveFirst([join(root, "boot", `vmlinuz-${release}`), join(modules, "vmlinuz")], vmlinuz);
  await moveFirst([join(root, "boot", `config-${release}`), join(modules, "config")], join(building, "config"));
  await rm(join(modules, "System.map"), { force: true });
  const booted = await readKernelFile(vmlinuz);
  if (booted.release !== release) {
    throw new EnvironmentError(`the kernel in the packages of "${release}" calls itself "${booted.release}"`);
  }
  await runDepmod(depmod, stage, release);
  await rename(modules, join(building, "modules"));
  for (const rest of [root, stage]) await rm(rest, { recursive: true, force: true });
  await sealEntry(building, { release, version, packages: [...set.packages] });
}

/** Where a package keeps these changed with the years. */
async function moveFirst(sources: readonly string[], destination: string): Promise<void> {
  for (const source of sources) {
    const moved = await rename(source, destination).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
        return false;
      },
    );
    if (moved) return;
  }
  throw new EnvironmentError(`the kernel's packages hold none of ${sources.map((each) => `"${each}"`).join(", ")}`);
}

/** Removes what killed runs left: whoever still builds holds the lock of what it builds. */
async function sweep(own: string): Promise<void> {
  for (const name of await readdir(cacheDirectory("kernels")).catch(() => [])) {
    const path = cacheDirectory("kernels", name);
    if (name.includes(".damaged-") || name === `${BUILDING}${own}`) await rm(path, { recursive: true, force: true });
    else if (name.startsWith(BUILDING)) await sweepOther(path, name.slice(BUILDING.length));
  }
}

async function sweepOther(path: string, address: string): Promise<void> {
  const lock = await lockEntry(address, { deadline: 0 }).catch(() => undefined);
  if (!lock) return;
  await using _lock = lock;
  await rm(path, { recursive: true, force: true });
}

function sizeOf(set: KernelPackageSet): number {
  return set.packages.reduce((sum, { size }) => sum + size, 0);
}
