/** The smallest topology that has the two ends of a cell. */
import type { Cell } from "../model/cell.ts";
import type { Mac } from "../model/topology.ts";
import type { Party, Placement, Traffic } from "../model/vocabulary.ts";
import type { NewEndpoint, Refusal } from "./control.ts";
import { addEndpoint, bringUp } from "./control.ts";
import type { Judge } from "./judge.ts";
import type { LowerDevice, Place, World } from "./world.ts";
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

function emptyWorld({ placement, reflectiveRelay }: Cell): World {
  const external = { name: "external", port: "port-external", address: "02:6d:00:00:00:0e" };
  const lowers = placement === "two-lowers" ? LOWERS : LOWERS.slice(0, 1);
  return { lowers, stations: [], external, reflectiveRelay };
}

function endpointOf(name: Place, party: Party, lower: string, sender: Mac | undefined): NewEndpoint | undefined {
  if (party.kind === "lower-host" || party.kind === "external-host") return undefined;
  const address = name === "source" ? "02:6d:00:00:00:01" : "02:6d:00:00:00:02";
  const { kind, mode } = party;
  const listed = party.sourceList === "sender" && sender !== undefined ? sender : STRANGER;
  const sources = mode === "source" ? { sources: [listed] } : {};
  return { name, lower, kind, address, generated: address, ...(mode && { mode }), ...sources };
}

/** The two ends made and brought up, or the refusal that prevented it. */
export function buildWorld(cell: Cell, judge: Judge): { world: World; error?: Refusal } {
  const { source, destination } = ENDS[cell.placement];
  const lower = cell.placement === "two-lowers" ? "lower-b" : "lower-a";
  let world = emptyWorld(cell);
  for (const name of ["source", "destination"] as const) {
    const onLower = name === "source" ? "lower-a" : lower;
    const request = endpointOf(ENDS[cell.placement][name], cell[name], onLower, addressAt(world, source));
    for (const step of request ? [addEndpoint(request), bringUp(request.name)] : []) {
      const outcome = step(world, judge);
      if (outcome.error) return outcome;
      world = outcome.world;
    }
  }
  if (addressAt(world, destination) === undefined) throw new RangeError(`a ${cell.placement} cell needs both its ends`);
  return { world: readyFor(world, cell.traffic) };
}

/** Every endpoint is read, and joined the group or did not. */
function readyFor(world: World, traffic: Traffic): World {
  const joined = traffic === "multicast-joined";
  return { ...world, stations: world.stations.map((station) => ({ ...station, open: true, joined })) };
}

/** What a cell's frame is addressed to. */
export function destinationOf(world: World, traffic: Traffic, destination: Place): Mac {
  if (traffic === "broadcast") return BROADCAST;
  if (traffic === "unicast") return addressAt(world, destination) ?? NOBODY;
  return traffic === "unknown-unicast" ? NOBODY : GROUP;
}
