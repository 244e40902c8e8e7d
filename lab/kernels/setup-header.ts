/**
 * The setup header of a bzImage (Documentation/arch/x86/boot.rst): tells what kernel a file is, and that it is one.
 */
import { open } from "node:fs/promises";
import { UsageError } from "../base/errors.ts";
import { type KernelVersion, parseKernelVersion } from "../model/kernel-version.ts";
import { elfHead } from "./elf.ts";

export interface KernelFile {
  /** `uname -r`. */
  readonly release: string;
  /** Upstream version: what the distribution says it is, else what the release begins with. */
  readonly version: KernelVersion;
  /** The whole version string: release, builder, number and date. */
  readonly banner: string;
}

const SETUP_SECTORS = 0x1f1;
const SYSTEM_SIZE = 0x1f4;
const BOOT_FLAG = { at: 0x1fe, value: 0xaa55 };
const MAGIC = { at: 0x202, value: "HdrS" };
const KERNEL_VERSION = 0x20e;
const LOAD_FLAGS = 0x211;
const LOADED_HIGH = 1;
/**
 * The version string lies in the setup code, which has at most 64 sectors, and is counted from its second one; what
 * tells a kernel for s390x lies behind that.
 */
const HEAD = 0x10010;

/** What the kernel may be entered by from a boot loader: in 64-bit mode, if it is for that. */
const EXTENDED_LOAD_FLAGS = 0x236;
const ENTRY_64 = 1;
/** Protocol 2.12 (Linux 3.8) brought those flags. */
const PROTOCOL = { at: 0x206, extended: 0x20c };

/** What other files begin with: `[offset, bytes, what it is]`. */
const KINDS: readonly [number, string, string][] = [
  [0x38, "ARMd", "a kernel for arm64"],
  [0x38, "RSC\x05", "a kernel for riscv64"],
  [0x24, "\x18\x28\x6f\x01", "a kernel for 32-bit arm"],
  [0x10008, "S390EP", "a kernel for s390x"],
  [0, "MZ", "an EFI program without a Linux setup header (a unified kernel image?)"],
  [0, "\x1f\x8b", "gzip data"],
  [0, "\xfd7zXZ\0", "xz data"],
  [0, "\x28\xb5\x2f\xfd", "zstd data"],
  [0, "070701", "a cpio archive (an initramfs?)"],
  [0, "!<arch>\n", "an ar archive (a Debian package?)"],
  [0, "QFI\xfb", "a qcow2 disk image"],
];

/** Architectures whose kernels are EFI programs, by the number in a PE header. */
const PE_MACHINES: Readonly<Record<number, string>> = {
  332: "32-bit x86",
  450: "32-bit arm",
  20580: "riscv64",
  25188: "loongarch64",
  43620: "arm64",
};

/** @throws UsageError when the file cannot be read or is not a bzImage, saying what it is. */
export async function readKernelFile(path: string): Promise<KernelFile> {
  const { head, size } = await readHead(path);
  return parseKernelHead(head, size, path);
}

/** @param head the file's first 64 KiB and more, or all of it; @param size bytes of the file; @param path for messages. */
export function parseKernelHead(head: Buffer, size: number, path: string): KernelFile {
  const magic = head.toString("latin1", MAGIC.at, MAGIC.at + 4);
  if (head.length < 0x264 || magic !== MAGIC.value || head.readUInt16LE(BOOT_FLAG.at) !== BOOT_FLAG.value) {
    throw notAKernel(path, kindOf(head));
  }
  if (!((head[LOAD_FLAGS] ?? 0) & LOADED_HIGH)) throw notAKernel(path, "a zImage or a boot sector");
  const hasFlags = head.readUInt16LE(PROTOCOL.at) >= PROTOCOL.extended;
  if (hasFlags && !((head[EXTENDED_LOAD_FLAGS] ?? 0) & ENTRY_64)) throw notAKernel(path, "a kernel for 32-bit x86");
  if (size < promisedSize(head)) throw notAKernel(path, `the first ${size} bytes of one (${promisedSize(head)})`);
  const start = head.readUInt16LE(KERNEL_VERSION) + 0x200;
  const end = head.indexOf(0, start);
  const banner = start > 0x200 && end > start ? head.toString("latin1", start, end) : "";
  const release = banner.split(" ")[0] ?? "";
  if (!/^\d+\.\d+/.test(release)) throw notAKernel(path, `a bzImage without a version ("${banner}")`);
  // Debian's release says 6.1.0 for every 6.1.x; only its build string names the upstream version.
  const packaged = / Debian (\d+\.\d+\S*)/.exec(banner)?.[1];
  return { release, version: parseKernelVersion(packaged ?? release), banner };
}

/** Setup code and protected-mode code; the latter is given in units of 16 bytes, rounded up. */
function promisedSize(head: Buffer): number {
  return ((head[SETUP_SECTORS] || 4) + 1) * 512 + (head.readUInt32LE(SYSTEM_SIZE) - 1) * 16;
}

async function readHead(path: string): Promise<{ head: Buffer; size: number }> {
  try {
    await using file = await open(path, "r");
    const head = Buffer.alloc(HEAD);
    const { bytesRead } = await file.read(head, 0, HEAD, 0);
    return { head: head.subarray(0, bytesRead), size: (await file.stat()).size };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "EISDIR") throw notAKernel(path, "a directory");
    throw new UsageError(`kernel "${path}" cannot be read: ${message}`, { cause });
  }
}

function kindOf(head: Buffer): string {
  if (head.length === 0) return "an empty file";
  const elf = elfHead(head);
  if (elf) return `an ELF file for ${elf.machine} (an unpacked vmlinux, a module or a program)`;
  const machine = peMachine(head);
  if (machine) return `a kernel for ${machine}`;
  const kind = KINDS.find(([at, bytes]) => head.toString("latin1", at, at + bytes.length) === bytes)?.[2];
  if (kind) return kind;
  const text = head.subarray(0, 512).every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
  return text ? "a text file" : `something else (it begins with ${head.toString("hex", 0, 8)})`;
}

/** An EFI program says what it is for; those for x86-64 are no news. */
function peMachine(head: Buffer): string | undefined {
  const at = head.length > 0x40 && head.toString("latin1", 0, 2) === "MZ" ? head.readUInt32LE(0x3c) : 0;
  if (at === 0 || at + 6 > head.length || head.toString("latin1", at, at + 4) !== "PE\0\0") return undefined;
  return PE_MACHINES[head.readUInt16LE(at + 4)];
}

function notAKernel(path: string, what: string): UsageError {
  return new UsageError(`"${path}" is not a bzImage but ${what}`, {
    mend: "name the file a boot loader would load on x86-64, e.g. /boot/vmlinuz-* or arch/x86/boot/bzImage",
  });
}
