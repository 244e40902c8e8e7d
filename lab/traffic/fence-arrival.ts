/** Where each fence is known to arrive whatever the modes: what the agent waits for, and what controls an absence. */

import { countingTap, type Tap } from "../model/sighting.ts";
import type { Node } from "../model/topology.ts";
import type { PlacedTopology } from "../topology/arrangement.ts";
import type { PlannedFrame } from "./plan.ts";

/** Every tap a fence is bound to reach, and the port it enters the switch by. */
export function arrivals({ from, fence }: PlannedFrame, topology: PlacedTopology): Tap[] {
  const port = from.kind === "lower-host" ? from.lower.port : topology.external.port;
  const entry: Tap = { interface: port, tap: "tap" };
  const external: Node = { kind: "external-host", external: topology.external };
  if (from.kind === "lower-host") return [countingTap(external), entry];
  if (fence?.to) return [countingTap(fence.to), entry];
  // A group: the joined one was joined by every endpoint; hosts are counted whatever they joined.
  const hosts = topology.lowers.map((lower): Node => ({ kind: "lower-host", lower }));
  const endpoints = topology.endpoints.map((endpoint): Node => ({ kind: "endpoint", endpoint }));
  return [...[...endpoints, ...hosts].map(countingTap), entry];
}
