/**
 * The fences of a whole topology, for one relay state. From outside: one broadcast, one multicast and a unicast to every
 * node, from an address on every source list. From every lower device's host: one broadcast and one unicast, which show
 * that its port and the external host are being watched. From every source endpoint a unicast: one that hears nobody, not
 * even those on its list, can still be seen to be watched.
 */
import {
  addressOf,
  cableEnd,
  endpointNodes,
  externalHost,
  lowerHosts,
  type Node,
  onlyGroupFrames,
} from "../model/topology.ts";
import { BROADCAST, JOINED_GROUP } from "../topology/addresses.ts";
import type { PlacedTopology } from "../topology/arrangement.ts";
import { type FenceKind, fence, type PlannedFence } from "./planned-frame.ts";

/** @param index the topology's number in its plan. */
export function fencesOf(topology: PlacedTopology, index: number): PlannedFence[] {
  const outside = externalHost(topology);
  const hosts = lowerHosts(topology);
  const ends = topology.lowers.map(cableEnd);
  const reachable = hosts.filter((host) => !onlyGroupFrames(topology, host));
  const facts = (kind: FenceKind, to?: Node) => ({ kind, topology: index, ...(to ? { to } : {}) });
  const fromOutside = { from: outside, source: topology.fenceSource };
  const fromOwn = (from: Node) => ({ from, source: addressOf(from) });
  const listening = endpointNodes(topology).filter(
    (node) => node.kind === "endpoint" && node.endpoint.mode === "source",
  );
  return [
    ...[...endpointNodes(topology), ...reachable].map((to) =>
      fence({ ...fromOutside, destination: addressOf(to) }, facts("unicast", to)),
    ),
    ...[...listening, ...ends].map((from) =>
      fence({ ...fromOwn(from), destination: addressOf(outside) }, facts("unicast", outside)),
    ),
    fence({ ...fromOutside, destination: JOINED_GROUP }, facts("multicast")),
    ...ends.map((end) => fence({ ...fromOwn(end), destination: BROADCAST }, facts("broadcast"))),
    fence({ ...fromOutside, destination: BROADCAST }, facts("broadcast")),
  ];
}
