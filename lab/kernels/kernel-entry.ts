/**
 * Cache entries of fetched kernels: a directory with `vmlinuz`, `config`, `modules/`, `modules.json` and
 * `manifest.json`, named after the packages it was made from, complete or absent. Opening one checks what every run
 * needs against the manifest; a module is checked against `modules.json` when it is used, because there are
 * thousands and opening has to take no time.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cacheDirectory } from "../base/cache.ts";
import { type LockOptions, lockFile } from "../base/file-lock.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { parseKernelVersion } from "../model/kernel-version.ts";

export const ENTRY_LAYOUT = "macvlab.kernel/1";

const MANIFEST = "manifest.json";
const MODULES = "modules.json";

const filesSchema = z.array(z.tuple([z.string(), z.number(), z.number(), z.string()]));

/** `[path in the entry, bytes, mtime in ms, hex SHA-256]`. */
export type EntryFile = z.infer<typeof filesSchema>[number];

const manifestSchema = z.object({
  layout: z.literal(ENTRY_LAYOUT),
  release: z.string(),
  version: z.string(),
  packages: z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string(), size: z.number() })),
  files: filesSchema,
});

export type EntryManifest = z.infer<typeof manifestSchema>;
export type EntryOrigin = Pick<EntryManifest, "release" | "version" | "packages">;

export function entryDirectory(address: string): string {
  return cacheDirectory("kernels", address);
}

/** Writes the lists of what is in `directory`: the last files of an entry. */
export async function sealEntry(directory: string, origin: EntryOrigin): Promise<void> {
  const files: EntryFile[] = [];
  for (const name of await readdir(directory, { recursive: true })) {
    const file = await describe(directory, name);
    if (file) files.push(file);
  }
  const isModule = ([path]: EntryFile) => path.startsWith("modules/") && /\.ko(\.\w+)?$/.test(path);
  await writeFile(join(directory, MODULES), JSON.stringify(files.filter(isModule)));
  const core = [...files.filter((file) => !isModule(file)), await describe(directory, MODULES)];
  const manifest: EntryManifest = { layout: ENTRY_LAYOUT, ...origin, files: core.filter((file) => file !== undefined) };
  await writeFile(join(directory, MANIFEST), JSON.stringify(manifest));
}

/** The manifest of an intact entry, or what is wrong with it; undefined when there is none. */
export async function checkEntry(directory: string): Promise<EntryManifest | { broken: string } | undefined> {
  const text = await readFile(join(directory, MANIFEST), "utf8").catch(() => undefined);
  if (text === undefined) {
    const exists = await stat(directory).catch(() => undefined);
    return exists && { broken: "manifest.json is missing" };
  }
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) return { broken: "manifest.json is damaged" };
  const broken = firstDamage(directory, parsed.data.files);
  return broken ? { broken } : parsed.data;
}

/**
 * What is wrong with some of the entry's modules, if anything.
 * @param paths in the entry, e.g. `modules/kernel/drivers/net/macvlan.ko`.
 */
export async function checkModules(directory: string, paths: readonly string[]): Promise<string | undefined> {
  const text = await readFile(join(directory, MODULES), "utf8").catch(() => undefined);
  const all = text === undefined ? undefined : parseJson(text);
  const wanted = new Set(paths);
  const parsed = filesSchema.safeParse(Array.isArray(all) ? all.filter((file) => wanted.has(file?.[0])) : undefined);
  return parsed.success ? firstDamage(directory, parsed.data) : `${MODULES} is damaged`;
}

/** The entry if it is there and intact. */
export async function openEntry(address: string): Promise<{ directory: string; manifest: EntryManifest } | undefined> {
  const directory = entryDirectory(address);
  const checked = await checkEntry(directory);
  return checked && !("broken" in checked) ? { directory, manifest: checked } : undefined;
}

/** Alone with making or discarding the entry until disposed; reading one needs no lock. */
export function lockEntry(address: string, options: LockOptions): Promise<AsyncDisposable> {
  return lockFile(cacheDirectory("locks", `kernel-${address}`), options);
}

export function entryArtefacts(spec: string, directory: string, manifest: EntryManifest): KernelArtefacts {
  const hashOf = (name: string) => manifest.files.find(([path]) => path === name)?.[3];
  return {
    spec,
    release: manifest.release,
    version: parseKernelVersion(manifest.version),
    vmlinuz: join(directory, "vmlinuz"),
    sha256: hashOf("vmlinuz") ?? "",
    modulesDirectory: join(directory, "modules"),
    ...(hashOf("config") ? { config: join(directory, "config") } : {}),
    packages: manifest.packages.map(({ name, version, sha256: hash }) => ({ name, version, sha256: hash })),
  };
}

/** Throws a damaged entry away; the caller holds its lock and has checked it since. Renamed first, so that nobody opens half of it. */
export async function discardEntry(directory: string, broken: string, note: (line: string) => void): Promise<void> {
  note(`cached kernel "${directory}" is damaged (${broken}): thrown away`);
  const grave = `${directory}.damaged-${process.pid}`;
  await rename(directory, grave).catch(() => undefined);
  await rm(grave, { recursive: true, force: true });
}

async function describe(directory: string, name: string): Promise<EntryFile | undefined> {
  const path = join(directory, name);
  const found = await stat(path);
  return found.isFile() ? [name, found.size, found.mtimeMs, sha256(await readFile(path))] : undefined;
}

/** Synchronous: that many asynchronous calls would take several times as long. */
function firstDamage(directory: string, files: readonly EntryFile[]): string | undefined {
  return files.map((file) => damage(directory, file)).find((each) => each !== undefined);
}

function damage(directory: string, [path, size, mtime, hash]: EntryFile): string | undefined {
  const file = join(directory, path);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return `${path} is missing`;
  if (found.size !== size) return `${path} has ${found.size} bytes instead of ${size}`;
  if (found.mtimeMs === mtime || sha256(readFileSync(file)) === hash) return undefined;
  return `${path} has other content`;
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
