/** A frame as it is planned: everything about it is fixed before anything runs. */
import { interfaceOf, type Mac, type Node } from "../model/topology.ts";

/** One frame to send. */
export interface PlannedFrame {
  readonly id: number;
  readonly from: Node;
  readonly source: Mac;
  readonly destination: Mac;
  readonly reflectiveRelay: boolean;
  readonly text: string;
  /** With a VLAN tag. */
  readonly tagged?: true;
  /** An IPv4 and UDP datagram of this flow. */
  readonly flow?: number;
  /** Set on fences: frames everybody concerned is known to be able to receive, sent after all probes of a relay state. */
  readonly fence?: FenceFacts;
}

export type FenceKind = "unicast" | "broadcast" | "multicast";

export interface FenceFacts {
  readonly kind: FenceKind;
  readonly topology: number;
  /** The node it is for: one that is bound to get it. Absent: a group's. */
  readonly to?: Node;
}

/** A fence before it has its place in a plan. */
export type PlannedFence = Omit<PlannedFrame, "id" | "reflectiveRelay"> & Required<Pick<PlannedFrame, "fence">>;

export function fence(header: Pick<PlannedFrame, "from" | "source" | "destination">, facts: FenceFacts): PlannedFence {
  const { from, source, destination } = header;
  const what = facts.to ? `to ${interfaceOf(facts.to)}` : `${facts.kind} from ${interfaceOf(from)}`;
  return { from, source, destination, text: `fence ${what}`, fence: facts };
}
