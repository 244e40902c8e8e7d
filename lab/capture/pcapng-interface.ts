/** The pcapng blocks about interfaces: descriptions and statistics. */
import type { CaptureInterface, InterfaceStatistics } from "./captured-frame.ts";
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
import { OPTION } from "./pcapng-format.ts";
import { type TimeReader, timeReader } from "./pcapng-time.ts";

/** An interface of the current section, with what is needed to read its frames. */
export interface SectionInterface {
  readonly described: CaptureInterface;
  /** Bytes kept of a frame; 0 means all. */
  readonly snapLength: number;
  readonly time: TimeReader;
}

/** @param index the interface's position in the file. */
export function readInterface(block: Block, index: number): SectionInterface {
  requireBody(block, 8);
  const { view, little, start } = block;
  let name: string | undefined;
  let description: string | undefined;
  let resolution: number | undefined;
  let offset: number | undefined;
  walkOptions(block, start + 8, (code, at, length) => {
    if (code === OPTION.interfaceName) name = optionText(block, at, length);
    else if (code === OPTION.interfaceDescription) description = optionText(block, at, length);
    else if (code === OPTION.interfaceTimeResolution) {
      requireOption(block, code, length, 1);
      resolution = view.getUint8(at);
    } else if (code === OPTION.interfaceTimeOffset) {
      requireOption(block, code, length, 8);
      offset = Number(view.getBigInt64(at, little));
    }
  });
  const described = { index, linkType: view.getUint16(start, little), name, description };
  return { described, snapLength: view.getUint32(start + 4, little), time: timeReader(resolution, offset) };
}

/** The interface a packet or statistics block names. */
export function interfaceOf(block: Block, interfaces: readonly SectionInterface[], id: number): SectionInterface {
  const found = interfaces[id];
  if (found) return found;
  const expected =
    interfaces.length === 0 ? "an interface description before it" : `an interface below ${interfaces.length}`;
  throw damaged(placeOf(block), expected, `interface ${id}`);
}

export function readStatistics(block: Block, interfaces: readonly SectionInterface[]): InterfaceStatistics {
  requireBody(block, 12);
  const { described } = interfaceOf(block, interfaces, block.view.getUint32(block.start, block.little));
  const counters: { -readonly [K in keyof InterfaceStatistics]?: InterfaceStatistics[K] } = {};
  walkOptions(block, block.start + 12, (code, at, length) => {
    if (code === OPTION.statisticsReceived) counters.received = optionUint64(block, code, at, length);
    else if (code === OPTION.statisticsDropped) counters.dropped = optionUint64(block, code, at, length);
    else if (code === OPTION.statisticsDroppedBySystem)
      counters.droppedBySystem = optionUint64(block, code, at, length);
  });
  return { ...counters, interface: described };
}
