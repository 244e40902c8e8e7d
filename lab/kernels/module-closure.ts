/** Which module files a set of modules needs, in the order they must be loaded. Pure. */
import { basename, isAbsolute, join } from "node:path";

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

/** `modules.dep` and `modules.builtin`: paths by module name. */
export interface ModuleIndex {
  readonly modules: ReadonlyMap<string, { readonly path: string; readonly needs: readonly string[] }>;
  readonly builtin: ReadonlySet<string>;
}

/** @param dep lines of `path: path path`, direct and indirect dependencies; @param builtin one path a line. */
export function parseModuleIndex(dep: string, builtin: string): ModuleIndex {
  const lines = dep.split("\n").flatMap((line) => {
    const [path, needs = ""] = line.split(":");
    return path && line.includes(":") ? [{ path, needs: needs.split(" ").filter(Boolean).map(moduleName) }] : [];
  });
  return {
    modules: new Map(lines.map((line) => [moduleName(line.path), line])),
    builtin: new Set(builtin.split("\n").filter(Boolean).map(moduleName)),
  };
}

export function moduleClosure(index: ModuleIndex, directory: string, names: readonly string[]): ModuleClosure {
  const files = new Map<string, ModuleFile>();
  const seen = new Set<string>();
  const visit = (name: string) => {
    const found = index.modules.get(name);
    if (!found || seen.has(name)) return;
    seen.add(name);
    for (const needed of found.needs) visit(needed);
    const path = isAbsolute(found.path) ? found.path : join(directory, found.path);
    files.set(name, { name, path, compressed: compression(path) });
  };
  for (const name of names) visit(moduleName(name));
  const missing = names.filter((name) => !index.modules.has(moduleName(name)) && !index.builtin.has(moduleName(name)));
  return { files: [...files.values()], missing };
}

/** `kernel/net/8021q/8021q.ko.xz` -> `8021q`; the kernel treats dashes as underscores. */
function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(?:\.\w+)?$/, "")
    .replaceAll("-", "_");
}

function compression(path: string): ModuleCompression {
  const ending = /\.ko\.(xz|zst|gz)$/.exec(path)?.[1];
  return (ending as ModuleCompression | undefined) ?? "none";
}
