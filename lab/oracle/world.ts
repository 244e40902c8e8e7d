/**
 * What a frame meets: lower devices on ports of the external switch, endpoints on them, an external host. The model's
 * topology with what changes while it is used: which endpoints are up, what they joined, who reads them.
 */
import type { Endpoint, ExternalHost, Lower, Mac } from "../model/topology.ts";
import type { PacketType } from "../model/vocabulary.ts";

export interface LowerDevice extends Lower {
  readonly mtu: number;
}

export interface Station extends Endpoint {
  readonly mtu: number;
  readonly up: boolean;
  /** Whether it joined the group the lab's multicast frames are addressed to. */
  readonly joined: boolean;
  /** macvtap: whether somebody has its character device open. */
  readonly open: boolean;
  readonly sources: readonly Mac[];
}

export interface World {
  readonly lowers: readonly LowerDevice[];
  /** In the order they were made. */
  readonly stations: readonly Station[];
  readonly external: ExternalHost;
  /** Reflective relay on the ports of the lower devices; the external host's port never has it. */
  readonly reflectiveRelay: boolean;
}

export interface Frame {
  readonly source: Mac;
  readonly destination: Mac;
}

/** Who can send and receive: an endpoint's name, a lower device's name for its host, the external host's name. */
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

export function addressAt(world: World, place: Place): Mac | undefined {
  const nodes = [...world.stations, ...world.lowers, world.external];
  return nodes.find((node) => node.name === place)?.address;
}
