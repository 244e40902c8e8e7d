/** Containers on an engine's macvlan networks, with each other, with their host and with the external host. */
import { conversationsOf } from "../lab/model/cell.ts";
import { claimsOf } from "../lab/model/cell-claims.ts";
import type { ConversationAxes, Scenario } from "../lab/model/scenario.ts";
import { PLACEMENTS, type Talk } from "../lab/model/vocabulary.ts";

const talks: readonly Talk[] = ["arp", "icmp", "udp", "tcp", "nd", "icmpv6"];

const axes: ConversationAxes = {
  placements: PLACEMENTS,
  reflectiveRelay: [false, true],
  talks: talks.map((traffic) => ({ traffic })),
  modes: ["private", "vepa", "bridge", "passthru"],
  kinds: ["container"],
  siblings: "of-one-mode",
};

export const containers: Scenario = {
  name: "containers",
  title: "Containers on macvlan networks of a container engine: with each other, their host and the external host",
  claims: [...new Set(conversationsOf(axes).flatMap(claimsOf))],
  slow: false,
  privileged: true,
  engine: true,
  conversations: axes,
};
