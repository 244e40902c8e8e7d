import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { $ } from "zx";
import { bootFile, payloadOf } from "../../lab/image/boot-file.ts";
import { elfNotes, hasPvhEntry } from "../../lab/image/elf-note.ts";
import { hashFile } from "../../lab/image/stamp.ts";
import { unpack } from "../../lab/image/unpack.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import { type ScratchCache, scratchCache } from "./scratch-cache.ts";

let cache: ScratchCache;
let scratch: string;
beforeEach(async () => {
  cache = await scratchCache();
  scratch = await mkdtemp(join(tmpdir(), "macvlab-boot-file-"));
});
afterEach(async () => {
  await cache[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true, force: true });
});

const PACKERS = ["gzip -9", "xz --check=crc32", "zstd -19", "lz4 -l -9 -c", "bzip2", "xz --format=lzma"] as const;

function note(owner: string, type: number): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(owner.length + 1, 0);
  head.writeUInt32LE(8, 4);
  head.writeUInt32LE(type, 8);
  const name = Buffer.alloc(Math.ceil((owner.length + 1) / 4) * 4);
  name.write(owner);
  return Buffer.concat([head, name, Buffer.alloc(8, 0xee)]);
}

/** A 64-bit ELF file with one PT_LOAD and one PT_NOTE. */
function elf(...notes: Buffer[]): Buffer {
  const content = Buffer.concat(notes);
  const head = Buffer.alloc(64 + 2 * 56);
  head.write("7f454c4602", "hex");
  head.writeBigUInt64LE(64n, 0x20);
  head.writeUInt16LE(56, 0x36);
  head.writeUInt16LE(2, 0x38);
  head.writeUInt32LE(1, 64);
  head.writeUInt32LE(4, 120);
  head.writeBigUInt64LE(BigInt(head.length), 128);
  head.writeBigUInt64LE(BigInt(content.length), 152);
  return Buffer.concat([head, content, Buffer.alloc(100_000, 7)]);
}

async function compressed(content: Buffer, packer: string): Promise<Buffer> {
  await writeFile(join(scratch, "plain"), content);
  await $`bash -c ${`${packer} < ${scratch}/plain > ${scratch}/packed`}`;
  return readFile(join(scratch, "packed"));
}

/** A bzImage as the kernel's build makes it: one setup sector more than the header says, four bytes behind the payload. */
async function image(content: Buffer, packer: string): Promise<Buffer> {
  const size = Buffer.alloc(packer.startsWith("gzip") ? 0 : 4, 0x5a);
  const payload = Buffer.concat([await compressed(content, packer), size]);
  const head = Buffer.alloc(3 * 512 + 100);
  head[0x1f1] = 2;
  head.write("HdrS", 0x202);
  head.writeUInt16LE(0x20f, 0x206);
  head.writeUInt32LE(100, 0x248);
  head.writeUInt32LE(payload.length, 0x24c);
  return Buffer.concat([head, payload, Buffer.alloc(5000, 1)]);
}

async function kernelOf(content: Buffer): Promise<KernelArtefacts> {
  const vmlinuz = join(scratch, "vmlinuz");
  await writeFile(vmlinuz, content);
  const sha256 = await hashFile(vmlinuz);
  return { spec: "file:vmlinuz", release: "6.1.0", version: [6, 1, 0], vmlinuz, sha256, packages: [] };
}

describe("ELF notes", () => {
  test("are read one behind the other", () => {
    const notes = elfNotes(elf(note("GNU", 3), note("Xen", 6), note("Xen", 18)));
    expect(notes).toEqual([
      { owner: "GNU", type: 3 },
      { owner: "Xen", type: 6 },
      { owner: "Xen", type: 18 },
    ]);
  });
  test.each([
    ["a PVH entry", elf(note("Xen", 18)), true],
    ["other notes of the same owner", elf(note("Xen", 6)), false],
    ["another owner's note of that type", elf(note("GNU", 18)), false],
    ["a cut off file", elf(note("Xen", 18)).subarray(0, 100), false],
    ["no ELF file", Buffer.from("MZ".repeat(100)), false],
  ])("%s", (_name, file, expected) => expect(hasPvhEntry(file)).toBe(expected));
});

describe.each(PACKERS)("a bzImage packed by %s", (packer) => {
  test("gives its vmlinux, whole", async () => {
    const vmlinux = elf(note("Xen", 18));
    const kernel = await kernelOf(await image(vmlinux, packer));
    const notes: string[] = [];
    const found = await bootFile(kernel, (line) => notes.push(line));
    expect(notes).toEqual([]);
    expect(found.pvh).toBe(true);
    expect((await readFile(found.path)).equals(vmlinux)).toBe(true);
    expect(await bootFile(kernel, (line) => notes.push(line))).toEqual(found);
  });
});

describe("the bzImage itself is booted, and it is said why", () => {
  const cases: readonly [string, () => Promise<Buffer> | Buffer, RegExp][] = [
    ["without a PVH entry", () => image(elf(note("GNU", 3)), "gzip"), /no PVH entry/],
    ["a payload in an unknown compression", () => image(Buffer.from("plain"), "cat"), /no known compression/],
    ["a damaged payload", async () => damaged(await image(elf(note("Xen", 18)), "gzip")), /could not be taken out/],
    ["no setup header", () => Buffer.alloc(2000), /no setup header/],
    ["shorter than a header", () => Buffer.from("MZ"), /no setup header/],
  ];
  test.each(cases)("%s", async (_name, content, why) => {
    const kernel = await kernelOf(await content());
    const notes: string[] = [];
    expect(await bootFile(kernel, (line) => notes.push(line))).toEqual({ path: kernel.vmlinuz, pvh: false });
    expect(notes).toEqual([expect.stringMatching(why)]);
  });
});

function damaged(content: Buffer): Buffer {
  return content.fill(0x99, 3 * 512 + 120, 3 * 512 + 200);
}

test("a payload ends where the header says", async () => {
  const whole = await image(Buffer.from("kernel"), "gzip");
  expect(payloadOf(whole).length).toBe(whole.readUInt32LE(0x24c));
});

test("what is not compressed is copied", async () => {
  await writeFile(join(scratch, "a.ko"), "\x7fELF and so on");
  await unpack(join(scratch, "a.ko"), join(scratch, "b.ko"));
  expect(await readFile(join(scratch, "b.ko"), "latin1")).toBe("\x7fELF and so on");
});
