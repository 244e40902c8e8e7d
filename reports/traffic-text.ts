/** What is said between two ends, in one name: a conversation across a router is another thing than one to a neighbour. */
import type { CellResult } from "../lab/model/results.ts";
import { LAYER2_TRAFFIC, TALKS } from "../lab/model/vocabulary.ts";
import { groupBy } from "./group.ts";

type Said = Pick<CellResult, "traffic" | "neighbours" | "route" | "vhost">;

/** `unicast`, `unicast (vhost)`, `icmp`, `icmp (static neighbours)`, `tcp (by router)`. */
export function trafficText({ traffic, neighbours, route, vhost }: Said): string {
  const told = neighbours ? [`${neighbours} neighbours`] : [];
  const how = [...told, ...(route ? [`by ${route}`] : []), ...(vhost ? ["vhost"] : [])];
  return how.length === 0 ? traffic : `${traffic} (${how.join(", ")})`;
}

/** Names of several, each way of holding conversations said once: `icmp, udp; icmp, tcp (by router)`. */
export function trafficList(names: readonly string[]): string {
  const ways = groupBy(names, (name) => / \(.*\)$/.exec(name)?.[0] ?? "");
  return [...ways]
    .map(([way, own]) => own.map((name) => name.slice(0, name.length - way.length)).join(", ") + way)
    .join("; ");
}

const TRAFFIC: readonly string[] = [...LAYER2_TRAFFIC, ...TALKS];

/** Negative when `a` comes first: frames, then frames the kernel moves for guests, then talks with neighbours nobody knows, with static ones, across a router. */
export function compareTraffic(a: Said, b: Said): number {
  const how = ({ neighbours, route, vhost }: Said) => (neighbours ? 1 : 0) + (route ? 2 : 0) + (vhost ? 4 : 0);
  return how(a) - how(b) || TRAFFIC.indexOf(a.traffic) - TRAFFIC.indexOf(b.traffic);
}

/** Nothing answers: being heard is its end. */
export function isOneWay({ traffic }: Pick<CellResult, "traffic">): boolean {
  return traffic === "igmp" || traffic === "mld";
}

export function isTalk({ traffic }: Pick<CellResult, "traffic">): boolean {
  return (TALKS as readonly string[]).includes(traffic);
}
