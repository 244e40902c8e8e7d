/** What a cell's ends have to do with each other. Pure. */
import type { CellResult } from "../lab/model/results.ts";

type Ends = Pick<CellResult, "placement" | "traffic" | "source" | "destination">;

export function isGroup({ traffic }: Pick<Ends, "traffic">): boolean {
  return traffic !== "unicast" && traffic !== "unknown-unicast";
}

/** Whether the destination is on, or is the host of, the sender's lower device. */
export function sharesLower({ placement }: Pick<Ends, "placement">): boolean {
  return ["same-lower", "endpoint-to-lower-host", "lower-host-to-endpoint"].includes(placement);
}

/** A group frame that macvlan_queue_xmit copies from a bridge endpoint to its bridge siblings, not by way of the switch. */
export function isAmongSiblings(ends: Ends): boolean {
  const { placement, source, destination } = ends;
  return placement === "same-lower" && isGroup(ends) && source.mode === "bridge" && destination.mode === "bridge";
}

/** Between the sender's host and the switch. Other kinds of lower devices have more than a cable below, a dummy none. */
export function wireText({ source, lower = "veth" }: Pick<CellResult, "source" | "lower">): string {
  if (source.kind === "external-host") return "the external host's cable to the switch";
  if (lower === "dummy") return "the lower device: behind a dummy is no cable";
  if (lower === "veth") return "the cable between the lower device and the switch";
  return `what is between the lower device (${lower}) and the switch`;
}
