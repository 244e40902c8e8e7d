/** Where each fence is known to arrive whatever the modes: what the agent waits for, and what controls an absence. */

import { countingTap, type Tap } from "../model/sighting.ts";
import { addressOf, endpointNodes, externalHost, lowerHosts, lowerOf, type Node } from "../model/topology.ts";
import type { PlacedTopology } from "../topology/arrangement.ts";
import type { PlannedFrame } from "./planned-frame.ts";

/** Every tap a fence is bound to reach, and the port it enters the switch by. */
export function arrivals({ from, fence }: PlannedFrame, topology: PlacedTopology): Tap[] {
  const entry: Tap = { interface: lowerOf(topology, from)?.port ?? topology.external.port, tap: "tap" };
  if (!getsOut(from, topology)) return [];
  if (from.kind !== "external-host") return [countingTap(externalHost(topology)), entry];
  if (fence?.to && !isSentTo(fence.to, topology)) return [entry];
  if (fence?.to) return [countingTap(fence.to), entry];
  // A group: the joined one was joined by every endpoint; hosts are counted whatever they joined.
  return [...[...endpointNodes(topology), ...lowerHosts(topology)].map(countingTap), entry];
}

/** A dummy has no cable, and an access point listens to its stations' own addresses alone. */
function getsOut(from: PlannedFrame["from"], topology: PlacedTopology): boolean {
  const kind = lowerOf(topology, from)?.kind;
  if (from.kind !== "endpoint") return true;
  return kind !== "dummy" && (kind !== "hwsim" || from.endpoint.mode === "passthru");
}

/** An access point sends unicast frames to its stations' own addresses alone. */
function isSentTo(to: Node, topology: PlacedTopology): boolean {
  const lower = lowerOf(topology, to);
  return lower?.kind !== "hwsim" || addressOf(to) === lower.address;
}
