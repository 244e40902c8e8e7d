/** ELF notes: whether a vmlinux says where to enter it without a boot loader's help (PVH boot). */

const MAGIC = "7f454c46";
const CLASS_64 = 2;
const PT_NOTE = 4;
/** `XEN_ELFNOTE_PHYS32_ENTRY` of include/xen/interface/elfnote.h: what QEMU looks for. */
const PHYS32_ENTRY = { owner: "Xen", type: 18 };

export interface ElfNote {
  readonly owner: string;
  readonly type: number;
}

/** Whether QEMU can boot this file by its PVH entry. Anything that is no 64-bit little-endian ELF file cannot be. */
export function hasPvhEntry(file: Buffer): boolean {
  return elfNotes(file).some(({ owner, type }) => owner === PHYS32_ENTRY.owner && type === PHYS32_ENTRY.type);
}

/** The notes of a 64-bit little-endian ELF file; none for other and for damaged files. */
export function elfNotes(file: Buffer): ElfNote[] {
  if (file.length < 64 || file.toString("hex", 0, 4) !== MAGIC || file[4] !== CLASS_64) return [];
  const table = Number(file.readBigUInt64LE(0x20));
  const [size, count] = [file.readUInt16LE(0x36), file.readUInt16LE(0x38)];
  return Array.from({ length: count }, (_, index) => table + index * size)
    .filter((at) => at + 56 <= file.length && file.readUInt32LE(at) === PT_NOTE)
    .flatMap((at) =>
      notesIn(file.subarray(Number(file.readBigUInt64LE(at + 8))), Number(file.readBigUInt64LE(at + 32))),
    );
}

/** A note is the lengths of owner and content, its type, then both, each padded to four bytes. */
function notesIn(file: Buffer, length: number): ElfNote[] {
  const segment = file.subarray(0, length);
  const notes: ElfNote[] = [];
  for (let at = 0; at + 12 <= segment.length; ) {
    const [owner, content] = [segment.readUInt32LE(at), segment.readUInt32LE(at + 4)];
    const name = segment.toString("latin1", at + 12, at + 12 + owner).replace(/\0+$/, "");
    notes.push({ owner: name, type: segment.readUInt32LE(at + 8) });
    at += 12 + padded(owner) + padded(content);
  }
  return notes;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
