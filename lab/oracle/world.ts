/**
 * What a frame meets: lower devices on ports of the external switch, endpoints on them, hosts beside them. The model's
 * topology with what changes while it is used: which endpoints are up, what they joined, who reads them.
 */
import type { Endpoint, ExternalHost, Lower, Mac } from "../model/topology.ts";
import type { PacketType } from "../model/vocabulary.ts";
import type { LowerCondition, StationCondition, Surroundings } from "./condition.ts";

export interface LowerDevice extends Lower, LowerCondition {
  readonly mtu: number;
  /** How many addresses beside its own the endpoints on it have; absent: those of this world. */
  readonly crowd?: number;
  /** Whether its host has a VLAN device on it, for the tag the lab's tagged frames carry. */
  readonly vlan?: boolean;
  /** Addresses the switch takes to be on its side that are none of an endpoint's. */
  readonly beyond?: readonly Mac[];
}

export interface Station extends Endpoint, StationCondition {
  readonly mtu: number;
  readonly up: boolean;
  /** Whether it joined the group the lab's multicast frames are addressed to. */
  readonly joined: boolean;
  /** macvtap: whether somebody has its character device open. */
  readonly open: boolean;
  readonly sources: readonly Mac[];
}

export interface World extends Surroundings {
  readonly lowers: readonly LowerDevice[];
  /** In the order they were made. */
  readonly stations: readonly Station[];
  readonly external: ExternalHost;
  /** The two sides of a router, each on a port of its own, the first the source's next hop; absent: no router. */
  readonly router?: readonly [ExternalHost, ExternalHost];
  /** Reflective relay on the ports of the lower devices; the ports of hosts never have it. */
  readonly reflectiveRelay: boolean;
  /** The switch runs STP, and its ports forward. */
  readonly stp?: boolean;
}

export interface Frame {
  readonly source: Mac;
  readonly destination: Mac;
  readonly tagged?: boolean;
}

/** Who can send and receive: an endpoint's name, a lower device's name for its host, a host's name. */
export type Place = string;

export const BROADCAST: Mac = "ff:ff:ff:ff:ff:ff";
export const GROUP: Mac = "03:6d:00:00:00:01";
/** Nobody's address. */
export const NOBODY: Mac = "02:6d:ff:ff:ff:01";
/** A sender that never sends, for lists without the sender. */
export const STRANGER: Mac = "02:6d:ff:ff:ff:02";

export const isGroup = (address: Mac): boolean => (Number.parseInt(address.slice(0, 2), 16) & 1) === 1;

/** A copy handed over: to a stack, or to the reader of a macvtap. */
export interface Copy {
  readonly type: PacketType;
  readonly by: "stack" | "reader";
}

export const stationsOn = (world: World, lower: Lower): readonly Station[] =>
  world.stations.filter((station) => station.lower === lower.name);

export const isPassthruPort = (world: World, lower: Lower): boolean =>
  stationsOn(world, lower).some((station) => station.mode === "passthru");

export function lowerNamed(world: World, name: string): LowerDevice {
  const found = world.lowers.find((lower) => lower.name === name);
  if (!found) throw new RangeError(`"${name}" is no lower device of this world`);
  return found;
}

/** The hosts on ports of their own. */
export const hostsOf = (world: World): readonly ExternalHost[] => [world.external, ...(world.router ?? [])];

export function addressAt(world: World, place: Place): Mac | undefined {
  const nodes = [...world.stations, ...world.lowers, ...hostsOf(world)];
  return nodes.find((node) => node.name === place)?.address;
}

export const stationAt = (world: World, place: Place): Station | undefined =>
  world.stations.find(({ name }) => name === place);

/** The place whose cable a place's frames leave by. */
export function cableOf(world: World, place: Place): Place {
  return stationAt(world, place)?.lower ?? place;
}
