/** pcapng blocks: taken whole off a byte queue, checked at both ends, and their options walked. */
import type { ByteQueue } from "./byte-queue.ts";
import { damaged, type Place } from "./damage.ts";
import {
  BLOCK_OVERHEAD,
  BYTE_ORDER_MAGIC,
  blockName,
  MAX_BLOCK_LENGTH,
  OPTION,
  padded,
  SECTION_HEADER,
} from "./pcapng-format.ts";

/** One whole block: its body lies in `bytes` from `start` to `end`. */
export interface Block {
  readonly source: string;
  readonly type: number;
  readonly offset: number;
  readonly little: boolean;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
}

/** What messages call a block. */
export function placeOf(block: Block): Place {
  return { source: block.source, what: blockName(block.type), offset: block.offset };
}

/** Where the block at the queue's front lies and how long it says it is; `undefined` until its header is there. */
export interface BlockHeader {
  readonly place: Place;
  readonly type: number;
  readonly length: number;
  readonly little: boolean;
}

/**
 * Reads the header at the queue's front.
 * @param little the byte order of the section so far; a section header brings its own.
 */
export function peekHeader(queue: ByteQueue, source: string, little: boolean): BlockHeader | undefined {
  if (!queue.has(8)) return undefined;
  const type = queue.view.getUint32(queue.position, little);
  const place = { source, what: blockName(type), offset: queue.offset };
  if (type !== SECTION_HEADER) return { place, type, length: queue.view.getUint32(queue.position + 4, little), little };
  if (!queue.has(12)) return undefined;
  const isLittle = queue.view.getUint32(queue.position + 8, true) === BYTE_ORDER_MAGIC;
  const magic = queue.view.getUint32(queue.position + 8, isLittle);
  if (magic !== BYTE_ORDER_MAGIC) throw damaged(place, "the byte-order magic 0x1a2b3c4d", `0x${magic.toString(16)}`);
  return { place, type, length: queue.view.getUint32(queue.position + 4, isLittle), little: isLittle };
}

/**
 * Takes the block `header` describes off the queue; `undefined` until all of it is there.
 * @throws EnvironmentError when its length is impossible or the two lengths differ.
 */
export function takeBlock(queue: ByteQueue, header: BlockHeader): Block | undefined {
  const { place, length, little } = header;
  if (length < BLOCK_OVERHEAD || length % 4 !== 0 || length > MAX_BLOCK_LENGTH)
    throw damaged(place, `a length from ${BLOCK_OVERHEAD} to ${MAX_BLOCK_LENGTH} that is a multiple of 4`, length);
  if (!queue.has(length)) return undefined;
  const { bytes, view, position, offset } = queue;
  const trailer = view.getUint32(position + length - 4, little);
  if (trailer !== length) throw damaged(place, `its length ${length} again at its end`, trailer);
  queue.skip(length);
  const start = position + 8;
  const end = position + length - 4;
  return { source: place.source, type: header.type, offset, little, bytes, view, start, end };
}

/** @throws EnvironmentError when the body is shorter than its fixed fields. */
export function requireBody(block: Block, length: number): void {
  const found = block.end - block.start;
  if (found < length) throw damaged(placeOf(block), `a body of at least ${length} bytes`, `${found} bytes`);
}

/**
 * Calls `visit` with each option from `at` to the end of the options.
 * @throws EnvironmentError when an option reaches over the end of the block.
 */
export function walkOptions(block: Block, at: number, visit: (code: number, at: number, length: number) => void): void {
  const { view, little, end } = block;
  let next = at;
  while (next + 4 <= end) {
    const code = view.getUint16(next, little);
    if (code === OPTION.end) return;
    const length = view.getUint16(next + 2, little);
    const room = end - next - 4;
    if (length > room) throw damaged(placeOf(block), `at most ${room} bytes in option ${code}`, length);
    visit(code, next + 4, length);
    next += 4 + padded(length);
  }
}

/** Checks an option of fixed length. */
export function requireOption(block: Block, code: number, length: number, expected: number): void {
  if (length !== expected) throw damaged(placeOf(block), `${expected} bytes in option ${code}`, length);
}

const utf8 = new TextDecoder();

/** An option's text; some writers end it with a zero byte. */
export function optionText(block: Block, at: number, length: number): string {
  const text = utf8.decode(block.bytes.subarray(at, at + length));
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** An option's unsigned 64-bit number; exact up to 2^53. */
export function optionUint64(block: Block, code: number, at: number, length: number): number {
  requireOption(block, code, length, 8);
  return Number(block.view.getBigUint64(at, block.little));
}
