/** Unpacks compressed files by what they begin with: names of kernels and modules do not always tell. */
import { spawnSync } from "node:child_process";
import { copyFile, open } from "node:fs/promises";
import { notInstalled, runShell } from "./shell.ts";

/** Beginnings as hex, and what unpacks standard input to standard output. */
const UNPACKERS: readonly (readonly [begins: string, command: string])[] = [
  ["1f8b", "gzip -dc"],
  ["fd377a585a00", "xz -dc"],
  ["28b52ffd", "zstd -dcq"],
  ["02214c18", "lz4 -dcq"],
  ["425a68", "bzip2 -dc"],
  ["5d0000", "xz --format=lzma -dc"],
];

/** Writes what is in `from` to the new file `to`, unpacked if it is compressed. */
export async function unpack(from: string, to: string): Promise<void> {
  const command = unpackerFor(await firstBytes(from, 6));
  if (command) await runShell(`${command} < "$1" > "$2"`, [from, to], to);
  else await copyFile(from, to);
}

/** The same for bytes in memory, a module's at most; or what the unpacking program complained of. */
export function unpackBytes(packed: Buffer): { readonly bytes: Buffer } | { readonly broken: string } {
  const [program, ...args] = unpackerFor(packed)?.split(" ") ?? [];
  if (program === undefined) return { bytes: packed };
  const limits = { maxBuffer: 2 ** 28, timeout: 30_000 };
  const { status, stdout, stderr, error } = spawnSync(program, args, { input: packed, ...limits });
  // A program that gives up early does not read the rest of its input.
  const failure = error as NodeJS.ErrnoException | undefined;
  if (failure?.code === "ENOENT") throw notInstalled(program);
  if (status === 0) return { bytes: stdout };
  return { broken: stderr?.toString().trim() || failure?.message || `${program} ended with status ${status}` };
}

/** The command for data that begins like this; undefined for what is not compressed in a way that is known. */
export function unpackerFor(begin: Buffer): string | undefined {
  return UNPACKERS.find(([begins]) => begin.toString("hex").startsWith(begins))?.[1];
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
  return buffer.subarray(0, bytesRead);
}
