/**
 * Packs a directory as the kernel unpacks it (Documentation/driver-api/early-userspace/buffer-format.rst): a newc
 * archive whose bytes depend on names, kinds and contents alone. `cpio --reproducible` still stores the link counts
 * of directories, which file systems disagree on.
 */
import { createWriteStream } from "node:fs";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const DIRECTORY = 0o040755;
const PROGRAM = 0o100755;
const FILE = 0o100644;
const LINK = 0o120777;
const TRAILER = "TRAILER!!!";
/** The kernel accepts a further archive behind this one at any multiple of four bytes; cpio writes such blocks. */
const BLOCK = 512;

interface Member {
  readonly name: string;
  readonly mode: number;
  readonly content: Buffer;
}

/**
 * Packs `tree` into the file `archive`: directories, regular files and symbolic links, owned by root. A file that
 * anybody may execute is a program that everybody may.
 */
export async function pack(tree: string, archive: string): Promise<void> {
  await pipeline(Readable.from(packed(tree)), createWriteStream(archive));
}

/** Packs `tree` behind what the file `archive` holds, as the directory `place` of a guest. */
export async function packBehind(tree: string, place: string, archive: string): Promise<void> {
  await pipeline(Readable.from(packed(tree, place)), createWriteStream(archive, { flags: "a" }));
}

async function* packed(tree: string, place = "/"): AsyncGenerator<Buffer> {
  let [number, length] = [0, 0];
  for await (const member of membersIn(tree, place)) {
    const bytes = memberBytes(member, ++number);
    length += bytes.length;
    yield bytes;
  }
  const trailer = memberBytes({ name: TRAILER, mode: 0, content: Buffer.alloc(0) }, 0);
  yield trailer;
  yield Buffer.alloc(-(length + trailer.length) & (BLOCK - 1));
}

/** With the directories that lead there. */
async function* membersIn(tree: string, place: string): AsyncGenerator<Member> {
  const steps = place.split("/").filter(Boolean);
  for (const [at] of steps.entries())
    yield { name: steps.slice(0, at + 1).join("/"), mode: DIRECTORY, content: Buffer.alloc(0) };
  for await (const member of membersOf(tree, "")) yield { ...member, name: join(...steps, member.name) };
}

/** What is in a directory, sorted by bytes: a directory before what it holds. */
async function* membersOf(tree: string, directory: string): AsyncGenerator<Member> {
  for (const entry of (await readdir(join(tree, directory))).sort()) {
    const name = join(directory, entry);
    const path = join(tree, name);
    const found = await lstat(path);
    if (found.isSymbolicLink()) yield { name, mode: LINK, content: Buffer.from(await readlink(path)) };
    else if (found.isFile()) yield { name, mode: found.mode & 0o111 ? PROGRAM : FILE, content: await readFile(path) };
    else if (found.isDirectory()) {
      yield { name, mode: DIRECTORY, content: Buffer.alloc(0) };
      yield* membersOf(tree, name);
    } else throw new Error(`"${path}" is neither a directory nor a file nor a link`);
  }
}

function memberBytes({ name, mode, content }: Member, number: number): Buffer {
  const nameLength = Buffer.byteLength(name) + 1;
  // Inode, mode, owner, group, links, time, size, device (2), device it is (2), length of the name, no checksum.
  const fields = [number, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, nameLength, 0];
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${name}\0`;
  return Buffer.concat([padded(Buffer.from(head)), padded(content)]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
