/** Where each fence is known to arrive whatever the modes: what the agent waits for, and what controls an absence. */

import { countingTap, type Tap } from "../model/sighting.ts";
import { endpointNodes, externalHost, lowerHosts, lowerOf } from "../model/topology.ts";
import type { PlacedTopology } from "../topology/arrangement.ts";
import type { PlannedFrame } from "./planned-frame.ts";

/** Every tap a fence is bound to reach, and the port it enters the switch by. */
export function arrivals({ from, fence }: PlannedFrame, topology: PlacedTopology): Tap[] {
  const entry: Tap = { interface: lowerOf(topology, from)?.port ?? topology.external.port, tap: "tap" };
  if (from.kind !== "external-host") return [countingTap(externalHost(topology)), entry];
  if (fence?.to) return [countingTap(fence.to), entry];
  // A group: the joined one was joined by every endpoint; hosts are counted whatever they joined.
  return [...[...endpointNodes(topology), ...lowerHosts(topology)].map(countingTap), entry];
}
