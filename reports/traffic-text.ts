/** What is said between two ends, in one name: a conversation across a router is another thing than one to a neighbour. */
import type { CellResult } from "../lab/model/results.ts";
import { LAYER2_TRAFFIC, TALKS } from "../lab/model/vocabulary.ts";

type Said = Pick<CellResult, "traffic" | "neighbours" | "route">;

/** `unicast`, `icmp`, `icmp (static neighbours)`, `tcp (by router)`. */
export function trafficText({ traffic, neighbours, route }: Said): string {
  const how = [...(neighbours ? [`${neighbours} neighbours`] : []), ...(route ? [`by ${route}`] : [])];
  return how.length === 0 ? traffic : `${traffic} (${how.join(", ")})`;
}

const TRAFFIC: readonly string[] = [...LAYER2_TRAFFIC, ...TALKS];

/** Negative when `a` comes first: frames, then talks with neighbours nobody knows, with static ones, across a router. */
export function compareTraffic(a: Said, b: Said): number {
  const how = ({ neighbours, route }: Said) => (neighbours ? 1 : 0) + (route ? 2 : 0);
  return how(a) - how(b) || TRAFFIC.indexOf(a.traffic) - TRAFFIC.indexOf(b.traffic);
}

/** Nothing answers: being heard is its end. */
export function isOneWay({ traffic }: Pick<CellResult, "traffic">): boolean {
  return traffic === "igmp" || traffic === "mld";
}

export function isTalk({ traffic }: Pick<CellResult, "traffic">): boolean {
  return (TALKS as readonly string[]).includes(traffic);
}
