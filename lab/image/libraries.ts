/** The shared libraries of the programs kept: asked of the programs themselves, not of their packages. */
import { copyFile, mkdir, readdir, symlink } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { outputOf } from "../base/command.ts";
import { EnvironmentError } from "../base/errors.ts";

/** Names of the libraries (`libc.so.6`) files need, and the paths of the dynamic loaders they name. */
export interface Needs {
  readonly libraries: ReadonlySet<string>;
  readonly loaders: ReadonlySet<string>;
}

interface Library {
  readonly path: string;
  /** Directory it belongs into, relative to the root. */
  readonly place: string;
}

/** Copies what `programs` need, and what that needs, from `tree` to `kept`, under the names they ask for. */
export async function keepLibraries(tree: string, kept: string, programs: readonly string[]): Promise<void> {
  const available = await librariesIn(tree);
  const taken = new Map<string, string>();
  const loaders = new Set<string>();
  for (let asking = programs; asking.length > 0; ) {
    const needs = await needsOf(asking);
    const names = [...needs.libraries, ...[...needs.loaders].map((path) => basename(path))];
    const news = [...new Set(names)].filter((name) => !taken.has(name));
    for (const name of news) taken.set(name, await keepLibrary(name, available, kept));
    for (const path of needs.loaders) loaders.add(path);
    asking = news.map((name) => join(kept, taken.get(name) ?? ""));
  }
  for (const path of loaders) await linkLoader(path, taken.get(basename(path)) ?? "", kept);
}

/** @returns its path relative to the root. */
async function keepLibrary(name: string, available: ReadonlyMap<string, Library>, kept: string): Promise<string> {
  const library = available.get(name);
  if (!library) throw new EnvironmentError(`library "${name}" is in none of the packages the guest is made of`);
  await mkdir(join(kept, library.place), { recursive: true });
  await copyFile(library.path, join(kept, library.place, name));
  return join(library.place, name);
}

/** Programs name their loader by an absolute path, `/lib64/...`; it lies with the other libraries. */
async function linkLoader(path: string, library: string, kept: string): Promise<void> {
  const link = join(kept, "usr", path);
  await mkdir(dirname(link), { recursive: true });
  await symlink(relative(dirname(link), join(kept, library)), link);
}

async function librariesIn(tree: string): Promise<Map<string, Library>> {
  const found = new Map<string, Library>();
  for (const top of ["usr/lib", "lib"]) {
    const inside = await readdir(join(tree, top)).catch(() => []);
    for (const triplet of inside.filter((name) => name.includes("-linux-gnu"))) {
      const directory = join(tree, top, triplet);
      for (const name of (await readdir(directory)).filter((each) => each.includes(".so"))) {
        found.set(name, { path: join(directory, name), place: join("usr/lib", triplet) });
      }
    }
  }
  return found;
}

async function needsOf(paths: readonly string[]): Promise<Needs> {
  const argv = ["readelf", "--wide", "--dynamic", "--program-headers", ...paths];
  return parseNeeds(await outputOf(argv, { deadline: 30_000 }));
}

/** Reads what readelf says of any number of files. */
export function parseNeeds(text: string): Needs {
  const all = (pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, found = ""]) => found));
  return {
    libraries: all(/\(NEEDED\)\s+Shared library: \[(.+)\]/g),
    loaders: all(/Requesting program interpreter: (.+)\]/g),
  };
}
