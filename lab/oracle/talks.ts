/** What each talk is made of, as data: who speaks, to whom, and how an address nobody told is found. */
import type { Talk } from "../model/vocabulary.ts";
import type { RuleId } from "./rules.ts";
import type { Addressing } from "./stack.ts";

export interface Saying {
  readonly way: "there" | "back";
  readonly to: Addressing;
}

/** How an address is asked for, and what makes the asked know the asker's. */
export interface Asking {
  readonly to: Addressing;
  readonly teaches: RuleId & `${string}-teaches-the-asked`;
  /** What makes the asked a member of the group. */
  readonly joins?: "solicited-group-is-joined";
}

export interface TalkPlan {
  /** Absent: addresses need not be found. */
  readonly asking?: Asking;
  /** Empty: asking and being answered is all there is. Otherwise whatever comes `back` is an answer. */
  readonly sayings: readonly Saying[];
  readonly tagged?: true;
}

const there: Saying = { way: "there", to: "other" };
const back: Saying = { way: "back", to: "other" };
const arp: Asking = { to: "everybody", teaches: "arp-teaches-the-asked" };
const nd: Asking = { to: "group", teaches: "nd-teaches-the-asked", joins: "solicited-group-is-joined" };
const echo: TalkPlan = { asking: arp, sayings: [there, back] };
const datagram: TalkPlan = { sayings: [{ way: "there", to: "group" }] };
const toServer: Saying = { way: "there", to: "everybody" };

/**
 * Fragments and segments that follow on a frame that arrived, the same way and addressed alike, are left out. `tcp`: SYN, its answer, payload each way. `dhcp`: DISCOVER, OFFER, REQUEST, ACK; the client does
 * not set the broadcast flag, so the server answers its hardware address.
 */
export const TALK_PLANS: Readonly<Record<Talk, TalkPlan>> = {
  arp: { asking: arp, sayings: [] },
  icmp: echo,
  "icmp-full": echo,
  "icmp-fragments": echo,
  udp: echo,
  tcp: { asking: arp, sayings: [there, back, there, back] },
  igmp: datagram,
  nd: { asking: nd, sayings: [] },
  icmpv6: { asking: nd, sayings: [there, back] },
  mld: datagram,
  vlan: { ...echo, tagged: true },
  dhcp: { sayings: [toServer, back, toServer, back] },
};
