/** Module files with nothing in them but what says which module it is: valid ELF, a `.modinfo`, no code. */

export interface ModuleSketch {
  readonly name?: string;
  readonly vermagic?: string;
  readonly depends?: string;
  /** `e_machine`; default x86-64. */
  readonly machine?: number;
  /** `e_type`; default relocatable. */
  readonly type?: number;
}

export const VERMAGIC = "6.1.0-test SMP preempt mod_unload";

export function moduleBytes(sketch: ModuleSketch = {}): Buffer {
  const { machine = 62, type = 1, ...info } = { vermagic: VERMAGIC, depends: "", ...sketch };
  const pairs = Object.entries(info).map(([key, value]) => `${key}=${value}\0`);
  const modinfo = Buffer.from(pairs.join(""));
  const names = Buffer.from("\0.modinfo\0.shstrtab\0");
  const head = Buffer.alloc(0x40);
  head.write("7f454c46020101", "hex");
  head.writeUInt16LE(type, 0x10);
  head.writeUInt16LE(machine, 0x12);
  const table = head.length + modinfo.length + names.length;
  head.writeBigUInt64LE(BigInt(table), 0x28);
  head.writeUInt16LE(0x40, 0x3a);
  head.writeUInt16LE(3, 0x3c);
  head.writeUInt16LE(2, 0x3e);
  const sections = [
    section(0, 0, 0, 0),
    section(1, 1, head.length, modinfo.length),
    section(10, 3, head.length + modinfo.length, names.length),
  ];
  return Buffer.concat([head, modinfo, names, ...sections]);
}

function section(name: number, type: number, at: number, size: number): Buffer {
  const bytes = Buffer.alloc(0x40);
  bytes.writeUInt32LE(name, 0);
  bytes.writeUInt32LE(type, 4);
  bytes.writeBigUInt64LE(BigInt(at), 0x18);
  bytes.writeBigUInt64LE(BigInt(size), 0x20);
  return bytes;
}
