/** The modules a kernel on disk has: as installed, where depmod listed them, or as a build left them in its tree. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { type IndexedModule, type ModuleIndex, parseModuleIndex, parseModuleOrder } from "./module-closure.ts";
import { readModuleFile } from "./module-file.ts";

/** What a directory of modules may be told by, the first that is there: depmod's list, or the build's. */
export const MODULE_LISTS = ["modules.dep", "modules.order"] as const;
export const BUILTIN_LIST = "modules.builtin";

/**
 * The kernel's modules, those of the user's own among them.
 * @throws EnvironmentError when its directory of modules has none of the lists.
 */
export async function readModuleIndex(kernel: KernelArtefacts): Promise<ModuleIndex> {
  const index = await ownIndex(kernel);
  const overrides = (kernel.overrides ?? []).map(({ name, path, needs }) => [name, { path, needs }] as const);
  return { ...index, modules: new Map([...index.modules, ...overrides]) };
}

/** The same with the needs of these modules, and of all they need, where no list told them. */
export async function withNeeds(index: ModuleIndex, names: readonly string[]): Promise<ModuleIndex> {
  const modules = new Map<string, IndexedModule>(index.modules);
  const seen = new Set<string>();
  for (let asked = names; asked.length > 0; ) {
    const next: string[] = [];
    for (const name of asked.filter((each) => !seen.has(each))) {
      seen.add(name);
      const module = modules.get(name);
      if (!module) continue;
      const needs = module.needs ?? (await readModuleFile(module.path)).needs;
      modules.set(name, { ...module, needs });
      next.push(...needs);
    }
    asked = next;
  }
  return { ...index, modules };
}

async function ownIndex(kernel: KernelArtefacts): Promise<ModuleIndex> {
  const directory = kernel.modulesDirectory;
  if (directory === undefined) return { modules: new Map() };
  const read = (name: string) => readFile(join(directory, name), "utf8").catch(() => undefined);
  const [dep, order, builtin] = await Promise.all([...MODULE_LISTS, BUILTIN_LIST].map(read));
  if (dep !== undefined) return parseModuleIndex(dep, builtin, directory);
  if (order !== undefined) return parseModuleOrder(order, builtin, directory);
  if (builtin !== undefined) return parseModuleIndex("", builtin, directory);
  throw new EnvironmentError(`the modules of "${kernel.spec}" have no readable modules.dep: ${directory}`);
}
