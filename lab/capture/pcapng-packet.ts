/** The three pcapng blocks that hold a frame: enhanced, simple, and the obsolete one older programs wrote. */
import type { Direction } from "../model/vocabulary.ts";
import { type CapturedFrame, RECEPTIONS, type Reception } from "./captured-frame.ts";
import { damaged } from "./damage.ts";
import {
  type Block,
  optionText,
  optionUint64,
  placeOf,
  requireBody,
  requireOption,
  walkOptions,
} from "./pcapng-block.ts";
import { OBSOLETE_PACKET, OPTION, padded } from "./pcapng-format.ts";
import { interfaceOf, type SectionInterface } from "./pcapng-interface.ts";

const NO_COMMENTS: readonly string[] = [];
const DIRECTIONS: readonly (Direction | undefined)[] = [undefined, "in", "out", undefined];
const RECEPTION_BY_NUMBER: readonly (Reception | undefined)[] = [undefined, ...RECEPTIONS];
/** The obsolete packet block's drop count when the writer did not know. */
const DROPS_UNKNOWN = 0xffff;

/** Enhanced and obsolete packet blocks: the same fields, but the obsolete one packs interface and drops in 32 bits. */
export function readPacket(block: Block, interfaces: readonly SectionInterface[], number: number): CapturedFrame {
  requireBody(block, 20);
  const { view, little, start } = block;
  const obsolete = block.type === OBSOLETE_PACKET;
  const id = obsolete ? view.getUint16(start, little) : view.getUint32(start, little);
  const on = interfaceOf(block, interfaces, id);
  const [seconds, nanoseconds] = on.time(view.getUint32(start + 4, little), view.getUint32(start + 8, little));
  const length = view.getUint32(start + 12, little);
  const data = dataOf(block, 20, length);
  const drops = obsolete ? view.getUint16(start + 2, little) : DROPS_UNKNOWN;
  const options = readOptions(block, start + 20 + padded(length), drops);
  // Field by field, as a spread shows in the time a large capture takes.
  return {
    number,
    interface: on.described,
    seconds,
    nanoseconds,
    direction: options.direction,
    reception: options.reception,
    data,
    originalLength: view.getUint32(start + 16, little),
    comments: options.comments,
    droppedBefore: options.droppedBefore,
  };
}

/** A simple packet block belongs to the section's first interface and has neither time nor captured length. */
export function readSimplePacket(block: Block, interfaces: readonly SectionInterface[], number: number): CapturedFrame {
  requireBody(block, 4);
  const { described, snapLength } = interfaceOf(block, interfaces, 0);
  const originalLength = block.view.getUint32(block.start, block.little);
  const length = snapLength === 0 ? originalLength : Math.min(originalLength, snapLength);
  const data = dataOf(block, 4, length);
  return { number, interface: described, seconds: 0, nanoseconds: 0, data, originalLength, comments: NO_COMMENTS };
}

function dataOf(block: Block, skip: number, length: number): Uint8Array {
  const room = block.end - block.start - skip;
  if (length > room) throw damaged(placeOf(block), `a captured length of at most ${room}`, length);
  return block.bytes.subarray(block.start + skip, block.start + skip + length);
}

type PacketOptions = Pick<CapturedFrame, "direction" | "reception" | "comments" | "droppedBefore">;

function readOptions(block: Block, at: number, drops: number): PacketOptions {
  let flags = 0;
  let comments: string[] | undefined;
  let droppedBefore = drops === DROPS_UNKNOWN ? undefined : drops;
  walkOptions(block, at, (code, position, length) => {
    if (code === OPTION.packetFlags) {
      requireOption(block, code, length, 4);
      flags = block.view.getUint32(position, block.little);
    } else if (code === OPTION.comment) {
      comments ??= [];
      comments.push(optionText(block, position, length));
    } else if (code === OPTION.packetDropCount && block.type !== OBSOLETE_PACKET)
      droppedBefore = optionUint64(block, code, position, length);
  });
  const direction = DIRECTIONS[flags & 3];
  const reception = RECEPTION_BY_NUMBER[(flags >>> 2) & 7];
  return { direction, reception, comments: comments ?? NO_COMMENTS, droppedBefore };
}
