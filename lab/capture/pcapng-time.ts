/** pcapng timestamps: 64-bit counts of an interface's own unit, to and from seconds and nanoseconds, exactly. */

/** `[seconds, nanoseconds]`; finer units are cut off to whole nanoseconds, as Wireshark does. */
export type Time = readonly [seconds: number, nanoseconds: number];

/** Turns the two halves of a timestamp into a time. */
export type TimeReader = (high: number, low: number) => Time;

const BILLION = 1_000_000_000;
const TWO_32 = 2 ** 32;

/**
 * @param resolution the `if_tsresol` byte: a negative power of 10, or of 2 when its top bit is set.
 * @param offset the `if_tsoffset` seconds added to every timestamp.
 */
export function timeReader(resolution = 6, offset = 0): TimeReader {
  const exponent = resolution & 0x7f;
  if (resolution < 0x80 && exponent <= 9) return decimalReader(10 ** exponent, offset);
  const unitsPerSecond = (resolution < 0x80 ? 10n : 2n) ** BigInt(exponent);
  return (high, low) => {
    const units = (BigInt(high) << 32n) | BigInt(low);
    const nanoseconds = ((units % unitsPerSecond) * BigInt(BILLION)) / unitsPerSecond;
    return [Number(units / unitsPerSecond) + offset, Number(nanoseconds)];
  };
}

/** Long division in 16-bit digits: exact where a 64-bit count would not fit a double, and without BigInts. */
function decimalReader(unitsPerSecond: number, offset: number): TimeReader {
  const scale = BILLION / unitsPerSecond;
  return (high, low) => {
    const middle = (high % unitsPerSecond) * 65_536 + (low >>> 16);
    const last = (middle % unitsPerSecond) * 65_536 + (low & 0xffff);
    const seconds =
      Math.floor(high / unitsPerSecond) * TWO_32 +
      Math.floor(middle / unitsPerSecond) * 65_536 +
      Math.floor(last / unitsPerSecond);
    return [seconds + offset, (last % unitsPerSecond) * scale];
  };
}

/** The upper and lower 32 bits of a time counted in nanoseconds; `seconds` below 2^32. */
export function splitNanoseconds(seconds: number, nanoseconds: number): readonly [high: number, low: number] {
  const upper = Math.floor(seconds / 65_536) * BILLION;
  const lower = (upper % 65_536) * 65_536 + (seconds % 65_536) * BILLION + nanoseconds;
  return [Math.floor(upper / 65_536) + Math.floor(lower / TWO_32), lower % TWO_32];
}
