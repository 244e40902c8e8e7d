/** Reads classic pcap: either byte order, microseconds or nanoseconds. It has one interface, without a name. */
import type { ByteQueue } from "./byte-queue.ts";
import { type CapturedFrame, type CaptureInterface, MAX_FRAME_LENGTH } from "./captured-frame.ts";
import { cutOff, damaged, type Place } from "./damage.ts";
import type { FormatReader } from "./format-reader.ts";

export const MAGIC_MICROSECONDS = 0xa1b2c3d4;
export const MAGIC_NANOSECONDS = 0xa1b23c4d;

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const NO_COMMENTS: readonly string[] = [];

interface FileHeader {
  readonly little: boolean;
  /** Nanoseconds of one unit of the fraction. */
  readonly unit: number;
  readonly interface: CaptureInterface;
}

export function pcapReader(source: string): FormatReader {
  let header: FileHeader | undefined;
  let number = 0;
  return {
    *frames(queue) {
      header ??= takeFileHeader(queue, source);
      if (!header) return;
      for (;;) {
        const frame = takeRecord(queue, source, header, number + 1);
        if (!frame) return;
        number++;
        yield frame;
      }
    },
    cutOff(queue) {
      if (!header) return cutOff({ source, what: "file header", offset: 0 }, FILE_HEADER, queue.remaining);
      const expected = queue.has(RECORD_HEADER) ? RECORD_HEADER + capturedLength(queue, header) : RECORD_HEADER;
      return cutOff(recordPlace(queue, source), expected, queue.remaining);
    },
  };
}

function takeFileHeader(queue: ByteQueue, source: string): FileHeader | undefined {
  if (!queue.has(FILE_HEADER)) return undefined;
  const { view, position } = queue;
  const first = view.getUint32(position, true);
  const little = first === MAGIC_MICROSECONDS || first === MAGIC_NANOSECONDS;
  const unit = view.getUint32(position, little) === MAGIC_NANOSECONDS ? 1 : 1000;
  const major = view.getUint16(position + 4, little);
  const minor = view.getUint16(position + 6, little);
  const place = { source, what: "file header", offset: 0 };
  if (major !== 2 || minor !== 4) throw damaged(place, "version 2.4", `${major}.${minor}`);
  // The upper bits say whether frames end in a checksum, and how long it is.
  const linkType = view.getUint32(position + 20, little) & 0xffff;
  queue.skip(FILE_HEADER);
  return { little, unit, interface: { index: 0, linkType } };
}

function recordPlace(queue: ByteQueue, source: string): Place {
  return { source, what: "packet record", offset: queue.offset };
}

function capturedLength(queue: ByteQueue, header: FileHeader): number {
  return queue.view.getUint32(queue.position + 8, header.little);
}

function takeRecord(queue: ByteQueue, source: string, header: FileHeader, number: number): CapturedFrame | undefined {
  if (!queue.has(RECORD_HEADER)) return undefined;
  const length = capturedLength(queue, header);
  if (length > MAX_FRAME_LENGTH)
    throw damaged(recordPlace(queue, source), `a captured length of at most ${MAX_FRAME_LENGTH}`, length);
  if (!queue.has(RECORD_HEADER + length)) return undefined;
  const { bytes, view, position } = queue;
  const fraction = view.getUint32(position + 4, header.little) * header.unit;
  queue.skip(RECORD_HEADER + length);
  return {
    number,
    interface: header.interface,
    // A fraction of a second or more is wrong but seen in the wild; the sum is still the time meant.
    seconds: view.getUint32(position, header.little) + Math.floor(fraction / 1e9),
    nanoseconds: fraction % 1e9,
    data: bytes.subarray(position + RECORD_HEADER, position + RECORD_HEADER + length),
    originalLength: view.getUint32(position + 12, header.little),
    comments: NO_COMMENTS,
  };
}
