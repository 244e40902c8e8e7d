/**
 * Writes pcapng that Wireshark opens: nanosecond times, named interfaces, direction and reception per frame, counters
 * at the end. Blocks are built in large buffers; each piece handed to the sink ends with a whole block, so a file that
 * stops after any piece is readable.
 */
import type { Direction } from "../model/vocabulary.ts";
import { LINKTYPE_ETHERNET, MAX_FRAME_LENGTH, RECEPTIONS, type Reception } from "./captured-frame.ts";
import {
  BLOCK_OVERHEAD,
  BYTE_ORDER_MAGIC,
  ENHANCED_PACKET,
  INTERFACE_DESCRIPTION,
  INTERFACE_STATISTICS,
  OPTION,
  padded,
  SECTION_HEADER,
} from "./pcapng-format.ts";
import { splitNanoseconds } from "./pcapng-time.ts";

/** Who captured; shown by `capinfos`. */
export interface SectionInfo {
  readonly hardware?: string;
  readonly os?: string;
  readonly application?: string;
}

export interface InterfaceInfo {
  readonly name: string;
  readonly description?: string;
  /** Default: Ethernet. */
  readonly linkType?: number;
  /** Bytes kept of each frame; default 0: all. */
  readonly snapLength?: number;
}

export interface FrameRecord {
  /** What `addInterface` returned. */
  readonly interface: number;
  /** Whole seconds since 1970, below 2^32. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly data: Uint8Array;
  /** Bytes on the wire; default: all of `data`. */
  readonly originalLength?: number | undefined;
  readonly direction?: Direction | undefined;
  readonly reception?: Reception | undefined;
  readonly comments?: readonly string[] | undefined;
}

export interface InterfaceCounters {
  readonly interface: number;
  readonly received: number;
  readonly dropped: number;
}

const PIECE = 256 * 1024;
const NANOSECONDS = 9;
const MAX_OPTION = 0xffff;

type TextOption = readonly [code: number, text: string | undefined];
const NO_OPTIONS: readonly TextOption[] = [];

export class PcapngWriter {
  readonly #sink: (piece: Buffer) => void;
  #buffer = Buffer.alloc(0);
  // The same bytes: DataView writes are several times cheaper than Buffer's before they are compiled.
  #view = new DataView(this.#buffer.buffer);
  #used = 0;
  #interfaces = 0;
  #last: readonly [high: number, low: number] = [0, 0];

  /**
   * @param sink owns each piece it is handed; `(piece) => appendFileSync(descriptor, piece)` writes a file and keeps
   *   memory at one piece.
   */
  constructor(sink: (piece: Buffer) => void, section: SectionInfo = {}) {
    this.#sink = sink;
    const options: TextOption[] = [
      [OPTION.sectionHardware, section.hardware],
      [OPTION.sectionOs, section.os],
      [OPTION.sectionApplication, section.application],
    ];
    const at = this.#begin(SECTION_HEADER, 16 + textsLength(options));
    this.#view.setUint32(at, BYTE_ORDER_MAGIC, true);
    this.#view.setUint16(at + 4, 1, true);
    this.#buffer.fill(0xff, at + 8, at + 16); // section length unknown
    this.#texts(options, at + 16);
  }

  /** Describes one more interface; possible at any time before its first frame. Returns its index. */
  addInterface(info: InterfaceInfo): number {
    const options: TextOption[] = [
      [OPTION.interfaceName, info.name],
      [OPTION.interfaceDescription, info.description],
    ];
    const at = this.#begin(INTERFACE_DESCRIPTION, 8 + 8 + textsLength(options));
    this.#view.setUint16(at, info.linkType ?? LINKTYPE_ETHERNET, true);
    this.#view.setUint32(at + 4, info.snapLength ?? 0, true);
    this.#view.setUint16(at + 8, OPTION.interfaceTimeResolution, true);
    this.#view.setUint16(at + 10, 1, true);
    this.#buffer[at + 12] = NANOSECONDS;
    this.#texts(options, at + 16);
    return this.#interfaces++;
  }

