/** Unpacks compressed files by what they begin with: names of kernels and modules do not always tell. */
import { copyFile, open } from "node:fs/promises";
import { runShell } from "./shell.ts";

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

/** The command for data that begins like this; undefined for what is not compressed in a way that is known. */
export function unpackerFor(begin: Buffer): string | undefined {
  return UNPACKERS.find(([begins]) => begin.toString("hex").startsWith(begins))?.[1];
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
  return buffer.subarray(0, bytesRead);
}
