/** The smallest topology that has the two ends of a cell. */
import { type AnyCell, isConversation } from "../model/cell.ts";
import type { Mac } from "../model/topology.ts";
import { deviceKind, type Party, type Placement, type Traffic } from "../model/vocabulary.ts";
import type { NewEndpoint } from "./control.ts";
import { addEndpoint, bringUp } from "./control.ts";
import type { Judge } from "./judge.ts";
import type { Refusal } from "./step.ts";
import type { LowerDevice, Place, Station, World } from "./world.ts";
import { addressAt, BROADCAST, GROUP, NOBODY, STRANGER } from "./world.ts";

interface Ends {
  readonly source: Place;
  readonly destination: Place;
}

/** Who sends and who receives, by the names used in here. */
export const ENDS: Readonly<Record<Placement, Ends>> = {
  "same-lower": { source: "source", destination: "destination" },
  "two-lowers": { source: "source", destination: "destination" },
  "endpoint-to-lower-host": { source: "source", destination: "lower-a" },
  "lower-host-to-endpoint": { source: "lower-a", destination: "destination" },
  "endpoint-to-external": { source: "source", destination: "external" },
  "external-to-endpoint": { source: "external", destination: "destination" },
};

const LOWERS: readonly LowerDevice[] = [
  { name: "lower-a", port: "port-a", address: "02:6d:00:00:00:0a", mtu: 1500 },
  { name: "lower-b", port: "port-b", address: "02:6d:00:00:00:0b", mtu: 1500 },
];

const ROUTER: Required<World>["router"] = [
  { name: "router-near", port: "port-near", address: "02:6d:00:00:00:1e" },
  { name: "router-far", port: "port-far", address: "02:6d:00:00:00:2e" },
];

function emptyWorld(cell: AnyCell): World {
  const { placement, reflectiveRelay } = cell;
  const external = { name: "external", port: "port-external", address: "02:6d:00:00:00:0e" };
  const lowers = placement === "two-lowers" ? LOWERS : LOWERS.slice(0, 1);
  const routed = isConversation(cell) && cell.route === "router" && { router: ROUTER };
  const kind = isConversation(cell) || cell.lower === undefined ? {} : { kind: cell.lower };
  return {
    lowers: lowers.map((lower) => ({ ...withVlan(lower, cell), ...kind })),
    stations: [],
    external,
    reflectiveRelay,
    ...routed,
  };
}

/** The lower host has a VLAN device of its own where it is an end of a tagged conversation. */
function withVlan(lower: LowerDevice, { traffic, placement }: AnyCell): LowerDevice {
  return { ...lower, vlan: traffic === "vlan" && Object.values(ENDS[placement]).includes(lower.name) };
}

function endpointOf(name: Place, party: Party, lower: string): NewEndpoint | undefined {
  if (party.kind === "lower-host" || party.kind === "external-host") return undefined;
  const address = name === "source" ? "02:6d:00:00:00:01" : "02:6d:00:00:00:02";
  const { kind, mode } = party;
  return { name, lower, kind: deviceKind(kind), address, generated: address, ...(mode && { mode }) };
}

/** The two ends made and brought up, or the refusal that prevented it. */
export function buildWorld(cell: AnyCell, judge: Judge): { world: World; error?: Refusal } {
  const { destination } = ENDS[cell.placement];
  const lower = cell.placement === "two-lowers" ? "lower-b" : "lower-a";
  let world = emptyWorld(cell);
  for (const name of ["source", "destination"] as const) {
    const onLower = name === "source" ? "lower-a" : lower;
    const request = endpointOf(ENDS[cell.placement][name], cell[name], onLower);
    for (const step of request ? [addEndpoint(request), bringUp(request.name)] : []) {
      const outcome = step(world, judge);
      if (outcome.error) return outcome;
      world = outcome.world;
    }
  }
  if (addressAt(world, destination) === undefined) throw new RangeError(`a ${cell.placement} cell needs both its ends`);
  return { world: readyFor(world, cell) };
}

/** Every endpoint is read, has its list, and joined the group or did not. */
function readyFor(world: World, cell: AnyCell): World {
  const joined = cell.traffic === "multicast-joined";
  const stations = world.stations.map((station) => {
    const sources = station.mode === "source" ? listOf(world, cell, station) : [];
    return { ...station, open: true, joined, sources };
  });
  return { ...world, stations };
}

/** In a conversation whoever is to be heard is on the list: both ends speak, and the router. */
function listOf(world: World, cell: AnyCell, { name }: Station): readonly Mac[] {
  const { source, destination } = ENDS[cell.placement];
  const { sourceList } = name === source ? cell.source : cell.destination;
  const talks = isConversation(cell);
  if (sourceList === "other" || (sourceList === undefined && !talks)) return [STRANGER];
  const routers = (world.router ?? []).map((router) => router.name);
  const heard = talks ? [source, destination, ...routers].filter((place) => place !== name) : [source];
  return heard.flatMap((place) => addressAt(world, place) ?? []);
}

/** What a cell's frame is addressed to. */
export function destinationOf(world: World, traffic: Traffic, destination: Place): Mac {
  if (traffic === "broadcast") return BROADCAST;
  if (traffic === "unicast") return addressAt(world, destination) ?? NOBODY;
  return traffic === "unknown-unicast" ? NOBODY : GROUP;
}