  /** @throws RangeError for an interface never added, a frame over 256 KiB or a comment over 64 KiB. */
  write(frame: FrameRecord): void {
    const { data } = frame;
    this.#requireInterface(frame.interface);
    if (data.length > MAX_FRAME_LENGTH)
      throw new RangeError(`a frame of ${data.length} bytes is over ${MAX_FRAME_LENGTH}`);
    const flags = flagsOf(frame.direction, frame.reception);
    const comments = frame.comments?.length ? commentOptions(frame.comments) : NO_OPTIONS;
    const optionsAt = 20 + padded(data.length);
    const flagsLength = flags === 0 ? 0 : 8;
    const at = this.#begin(ENHANCED_PACKET, optionsAt + flagsLength + textsLength(comments, flagsLength > 0));
    this.#last = splitNanoseconds(frame.seconds, frame.nanoseconds);
    this.#interfaceAndTime(frame.interface, at);
    this.#view.setUint32(at + 12, data.length, true);
    this.#view.setUint32(at + 16, frame.originalLength ?? data.length, true);
    this.#buffer.set(data, at + 20);
    if (flags !== 0) {
      this.#view.setUint32(at + optionsAt, OPTION.packetFlags | (4 << 16), true);
      this.#view.setUint32(at + optionsAt + 4, flags, true);
    }
    this.#texts(comments, at + optionsAt + flagsLength);
  }

  /** Writes each interface's counters, as of the last frame, and hands over what is left. The sink is not closed. */
  end(counters: Iterable<InterfaceCounters> = []): void {
    for (const { interface: index, received, dropped } of counters) {
      this.#requireInterface(index);
      const at = this.#begin(INTERFACE_STATISTICS, 12 + 28);
      this.#interfaceAndTime(index, at);
      this.#view.setUint32(at + 12, OPTION.statisticsReceived | (8 << 16), true);
      this.#view.setBigUint64(at + 16, BigInt(received), true);
      this.#view.setUint32(at + 24, OPTION.statisticsDropped | (8 << 16), true);
      this.#view.setBigUint64(at + 28, BigInt(dropped), true);
    }
    this.flush();
  }

  /** Hands everything written so far to the sink. */
  flush(): void {
    if (this.#used === 0) return;
    const piece = this.#buffer.subarray(0, this.#used);
    this.#fill(this.#buffer.subarray(this.#used));
    this.#sink(piece);
  }

  /** Room for a block, its type and both lengths written; returns where its body begins. All of it is zero. */
  #begin(type: number, bodyLength: number): number {
    const length = bodyLength + BLOCK_OVERHEAD;
    if (this.#buffer.length - this.#used < length) {
      this.flush();
      this.#fill(Buffer.alloc(Math.max(PIECE, length)));
    }
    const at = this.#used;
    this.#used += length;
    this.#view.setUint32(at, type, true);
    this.#view.setUint32(at + 4, length, true);
    this.#view.setUint32(at + length - 4, length, true);
    return at + 8;
  }

  /** Goes on writing into `buffer`, which is all zero. */
  #fill(buffer: Buffer<ArrayBuffer>): void {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.#used = 0;
  }

  #interfaceAndTime(index: number, at: number): void {
    this.#view.setUint32(at, index, true);
    this.#view.setUint32(at + 4, this.#last[0], true);
    this.#view.setUint32(at + 8, this.#last[1], true);
  }

  #texts(options: readonly TextOption[], at: number): void {
    let next = at;
    for (const [code, text] of options) {
      if (text === undefined) continue;
      const length = this.#buffer.write(text, next + 4);
      this.#view.setUint16(next, code, true);
      this.#view.setUint16(next + 2, length, true);
      next += 4 + padded(length);
    }
  }

  #requireInterface(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.#interfaces)
      throw new RangeError(`interface ${index} was never added; there are ${this.#interfaces}`);
  }
}

function commentOptions(comments: readonly string[]): TextOption[] {
  return comments.map((text) => [OPTION.comment, text]);
}

/** Bytes of the options and of the mark that ends them; nothing at all where there are no options. */
function textsLength(options: readonly TextOption[], others = false): number {
  let length = 0;
  for (const [, text] of options) {
    if (text === undefined) continue;
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_OPTION) throw new RangeError(`a text of ${bytes} bytes is over ${MAX_OPTION}`);
    length += 4 + padded(bytes);
  }
  return length > 0 || others ? length + 4 : 0;
}

/** The `epb_flags` word: direction in bits 0 and 1, reception in bits 2 to 4. */
function flagsOf(direction: Direction | undefined, reception: Reception | undefined): number {
  const bits = direction === undefined ? 0 : direction === "in" ? 1 : 2;
  return reception === undefined ? bits : bits | ((RECEPTIONS.indexOf(reception) + 1) << 2);
}
