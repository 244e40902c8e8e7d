/** What several faults have in common. */
import type { Cell } from "../../../lab/model/cell.ts";

export function isGroup({ traffic }: Cell): boolean {
  return traffic === "broadcast" || traffic === "multicast-joined" || traffic === "multicast-not-joined";
}
