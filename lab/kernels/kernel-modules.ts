/** The modules of a resolved kernel: found, in load order, and known to be intact. */
import { readFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { checkModules, discardEntry, lockEntry } from "./kernel-entry.ts";
import { type ModuleClosure, moduleClosure, parseModuleIndex } from "./module-closure.ts";
import { LOCK_DEADLINE } from "./suite-index.ts";

/** Reads the kernel's module index. @throws EnvironmentError when its modules.dep cannot be read. */
export async function findModules(kernel: KernelArtefacts, names: readonly string[]): Promise<ModuleClosure> {
  const directory = kernel.modulesDirectory;
  if (directory === undefined) return { files: [], missing: [...names] };
  const dep = await readFile(join(directory, "modules.dep"), "utf8").catch((cause: unknown) => {
    throw new EnvironmentError(`the modules of "${kernel.spec}" have no readable modules.dep: ${directory}`, { cause });
  });
  const builtin = await readFile(join(directory, "modules.builtin"), "utf8").catch(() => "");
  return moduleClosure(parseModuleIndex(dep, builtin), directory, names);
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
