/** What is asked of large files: their first bytes, and a hash that is remembered until the file changes. */
import { open } from "node:fs/promises";
import { cacheDirectory } from "../base/cache.ts";
import { cacheFailure } from "../base/disk-space.ts";
import { hashFile, hashOf, remembered } from "../image/stamp.ts";

/** At most `count` bytes from the beginning of a file. */
export async function fileHead(path: string, count: number): Promise<Buffer> {
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
  return buffer.subarray(0, bytesRead);
}

/** Hex SHA-256 of a file: a vmlinux with debug information takes seconds to read. */
export async function fileHash(path: string): Promise<string> {
  const memory = cacheDirectory("images", "known", `file-${hashOf(path)}.json`);
  return remembered(memory, async () => ({ inputs: [path], value: await hashFile(path) })).catch((error) => {
    throw cacheFailure(error, cacheDirectory("images"));
  });
}
