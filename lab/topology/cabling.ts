/**
 * Guests on one switch: which cable leads from which of them, and which lower device is at its end. Of the two lower devices
 * of a cell that has two, one is on a cable of the sending side, the other on one of the receiving side; with more than one
 * guest the sides share none. Pure.
 */
import type { Topology } from "../model/topology.ts";
import { RECEIVING_TAGS, SENDING_TAGS } from "./arrangement.ts";

/** One cable to the switch, by its number. */
export interface SwitchCable {
  /** Number of the guest it comes from, from 0. */
  readonly guest: number;
  /** `either`: for lower devices that are on no side. */
  readonly side: "sending" | "receiving" | "either";
}

/** As many as lower devices are ever needed at a time. */
export const MOST_GUESTS = SENDING_TAGS.length + RECEIVING_TAGS.length;

/** Cables of the first guest that checks take: each lower device of theirs stands alone, many beside one another. */
export const CHECK_CABLES = 18;

/**
 * @param guests from 1 to `MOST_GUESTS`; each has one cable at least.
 * @param first how many the first of them has at least.
 */
export function cablesOfGuests(guests: number, first = 0): SwitchCable[] {
  const [sending, receiving] = [Math.ceil(guests / 2), Math.floor(guests / 2)];
  const spread = (all: readonly string[], side: SwitchCable["side"], first: number, over: number) =>
    all.map((_, index) => ({ guest: first + Math.floor((index * over) / all.length), side }));
  const cables: SwitchCable[] = [
    ...spread(SENDING_TAGS, "sending", 0, sending),
    ...spread(RECEIVING_TAGS, "receiving", receiving === 0 ? 0 : sending, Math.max(1, receiving)),
  ];
  const more = Math.max(0, first - cables.filter(({ guest }) => guest === 0).length);
  return [...cables, ...Array.from({ length: more }, (): SwitchCable => ({ guest: 0, side: "either" }))];
}

/**
 * By lower device, the number of its cable. One that is on no side takes any of the first guest's.
 * @throws RangeError when there are fewer cables than that takes.
 */
export function plugIn(
  topologies: readonly Pick<Topology, "lowers">[],
  cables: readonly SwitchCable[],
): Map<string, number> {
  const free = cables.map((cable, number) => ({ ...cable, number }));
  const take = (name: string): number => {
    const wanted = sideOf(name);
    const at = free.findIndex(({ side, guest }) => (wanted === "either" ? guest === 0 : side === wanted));
    if (at < 0) throw new RangeError(`no cable is left for "${name}"`);
    return free.splice(at, 1)[0]?.number as number;
  };
  return new Map(topologies.flatMap(({ lowers }) => lowers.map(({ name }) => [name, take(name)] as const)));
}

function sideOf(name: string): SwitchCable["side"] {
  const isOf = (tags: readonly string[]) => tags.some((tag) => name.endsWith(`low-${tag}`));
  if (isOf(SENDING_TAGS)) return "sending";
  return isOf(RECEIVING_TAGS) ? "receiving" : "either";
}
