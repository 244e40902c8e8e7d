/** Seeded random numbers and frames: a failing case fails again. */
import { RECEPTIONS } from "../../lab/capture/captured-frame.ts";
import type { FrameRecord } from "../../lab/capture/pcapng-writer.ts";

/** Integers from 0 to below `bound` (mulberry32). */
export type Random = (bound: number) => number;

export function seeded(seed: number): Random {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

const COMMENTS = ["cell 12 → 13", "a", "four", "", "kein Anschluß, 無し", "x".repeat(300)];

export function randomFrame(random: Random, interfaces: number): FrameRecord {
  const data = Buffer.alloc(14 + random(200));
  for (let index = 0; index < data.length; index++) data[index] = random(256);
  data.writeUInt16BE(0x88b5, 12);
  return {
    interface: random(interfaces),
    seconds: random(10) === 0 ? random(2 ** 32) : 1_790_000_000 + random(1000),
    nanoseconds: random(1_000_000_000),
    data,
    originalLength: data.length + random(3) * random(1000),
    direction: ([undefined, "in", "out"] as const)[random(3)],
    reception: [undefined, ...RECEPTIONS][random(5)],
    comments: Array.from({ length: random(3) }, () => COMMENTS[random(COMMENTS.length)] as string),
  };
}
