/** Reads a capture to its end or its damage, and cuts bytes into pieces. */
import type { CapturedFrame, InterfaceStatistics } from "../../lab/capture/captured-frame.ts";
import { readCapture } from "../../lab/capture/reader.ts";

export interface Collected {
  readonly frames: CapturedFrame[];
  readonly statistics: InterfaceStatistics[];
  readonly error: unknown;
}

export async function collect(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Collected> {
  const frames: CapturedFrame[] = [];
  const statistics: InterfaceStatistics[] = [];
  try {
    const options = { name: "x.pcapng", onStatistics: (each: InterfaceStatistics) => statistics.push(each) };
    for await (const frame of readCapture(source, options)) frames.push(frame);
  } catch (error) {
    return { frames, statistics, error };
  }
  return { frames, statistics, error: undefined };
}

/** Frames as plain comparable data. */
export function plain(frames: readonly CapturedFrame[]): unknown[] {
  return frames.map((frame) => ({ ...frame, data: Buffer.from(frame.data).toString("hex") }));
}

export function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
