/** Every ordered pair of endpoints and hosts, with real IP stacks at both ends. */

import { conversationsOf } from "../lab/model/cell.ts";
import { claimsOf } from "../lab/model/cell-claims.ts";
import type { ConversationAxes, Scenario, TalkAxis } from "../lab/model/scenario.ts";
import { MODES, PLACEMENTS, TALKS, type Talk } from "../lab/model/vocabulary.ts";

/** Those asked of every pair; `vlan` and `dhcp` have placements of their own. */
const asking: readonly Talk[] = TALKS.filter((talk) => talk !== "vlan" && talk !== "dhcp");
const beyondResolving: readonly Talk[] = ["icmp", "udp", "tcp", "icmpv6"];

/** A VLAN device of the lower host's own takes the tagged frames of all endpoints: `ledger` asks that. */
const withoutLowerHost = PLACEMENTS.filter((placement) => !placement.includes("lower-host"));

const talks: readonly TalkAxis[] = [
  ...asking.map((traffic) => ({ traffic })),
  { traffic: "vlan", placements: withoutLowerHost },
  { traffic: "dhcp", placements: ["endpoint-to-external"] },
  ...beyondResolving.map((traffic) => ({ traffic, neighbours: "static" as const })),
  ...beyondResolving.map((traffic) => ({ traffic, route: "router" as const })),
];

const axes: ConversationAxes = { placements: PLACEMENTS, reflectiveRelay: [false, true], talks, modes: MODES };

export const conversations: Scenario = {
  name: "conversations",
  title: "What two IP stacks can say to each other: resolution, pings, UDP, TCP, groups, VLANs, DHCP, across a router",
  claims: [...new Set(conversationsOf(axes).flatMap(claimsOf))],
  slow: false,
  privileged: false,
  conversations: axes,
};
