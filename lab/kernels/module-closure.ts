/** Which module files a set of modules needs, in the order they must be loaded. Pure. */
import { basename, resolve } from "node:path";

export type ModuleCompression = "none" | "xz" | "zst" | "gz";

export interface ModuleFile {
  /** As the kernel names it, with underscores. */
  readonly name: string;
  readonly path: string;
  readonly compressed: ModuleCompression;
}

export interface ModuleClosure {
  /** Every file needed, each once, what it depends on before it. */
  readonly files: readonly ModuleFile[];
  /** The names, as asked, that are neither modules of this kernel nor built into it. */
  readonly missing: readonly string[];
}

export interface IndexedModule {
  readonly path: string;
  /** Names of modules, direct ones at least; absent where no list tells: then the module's own file does. */
  readonly needs?: readonly string[];
}

/** The modules of a kernel, by name. */
export interface ModuleIndex {
  readonly modules: ReadonlyMap<string, IndexedModule>;
  /** Absent where nothing tells what is built in. */
  readonly builtin?: ReadonlySet<string>;
}

/**
 * @param dep lines of `path: path path` (`modules.dep`); @param builtin one path a line (`modules.builtin`);
 * @param directory what the paths are relative to.
 */
export function parseModuleIndex(dep: string, builtin: string | undefined, directory: string): ModuleIndex {
  const modules = dep.split("\n").flatMap((line) => {
    const [path, needs = ""] = line.split(":");
    if (!path || !line.includes(":")) return [];
    return [{ path: resolve(directory, path), needs: needs.split(" ").filter(Boolean).map(moduleName) }];
  });
  return indexOf(modules, builtin);
}

/**
 * @param order one path a line, as a kernel build writes it (`modules.order`): of the object from 6.4 on, with
 * `kernel/` in front up to 5.2; @param directory the top of the tree.
 */
export function parseModuleOrder(order: string, builtin: string | undefined, directory: string): ModuleIndex {
  const paths = order.split("\n").filter(Boolean);
  const files = paths.map((path) => path.replace(/^kernel\/(?=.*\.ko$)/, "").replace(/\.o$/, ".ko"));
  return indexOf(
    files.map((file) => ({ path: resolve(directory, file) })),
    builtin,
  );
}

export function moduleClosure(index: ModuleIndex, names: readonly string[]): ModuleClosure {
  const files = new Map<string, ModuleFile>();
  const seen = new Set<string>();
  const visit = (name: string) => {
    const found = index.modules.get(name);
    if (!found || seen.has(name)) return;
    seen.add(name);
    for (const needed of found.needs ?? []) visit(needed);
    files.set(name, { name, path: found.path, compressed: compression(found.path) });
  };
  for (const name of names) visit(moduleName(name));
  const isThere = (name: string) => index.modules.has(name) || index.builtin?.has(name);
  return { files: [...files.values()], missing: names.filter((name) => !isThere(moduleName(name))) };
}

/** `kernel/net/8021q/8021q.ko.xz` -> `8021q`; the kernel treats dashes as underscores. */
export function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(?:\.\w+)?$/, "")
    .replaceAll("-", "_");
}

function indexOf(modules: readonly IndexedModule[], builtin: string | undefined): ModuleIndex {
  const byName = new Map(modules.map((module) => [moduleName(module.path), module]));
  if (builtin === undefined) return { modules: byName };
  return { modules: byName, builtin: new Set(builtin.split("\n").filter(Boolean).map(moduleName)) };
}

function compression(path: string): ModuleCompression {
  const ending = /\.ko\.(xz|zst|gz)$/.exec(path)?.[1];
  return (ending as ModuleCompression | undefined) ?? "none";
}
