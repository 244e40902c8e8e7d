/** ELF files as far as kernels and modules need them: what machine they are for, and what is in a section. Pure. */

export interface ElfHead {
  /** A word for people, such as `x86-64` or `arm64`. */
  readonly machine: string;
  readonly relocatable: boolean;
}

const MAGIC = "7f454c46";
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const RELOCATABLE = 1;
const X86_64 = "x86-64";
/** `e_machine` of the architectures Debian has or had kernels for. */
const MACHINES: Readonly<Record<number, string>> = {
  3: "32-bit x86",
  8: "mips",
  20: "32-bit PowerPC",
  21: "ppc64",
  22: "s390x",
  40: "32-bit arm",
  62: X86_64,
  183: "arm64",
  243: "riscv64",
  258: "loongarch64",
};

/** Undefined for what is no ELF file. */
export function elfHead(bytes: Buffer): ElfHead | undefined {
  if (bytes.length < 0x14 || bytes.toString("hex", 0, 4) !== MAGIC) return undefined;
  const half = (at: number) => (bytes[5] === LITTLE_ENDIAN ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const number = half(0x12);
  // An x32 program has the number of x86-64 in a file of the 32-bit class.
  const known = number === 62 && bytes[4] !== CLASS_64 ? "32-bit x86" : MACHINES[number];
  return { machine: known ?? `machine number ${number}`, relocatable: half(0x10) === RELOCATABLE };
}

/** Whether it is code for the machines the lab has guests of. */
export function isOurMachine(head: ElfHead): boolean {
  return head.machine === X86_64;
}

/**
 * Sections by name, of a 64-bit little-endian file.
 * @throws RangeError when a table or a section lies beyond the end of the file.
 */
export function elfSections(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const part = (at: number, length: number) => {
    if (at + length > bytes.length) throw new RangeError(`it has ${bytes.length} of at least ${at + length} bytes`);
    return bytes.subarray(at, at + length);
  };
  const head = part(0, 0x40);
  const [size, count, names] = [head.readUInt16LE(0x3a), head.readUInt16LE(0x3c), head.readUInt16LE(0x3e)];
  const table = part(Number(head.readBigUInt64LE(0x28)), size * count);
  const entries = Array.from({ length: count }, (_, index) => table.subarray(index * size, (index + 1) * size));
  const content = (entry: Buffer) => {
    const isOnDisk = entry.readUInt32LE(4) !== NO_BITS;
    return part(Number(entry.readBigUInt64LE(0x18)), isOnDisk ? Number(entry.readBigUInt64LE(0x20)) : 0);
  };
  const strings = entries[names] ? content(entries[names]) : Buffer.alloc(0);
  return new Map(entries.map((entry) => [stringAt(strings, entry.readUInt32LE(0)), content(entry)]));
}

/** A section that takes room in memory, and none in the file. */
const NO_BITS = 8;

function stringAt(strings: Buffer, at: number): string {
  return strings.toString("latin1", at, strings.indexOf(0, at));
}
