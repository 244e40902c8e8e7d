/**
 * The front of the capture readers: tells classic pcap from pcapng by its first bytes and yields frames as the bytes
 * arrive. Holds one piece of the source and one record in memory, however large the file.
 */
import { EnvironmentError } from "../base/errors.ts";
import { ByteQueue } from "./byte-queue.ts";
import type { CapturedFrame, InterfaceStatistics } from "./captured-frame.ts";
import { cutOff } from "./damage.ts";
import type { FormatReader } from "./format-reader.ts";
import { MAGIC_MICROSECONDS, MAGIC_NANOSECONDS, pcapReader } from "./pcap-reader.ts";
import { SECTION_HEADER } from "./pcapng-format.ts";
import { pcapngReader } from "./pcapng-reader.ts";

export interface ReadOptions {
  /** What messages call the source; default `capture`. */
  readonly name?: string;
  /** Told of each interface's counters where the file brings them (pcapng, mostly at its end). */
  readonly onStatistics?: (statistics: InterfaceStatistics) => void;
}

/** Files people mistake for captures, by their first bytes (big-endian), with what makes captures of them. */
const FOREIGN: readonly [magic: number, mask: number, what: string, mend: string][] = [
  [0x1f8b0000, 0xffff0000, "a gzip file", "unpack it first: gunzip FILE"],
  [0x28b52ffd, 0xffffffff, "a zstd file", "unpack it first: unzstd FILE"],
  [0x04224d18, 0xffffffff, "an lz4 file", "unpack it first: unlz4 FILE"],
  [0xa1b2cd34, 0xffffffff, "a modified pcap file", "convert it first: editcap -F pcapng FILE OUTPUT"],
  [0x34cdb2a1, 0xffffffff, "a modified pcap file", "convert it first: editcap -F pcapng FILE OUTPUT"],
];

/**
 * Frames of a capture, in the order of the file.
 * @param source the file's bytes in pieces of any size, which it must not rewrite afterwards (Node's streams do not):
 *   frames are views into them.
 * @throws EnvironmentError for what is no capture, is damaged or cut off: after the frames before that place, with
 *   offset, record, what was expected and what was found. Errors of the source itself pass through.
 */
export async function* readCapture(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadOptions = {},
): AsyncGenerator<CapturedFrame, void, undefined> {
  const queue = new ByteQueue();
  let reader: FormatReader | undefined;
  for await (const piece of source) {
    queue.append(piece);
    reader ??= detect(queue, options);
    if (reader) for (const frame of reader.frames(queue)) yield frame;
  }
  if (!reader) throw cutOff({ source: nameOf(options), what: "file header", offset: 0 }, 4, queue.remaining);
  if (queue.remaining > 0) throw reader.cutOff(queue);
}

function nameOf(options: ReadOptions): string {
  return options.name ?? "capture";
}

function detect(queue: ByteQueue, options: ReadOptions): FormatReader | undefined {
  if (!queue.has(4)) return undefined;
  const magic = queue.view.getUint32(queue.position);
  const swapped = queue.view.getUint32(queue.position, true);
  if (magic === SECTION_HEADER) return pcapngReader(nameOf(options), options.onStatistics ?? (() => {}));
  const pcap = [MAGIC_MICROSECONDS, MAGIC_NANOSECONDS];
  if (pcap.includes(magic) || pcap.includes(swapped)) return pcapReader(nameOf(options));
  throw notCapture(magic, nameOf(options));
}

function notCapture(magic: number, name: string): EnvironmentError {
  const foreign = FOREIGN.find(([value, mask]) => (magic & mask) >>> 0 === value);
  const found = `0x${magic.toString(16).padStart(8, "0")}${foreign ? `, ${foreign[2]}` : ""}`;
  const message = `"${name}" is not a capture: file header at byte 0: expected a pcap or pcapng magic, found ${found}`;
  return new EnvironmentError(message, foreign ? { mend: foreign[3] } : {});
}
