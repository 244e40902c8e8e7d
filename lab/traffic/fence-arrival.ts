/** Where each fence is known to arrive whatever the modes: what the agent waits for, and what controls an absence. */
import { addressOf, interfaceOf, type Node } from "../model/topology.ts";
import type { TapKind } from "../model/sighting.ts";
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

/** A passthru endpoint takes every unicast frame from its lower device: that host can only be fenced by group frames. */
export function arrivals(fence: PlannedFrame, topology: PlacedTopology): Arrival[] {
  if (fence.from.kind === "lower-host") {
    const external: Node = { kind: "external-host", external: topology.external };
    return [receivingTap(external), { interface: fence.from.lower.port, tap: "tap" }];
  }
  const hosts = topology.lowers.map((lower): Node => ({ kind: "lower-host", lower }));
  const endpoints = topology.endpoints.map((endpoint): Node => ({ kind: "endpoint", endpoint }));
  const own: Arrival = { interface: topology.external.port, tap: "tap" };
  // The joined group was joined by every endpoint; hosts are counted whatever they joined.
  if (fence.fence?.kind !== "unicast") return [...endpoints, ...hosts].map(receivingTap).concat(own);
  const taken = endpoints.filter((node) => addressOf(node) === fence.destination);
  const nodes = taken.length > 0 ? taken : hosts.filter((node) => addressOf(node) === fence.destination);
  return nodes.map(receivingTap).concat(own);
}
