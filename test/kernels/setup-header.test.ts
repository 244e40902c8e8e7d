import { describe, expect, test } from "vitest";
import { UsageError } from "../../lab/base/errors.ts";
import { parseKernelHead, readKernelFile } from "../../lab/kernels/setup-header.ts";
import { BANNER, bzImageHead as head, BZIMAGE_SIZE as SIZE } from "./bzimage.ts";

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = head();
  change(bytes);
  return bytes;
}

/** @param order 1: little-endian, 2: big-endian. */
function elf(machine: number, order: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write("7f454c4602", "hex");
  bytes[5] = order;
  if (order === 1) bytes.writeUInt16LE(machine, 0x12);
  else bytes.writeUInt16BE(machine, 0x12);
  return bytes;
}

/** An EFI program without a setup header, as other architectures' kernels are. */
function efi(machine: number): Buffer {
  const bytes = Buffer.alloc(0x400);
  bytes.write("MZ");
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write("PE\0\0", 0x80, "latin1");
  bytes.writeUInt16LE(machine, 0x84);
  return bytes;
}

describe("a bzImage", () => {
  test("of Debian says its upstream version", () => {
    expect(parseKernelHead(head(), SIZE, "f")).toEqual({
      release: "6.1.0-56-cloud-amd64",
      version: [6, 1, 192],
      banner: BANNER,
    });
  });

  test.each([
    ["6.18.44-custom (me@here) #3 SMP Sat Oct 3", "6.18.44-custom", [6, 18, 44]],
    ["7.3.0-rc7+ (me@here) #1", "7.3.0-rc7+", [7, 3, 0]],
  ])("of one's own: %s", (banner, release, version) => {
    expect(parseKernelHead(head(banner), SIZE, "f")).toMatchObject({ release, version });
  });
});

describe("anything else is refused for what it is", () => {
  test.each([
    ["an empty file", Buffer.alloc(0)],
    ["an ELF file for ppc64 ", elf(21, 1)],
    ["an ELF file for x86-64 ", elf(62, 1)],
    ["an ELF file for s390x ", elf(22, 2)],
    ["gzip data", Buffer.from([0x1f, 0x8b, 8])],
    ["a text file", Buffer.from("hello\n")],
    ["a Debian package", Buffer.from("!<arch>\ndebian-binary")],
    ["something else \\(it begins with 0102", Buffer.from([1, 2, 3])],
    ["an EFI program", changed((bytes) => bytes.fill(0, 0x202, 0x206))],
    ["a zImage", changed((bytes) => bytes.fill(0, 0x211, 0x212))],
    ["a bzImage without a version", changed((bytes) => bytes.fill(0, 0x20e, 0x210))],
    ["a kernel for 32-bit x86", changed((bytes) => bytes.fill(0, 0x236, 0x237))],
    ["a kernel for riscv64", efi(0x5064)],
    ["a kernel for arm64", efi(0xaa64)],
    ["a kernel for s390x", Buffer.alloc(0x10010, 0x07).fill("S390EP", 0x10008, 0x1000e)],
    ["arm64", changed((bytes) => bytes.fill(0, 0x202, 0x206).write("ARMd", 0x38))],
  ])("%s", (what, bytes) => {
    expect(() => parseKernelHead(bytes, SIZE, "f")).toThrow(UsageError);
    expect(() => parseKernelHead(bytes, SIZE, "f")).toThrow(new RegExp(`^"f" is not a bzImage but .*${what}`));
  });

  test("a kernel cut short", () => {
    expect(() => parseKernelHead(head(), SIZE - 17, "f")).toThrow("the first 4143 bytes of one");
  });

  test("what cannot be read", async () => {
    await expect(readKernelFile("/nonexistent/vmlinuz")).rejects.toThrow(UsageError);
    await expect(readKernelFile(import.meta.dirname)).rejects.toThrow("a directory");
    await expect(readKernelFile(import.meta.filename)).rejects.toThrow("a text file");
  });
});
