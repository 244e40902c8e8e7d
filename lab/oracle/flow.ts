/** One frame on its way: where it is recorded, and how it arrives at a device. */
import type { Mac } from "../model/topology.ts";
import type { PacketType } from "../model/vocabulary.ts";
import type { Judge } from "./judge.ts";
import type { Copy, Frame, Place, Station, World } from "./world.ts";
import { BROADCAST, cableOf, isGroup, stationAt } from "./world.ts";

export interface Flow {
  readonly world: World;
  readonly judge: Judge;
  readonly frame: Frame;
  readonly copies: Map<Place, Copy[]>;
  /** Copies that entered the switch, by the place whose cable they came through. */
  readonly entered: Map<Place, number>;
  /** Passes of single points, `lower:in`, counted where something asks for them. */
  readonly passed: Map<string, number>;
  /** Told of every copy an endpoint gets: what stands on top of it. */
  readonly above?: Above;
}

type Above = (station: Station, type: PacketType) => void;

export function startFlow(world: World, judge: Judge, frame: Frame, above?: Above): Flow {
  const begun = { world, judge, frame, copies: new Map(), entered: new Map(), passed: new Map() };
  return above ? { ...begun, above } : begun;
}

/** The frame passes a point: `first:out`. */
export function pass({ passed }: Flow, point: string): void {
  passed.set(point, (passed.get(point) ?? 0) + 1);
}

export const passesOf = ({ passed }: Flow, point: string): number => passed.get(point) ?? 0;

/** Decisions about a host are told apart from those about the device frames arrive on. */
export const hostOf = (place: Place): string => `host of ${place}`;

/** Whom decisions are about that tell whether a frame gets to a place. */
export function placesBehind(world: World, place: Place): readonly string[] {
  const own = stationAt(world, place) ? [] : [hostOf(place)];
  return [place, cableOf(world, place), ...own];
}

export const copiesAt = (flow: Flow, place: Place): readonly Copy[] => flow.copies.get(place) ?? [];

export function record(flow: Flow, place: Place, copy: Copy): void {
  flow.copies.set(place, [...copiesAt(flow, place), copy]);
}

/** The endpoints of a lower device in its table of addresses. */
export function hashedOn(flow: Flow, lower: { readonly name: string }): readonly Station[] {
  return flow.world.stations.filter(
    (station) => station.lower === lower.name && flow.judge.ask("up-is-hashed", station.name, station.up),
  );
}

export function groupType({ judge, frame }: Flow): PacketType {
  const allOnes = frame.destination === BROADCAST;
  return judge.ask("all-ones-is-broadcast", undefined, allOnes) ? "broadcast" : "multicast";
}

/** `eth_type_trans` on a device with this address. */
export function arrivalType(flow: Flow, address: Mac): PacketType {
  if (isGroup(flow.frame.destination)) return groupType(flow);
  const own = flow.frame.destination === address;
  return flow.judge.ask("own-address-is-host", undefined, own) ? "host" : "otherhost";
}

export function passesFilter({ judge, frame }: Flow, station: Station): boolean {
  return judge.ask("multicast-filter", station.name, frame.destination === BROADCAST, station.joined);
}

/** Hands a copy to an endpoint, whatever its packet type. */
export function handTo(flow: Flow, station: Station, type: PacketType): void {
  const read = station.kind === "macvtap" && flow.judge.ask("reader-takes-all", station.name, station.open);
  pass(flow, `${station.name}:in`);
  record(flow, station.name, { type, by: read ? "reader" : "stack" });
  flow.above?.(station, type);
}

/** Hands a copy to a host on a device of its own with this address. */
export function arriveAtHost(flow: Flow, place: Place, address: Mac): void {
  handToHost(flow, place, arrivalType(flow, address));
}

/** Hands a copy to a host's own stack. */
export function handToHost(flow: Flow, place: Place, type: PacketType): void {
  if (flow.judge.ask("stack-takes-its-own", hostOf(place), type)) record(flow, place, { type, by: "stack" });
}
