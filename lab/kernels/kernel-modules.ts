/** The modules of a resolved kernel: found, in load order, and known to be intact. */
import { basename, dirname, relative } from "node:path";
import type { KernelArtefacts } from "../model/kernel.ts";
import { checkModules, discardEntry, lockEntry } from "./kernel-entry.ts";
import { type ModuleClosure, moduleClosure, moduleName } from "./module-closure.ts";
import { readModuleIndex, withNeeds } from "./module-index.ts";
import { LOCK_DEADLINE } from "./suite-index.ts";

/** Finds them in the kernel's lists. @throws EnvironmentError when it has none that can be read. */
export async function findModules(kernel: KernelArtefacts, names: readonly string[]): Promise<ModuleClosure> {
  const index = await readModuleIndex(kernel);
  return moduleClosure(await withNeeds(index, names.map(moduleName)), names);
}

/** Throws the kernel's cache entry away if one of the modules is damaged. @returns whether all are intact. */
export async function modulesIntact(
  kernel: KernelArtefacts,
  closure: ModuleClosure,
  note: (line: string) => void,
): Promise<boolean> {
  // The user's own files are what they are.
  if (kernel.modulesDirectory === undefined || kernel.packages.length === 0) return true;
  const entry = dirname(kernel.modulesDirectory);
  const paths = closure.files.map(({ path }) => relative(entry, path));
  if ((await checkModules(entry, paths)) === undefined) return true;
  await using _lock = await lockEntry(basename(entry), { deadline: LOCK_DEADLINE });
  // Another run may have had it mended meanwhile.
  const broken = await checkModules(entry, paths);
  if (broken !== undefined) await discardEntry(entry, broken, note);
  return false;
}
