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
  readonly side: "sending" | "receiving";
}

/** As many as lower devices are ever needed at a time. */
export const MOST_GUESTS = SENDING_TAGS.length + RECEIVING_TAGS.length;

/** @param guests from 1 to `MOST_GUESTS`; each has one cable at least. */
export function cablesOfGuests(guests: number): SwitchCable[] {
  const [sending, receiving] = [Math.ceil(guests / 2), Math.floor(guests / 2)];
  const spread = (all: readonly string[], side: SwitchCable["side"], first: number, over: number) =>
    all.map((_, index) => ({ guest: first + Math.floor((index * over) / all.length), side }));
  return [
    ...spread(SENDING_TAGS, "sending", 0, sending),
    ...spread(RECEIVING_TAGS, "receiving", receiving === 0 ? 0 : sending, Math.max(1, receiving)),
  ];
}

/**
 * By lower device, the number of its cable.
 * @throws RangeError when there are fewer cables than that takes.
 */
export function plugIn(topologies: readonly Topology[], cables: readonly SwitchCable[]): Map<string, number> {
  const free = cables.map(({ side }, number) => ({ side, number }));
  const take = (side: SwitchCable["side"], name: string): number => {
    const at = free.findIndex((one) => one.side === side);
    if (at < 0) throw new RangeError(`no cable is left for "${name}"`);
    return free.splice(at, 1)[0]?.number as number;
  };
  const sideOf = (name: string) => (SENDING_TAGS.some((tag) => name.endsWith(`low-${tag}`)) ? "sending" : "receiving");
  return new Map(
    topologies.flatMap(({ lowers }) => lowers.map(({ name }) => [name, take(sideOf(name), name)] as const)),
  );
}
