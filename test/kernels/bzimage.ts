/** The head of a bzImage: enough to be known by, too little to boot. */

export const BANNER = "6.1.0-56-cloud-amd64 (builder@example) #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-10-31)";

/** Bytes of the whole file the head promises. */
export const BZIMAGE_SIZE = 5 * 512 + 1600;

/** The head of a bzImage as the boot protocol describes it: 4 sectors of setup code, 1600 bytes of system. */
export function bzImageHead(banner = BANNER): Buffer {
  const bytes = Buffer.alloc(0x1000);
  bytes.write("MZ");
  bytes[0x1f1] = 4;
  bytes.writeUInt32LE(100, 0x1f4);
  bytes.writeUInt16LE(0xaa55, 0x1fe);
  bytes.write("HdrS", 0x202);
  bytes.writeUInt16LE(0x20f, 0x206);
  bytes.writeUInt16LE(0x600, 0x20e);
  bytes[0x236] = 1;
  bytes[0x211] = 1;
  bytes.write(banner, 0x800);
  return bytes;
}
