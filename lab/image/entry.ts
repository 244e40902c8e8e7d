/**
 * Entries of the image cache: a directory named after everything its files are made from. Files are built aside and
 * moved in one by one, the manifest last, so that an entry is never seen half made; builders that do not know of each
 * other make the same files, and the last one wins.
 */
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../base/cache.ts";
import { cacheFailure } from "../base/disk-space.ts";
import { Scope } from "../base/scope.ts";
import { hashFile, readJson, type Stamp, stampOf, writeJson } from "./stamp.ts";

/** A file of an entry; its path is relative to the entry's directory in the manifest, absolute in an `Entry`. */
export interface EntryFile extends Stamp {
  readonly sha256: string;
}

/** `facts` is what the builder wants remembered beside its files; it must survive JSON. */
export interface Entry<T> {
  readonly facts: T;
  readonly files: readonly EntryFile[];
}

export interface Build<T> {
  /** Names of the files left in the scratch directory that belong to the entry. */
  readonly files: readonly string[];
  readonly facts: T;
}

export interface EntryRequest<T> {
  /** What it is, for messages: `the agent`, `kernel debian:bookworm/cloud`. */
  readonly what: string;
  /** Kind of entry and hash of everything it depends on. */
  readonly key: readonly [kind: string, hash: string];
  /** Makes the files in an empty directory on the cache's file system; it is removed afterwards. */
  readonly build: (scratch: string) => Promise<Build<T>>;
  readonly note: (line: string) => void;
  /** Whatever the cache has. */
  readonly anew?: boolean;
}

export const ENTRY_MANIFEST = "manifest.json";
/** Scratch directories older than this belong to a builder that was killed. Milliseconds. */
const SCRATCH_LIFE = 3_600_000;

const underWay = new Map<string, Promise<Entry<unknown>>>();

/** The entry from the cache, or built now. @throws EnvironmentError when the cache cannot be written or is full. */
export function entry<T>(request: EntryRequest<T>): Promise<Entry<T>> {
  const directory = cacheDirectory("images", ...request.key);
  const found = underWay.get(directory) ?? findOrBuild(directory, request);
  underWay.set(directory, found);
  const done = () => underWay.delete(directory);
  found.then(done, done);
  return found as Promise<Entry<T>>;
}

async function findOrBuild<T>(directory: string, request: EntryRequest<T>): Promise<Entry<T>> {
  try {
    const manifest = request.anew ? undefined : (readJson(join(directory, ENTRY_MANIFEST)) as Entry<T> | undefined);
    const damage = manifest && (await check(directory, manifest));
    if (manifest && !damage) return located(directory, manifest);
    if (damage) request.note(`${request.what}: building it anew, what the cache has is damaged: ${damage}`);
    return located(directory, await buildInto(directory, request));
  } catch (error) {
    throw cacheFailure(error, cacheDirectory("images"));
  }
}

function located<T>(directory: string, manifest: Entry<T>): Entry<T> {
  return { ...manifest, files: manifest.files.map((file) => ({ ...file, path: join(directory, file.path) })) };
}

/** What is wrong with the entry, if anything. A file is read only when its time is not the one on record. */
async function check<T>(directory: string, manifest: Entry<T>): Promise<string | undefined> {
  if (!Array.isArray(manifest.files)) return `no list of files in "${join(directory, ENTRY_MANIFEST)}"`;
  let touched = false;
  const files: EntryFile[] = [];
  for (const file of manifest.files) {
    const path = join(directory, file.path);
    const now = stampOf(path);
    if (!now) return `"${path}" is gone`;
    if (now.size !== file.size) return `"${path}" has ${now.size} of ${file.size} bytes`;
    files.push({ ...file, mtimeMs: now.mtimeMs });
    if (now.mtimeMs === file.mtimeMs) continue;
    touched = true;
    if ((await hashFile(path)) !== file.sha256) return `"${path}" has another content`;
  }
  // A cache that cannot be written is still good to read; the next call hashes again.
  if (touched) await writeJson(join(directory, ENTRY_MANIFEST), { ...manifest, files }).catch(() => undefined);
  return undefined;
}

async function buildInto<T>(directory: string, request: EntryRequest<T>): Promise<Entry<T>> {
  const area = cacheDirectory("images", "scratch");
  await mkdir(area, { recursive: true });
  await dropAbandoned(area);
  await using scope = new Scope();
  const scratch = await mkdtemp(join(area, "build-"));
  scope.defer(scratch, () => rm(scratch, { recursive: true, force: true }));
  const built = await request.build(scratch);
  await mkdir(directory, { recursive: true });
  const files: EntryFile[] = [];
  for (const name of built.files) files.push(await moveIn(join(scratch, name), directory, name));
  const manifest: Entry<T> = { facts: built.facts, files };
  await writeJson(join(directory, ENTRY_MANIFEST), manifest);
  return manifest;
}

/** Hashed before it is moved, and given a whole number of milliseconds, which every file system and JSON keep. */
async function moveIn(from: string, directory: string, name: string): Promise<EntryFile> {
  const sha256 = await hashFile(from);
  const now = Math.floor(Date.now() / 1000);
  await utimes(from, now, now);
  const { size, mtimeMs } = await stat(from);
  await rename(from, join(directory, name));
  return { path: name, size, mtimeMs, sha256 };
}

async function dropAbandoned(area: string): Promise<void> {
  for (const name of await readdir(area)) {
    const path = join(area, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > SCRATCH_LIFE) await rm(path, { recursive: true, force: true });
  }
}
