/** Questions about cells that several faults ask. */
import type { Cell } from "../../../lab/model/cell.ts";

export function isGroup({ traffic }: Cell): boolean {
  return traffic === "broadcast" || traffic === "multicast-joined" || traffic === "multicast-not-joined";
}
