/** Where each fence is known to arrive whatever the modes: what the agent waits for, and what controls an absence. */

import type { TapKind } from "../model/sighting.ts";
import { interfaceOf, type Node } from "../model/topology.ts";
import type { PlacedTopology } from "../topology/arrangement.ts";
import type { PlannedFrame } from "./plan.ts";

export interface Arrival {
  readonly interface: string;
  readonly tap: TapKind;
}

/** The tap a node's copies are counted at: its device, or behind the handlers of the interface its host owns. */
export function receivingTap(node: Node): Arrival {
  const tap = node.kind !== "endpoint" ? "host" : node.endpoint.kind === "macvtap" ? "device" : "tap";
  return { interface: interfaceOf(node), tap };
}

/** Every tap a fence is bound to reach, and the port it enters the switch by. */
export function arrivals({ from, fence }: PlannedFrame, topology: PlacedTopology): Arrival[] {
  const port = from.kind === "lower-host" ? from.lower.port : topology.external.port;
  const entry: Arrival = { interface: port, tap: "tap" };
  const external: Node = { kind: "external-host", external: topology.external };
  if (from.kind === "lower-host") return [receivingTap(external), entry];
  if (fence?.to) return [receivingTap(fence.to), entry];
  // A group: the joined one was joined by every endpoint; hosts are counted whatever they joined.
  const hosts = topology.lowers.map((lower): Node => ({ kind: "lower-host", lower }));
  const endpoints = topology.endpoints.map((endpoint): Node => ({ kind: "endpoint", endpoint }));
  return [...[...endpoints, ...hosts].map(receivingTap), entry];
}
