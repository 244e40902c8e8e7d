import { describe, expect, test } from "vitest";
import { UsageError } from "../../lab/base/errors.ts";
import { parseKernelHead, readKernelFile } from "../../lab/kernels/setup-header.ts";

const BANNER = "6.1.0-56-cloud-amd64 (builder@example) #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-10-31)";

/** The head of a bzImage as the boot protocol describes it: 4 sectors of setup code, 1600 bytes of system. */
function head(banner = BANNER): Buffer {
  const bytes = Buffer.alloc(0x1000);
  bytes.write("MZ");
  bytes[0x1f1] = 4;
  bytes.writeUInt32LE(100, 0x1f4);
  bytes.writeUInt16LE(0xaa55, 0x1fe);
  bytes.write("HdrS", 0x202);
  bytes.writeUInt16LE(0x600, 0x20e);
  bytes[0x211] = 1;
  bytes.write(banner, 0x800);
  return bytes;
}

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = head();
  change(bytes);
  return bytes;
}

const SIZE = 5 * 512 + 1600;

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
    ["an ELF file", Buffer.from("\x7fELF\x02\x01")],
    ["gzip data", Buffer.from([0x1f, 0x8b, 8])],
    ["a text file", Buffer.from("hello\n")],
    ["a Debian package", Buffer.from("!<arch>\ndebian-binary")],
    ["something else \\(it begins with 0102", Buffer.from([1, 2, 3])],
    ["an EFI program", changed((bytes) => bytes.fill(0, 0x202, 0x206))],
    ["a zImage", changed((bytes) => bytes.fill(0, 0x211, 0x212))],
    ["a bzImage without a version", changed((bytes) => bytes.fill(0, 0x20e, 0x210))],
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
