/** Disk images: a directory with all that is in it as an ext4 file system in a file. No root is needed to make one. */
import type { Dirent } from "node:fs";
import { lstatSync, readdirSync } from "node:fs";
import { truncate } from "node:fs/promises";
import { dirname, join } from "node:path";
import { commandFailure, runCommand } from "../base/command.ts";
import { isOutOfSpace, outOfSpace } from "../base/disk-space.ts";
import { EnvironmentError, tail } from "../base/errors.ts";

export const DISK_TYPE = "ext4";
/** What a kernel needs to read one, as modules or built in. */
export const DISK_MODULES = ["virtio_blk", "ext4"] as const;
/** What ext4 asks for by its algorithm's name alone; the module is called differently from kernel to kernel. */
export const DISK_HELPERS = ["crc32c_generic", "crc32c_cryptoapi"] as const;
/** Milliseconds. */
const DEADLINE = 600_000;
const BLOCK = 4096;
/** What the guest may add: it costs nothing until it is used. */
const ROOM = { bytes: 256 << 20, files: 16_384 };
/** Bytes a file takes beside its content: inode, name. */
const FILE = 512;
/** Indirect blocks, bitmaps. */
const OVERHEAD = 1.05;
/** No journal: what a guest leaves half written is nobody's. Inode tables are left to be zeroed when they are used. */
const FEATURES = "^has_journal,^resize_inode,^metadata_csum";
const EXTENDED = "lazy_itable_init=1,nodiscard,root_owner=0:0";
/** Ordinary users have no `sbin` in their PATH. */
const PATH = `${process.env.PATH ?? ""}:/usr/sbin:/sbin`;

/**
 * Fills the file `image` with a file system that holds what `tree` holds: owners, modes, times, links. Symbolic links
 * stay what they are.
 * @throws EnvironmentError when something in the tree cannot be read, or there is no room for the image.
 */
export async function makeDiskImage(tree: string, image: string): Promise<void> {
  const { bytes, files } = measure(tree);
  await truncate(image, Math.ceil((bytes * OVERHEAD + ROOM.bytes) / BLOCK) * BLOCK);
  const argv = [
    ...["mke2fs", "-q", "-F", "-t", DISK_TYPE, "-b", String(BLOCK), "-I", "256", "-N", String(files + ROOM.files)],
    ...["-O", FEATURES, "-E", EXTENDED, "-m", "0", "-d", tree, image],
  ];
  const result = await runCommand(argv, { deadline: DEADLINE, environment: { PATH } }).catch(nameThePackage);
  if (result.status === 0) return;
  if (isOutOfSpace(result.stderr)) throw outOfSpace(dirname(image), { detail: tail(result.stderr) });
  throw new EnvironmentError(`"${tree}" cannot be put on a disk for the guest: ${commandFailure(result).message}`, {
    detail: tail(result.stderr),
  });
}

/** The command is not called like its package. */
function nameThePackage(error: unknown): never {
  if (error instanceof EnvironmentError && error.mend === "apt-get install mke2fs")
    throw new EnvironmentError(error.message, { mend: "apt-get install e2fsprogs", cause: error });
  throw error;
}

/** Whole blocks. What cannot be looked into is left to mke2fs to complain of. */
function measure(directory: string): { bytes: number; files: number } {
  let [bytes, files] = [BLOCK, 1];
  for (const entry of entriesOf(directory)) {
    const path = join(directory, entry.name);
    const inside = entry.isDirectory() ? measure(path) : { bytes: entry.isFile() ? sizeOf(path) : 0, files: 1 };
    bytes += inside.bytes + FILE;
    files += inside.files;
  }
  return { bytes, files };
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  return Math.ceil((lstatSync(path, { throwIfNoEntry: false })?.size ?? 0) / BLOCK) * BLOCK;
}
