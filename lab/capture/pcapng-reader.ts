/**
 * Reads pcapng: any number of sections in either byte order, every packet block there ever was; blocks it does not
 * know are passed over.
 */
import type { ByteQueue } from "./byte-queue.ts";
import type { CapturedFrame, InterfaceStatistics } from "./captured-frame.ts";
import { cutOff, damaged } from "./damage.ts";
import type { FormatReader } from "./format-reader.ts";
import { type Block, peekHeader, placeOf, requireBody, takeBlock } from "./pcapng-block.ts";
import {
  CUSTOM_BLOCKS,
  ENHANCED_PACKET,
  INTERFACE_DESCRIPTION,
  INTERFACE_STATISTICS,
  JOURNAL_ENTRY,
  OBSOLETE_PACKET,
  SECTION_HEADER,
  SIMPLE_PACKET,
} from "./pcapng-format.ts";
import { readInterface, readStatistics, type SectionInterface } from "./pcapng-interface.ts";
import { readPacket, readSimplePacket } from "./pcapng-packet.ts";

interface State {
  readonly source: string;
  readonly onStatistics: (statistics: InterfaceStatistics) => void;
  little: boolean;
  /** Of the current section. */
  interfaces: SectionInterface[];
  /** Interfaces of all sections before it. */
  interfacesBefore: number;
  frames: number;
}

export function pcapngReader(source: string, onStatistics: State["onStatistics"]): FormatReader {
  const state: State = { source, onStatistics, little: true, interfaces: [], interfacesBefore: 0, frames: 0 };
  return {
    *frames(queue) {
      for (let block = nextBlock(queue, state); block; block = nextBlock(queue, state)) {
        const frame = readBlock(block, state);
        if (frame) yield frame;
      }
    },
    cutOff: (queue) => cutOffError(queue, state),
  };
}

function nextBlock(queue: ByteQueue, state: State): Block | undefined {
  const header = peekHeader(queue, state.source, state.little);
  if (!header) return undefined;
  const block = takeBlock(queue, header);
  if (block) state.little = header.little;
  return block;
}

function readBlock(block: Block, state: State): CapturedFrame | undefined {
  switch (block.type) {
    case SECTION_HEADER:
      beginSection(block, state);
      return undefined;
    case INTERFACE_DESCRIPTION:
      state.interfaces.push(readInterface(block, state.interfacesBefore + state.interfaces.length));
      return undefined;
    case INTERFACE_STATISTICS:
      state.onStatistics(readStatistics(block, state.interfaces));
      return undefined;
    case ENHANCED_PACKET:
    case OBSOLETE_PACKET:
      return readPacket(block, state.interfaces, ++state.frames);
    case SIMPLE_PACKET:
      return readSimplePacket(block, state.interfaces, ++state.frames);
    default:
      // No frames, but Wireshark gives these a number too.
      if (block.type === JOURNAL_ENTRY || CUSTOM_BLOCKS.includes(block.type)) state.frames++;
      return undefined;
  }
}

function beginSection(block: Block, state: State): void {
  requireBody(block, 16);
  const major = block.view.getUint16(block.start + 4, block.little);
  const minor = block.view.getUint16(block.start + 6, block.little);
  // 1.2 is 1.0 as one program wrote it; the specification wants it read the same.
  if (major !== 1 || (minor !== 0 && minor !== 2)) throw damaged(placeOf(block), "version 1.0", `${major}.${minor}`);
  state.interfacesBefore += state.interfaces.length;
  state.interfaces = [];
}

function cutOffError(queue: ByteQueue, state: State): Error {
  const header = peekHeader(queue, state.source, state.little);
  if (header) return cutOff(header.place, header.length, queue.remaining);
  // Eight bytes and still no header: a section header, whose length cannot be read before its byte order.
  const expected = queue.remaining < 8 ? 8 : 12;
  return cutOff({ source: state.source, what: "block header", offset: queue.offset }, expected, queue.remaining);
}
