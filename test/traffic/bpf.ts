/** Runs a classic BPF program (linux/filter.h) over a frame, as far as the lab's own programs go. */

/** @returns bytes of the frame that are kept. A load behind the frame's end keeps nothing, as in the kernel. */
export function runFilter(program: string, frame: Buffer): number {
  const bytes = Buffer.from(program, "hex");
  let accumulator = 0;
  for (let at = 0; at < bytes.length / 8; at++) {
    const code = bytes.readUInt16LE(8 * at);
    const [jumpTrue, jumpFalse] = [bytes[8 * at + 2] as number, bytes[8 * at + 3] as number];
    const value = bytes.readUInt32LE(8 * at + 4);
    if (code === 0x06) return value;
    if (code === 0x28 || code === 0x30) {
      const length = code === 0x28 ? 2 : 1;
      if (value + length > frame.length) return 0;
      accumulator = frame.readUIntBE(value, length);
    } else if (code === 0x54) accumulator = (accumulator & value) >>> 0;
    else if (code === 0x15) at += accumulator === value ? jumpTrue : jumpFalse;
    else throw new RangeError(`instruction ${at}: opcode 0x${code.toString(16)}`);
  }
  throw new RangeError("the program ends without a word");
}
