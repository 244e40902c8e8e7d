/** Stamps: what tells cheaply that a file is still the one that was hashed. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";

/** A file as it was last seen: size in bytes, modification time in milliseconds. */
export interface Stamp {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export async function stampOf(path: string): Promise<Stamp> {
  const { size, mtimeMs } = await stat(path);
  return { path, size, mtimeMs };
}

/** Whether every file still has the size and the time it had. */
export async function unchanged(stamps: readonly Stamp[]): Promise<boolean> {
  const same = stamps.map(async (stamp) => {
    const now = await stampOf(stamp.path).catch(() => undefined);
    return now?.size === stamp.size && now.mtimeMs === stamp.mtimeMs;
  });
  return (await Promise.all(same)).every(Boolean);
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
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch(() => "");
  try {
    return JSON.parse(text);
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
  const known = (await readJson(path)) as Partial<Memory<T>> | undefined;
  if (known?.inputs && known.value !== undefined && (await unchanged(known.inputs))) return known.value;
  const { inputs, value } = await learn();
  const memory: Memory<T> = { inputs: await Promise.all(inputs.map(stampOf)), value };
  await writeJson(path, memory);
  return value;
}
