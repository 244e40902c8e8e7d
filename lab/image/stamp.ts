/**
 * Stamps: what tells cheaply that a file is still the one that was hashed. Small reads are synchronous: finding an
 * image again is some fifty of them, and a trip through the thread pool for each would take longer than they do.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";

/** A file as it was last seen: size in bytes, modification time in milliseconds. */
export interface Stamp {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** The stamp a file has now; undefined when there is none. */
export function stampOf(path: string): Stamp | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { path, size: found.size, mtimeMs: found.mtimeMs };
}

/** Whether every file still has the size and the time it had. */
export function unchanged(stamps: readonly Stamp[]): boolean {
  return stamps.every(({ path, size, mtimeMs }) => {
    const now = stampOf(path);
    return now?.size === size && now.mtimeMs === mtimeMs;
  });
}

/** Hex SHA-256 of a file. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

/** Hex SHA-256 of a JSON value: the name of what is made from it. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/** Parsed JSON file; undefined when it is missing or damaged. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Writes a JSON file in one step: readers see the old one or the new one. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, `${JSON.stringify(value, null, 1)}\n`);
  await rename(draft, path);
}

interface Memory<T> {
  readonly inputs: readonly Stamp[];
  readonly value: T;
}

/**
 * What `learn` found out from the files it names as inputs, remembered in `path` until one of them changes.
 * The value must survive JSON.
 */
export async function remembered<T>(
  path: string,
  learn: () => Promise<{ readonly inputs: readonly string[]; readonly value: T }>,
): Promise<T> {
  const known = readJson(path) as Partial<Memory<T>> | undefined;
  if (known?.inputs && known.value !== undefined && unchanged(known.inputs)) return known.value;
  const { inputs, value } = await learn();
  const memory: Memory<T> = { inputs: inputs.flatMap((input) => stampOf(input) ?? []), value };
  await writeJson(path, memory);
  return value;
}
