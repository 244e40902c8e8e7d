/** Rules of two IP stacks in conversation: how one comes to know where the other is. */
import { rule } from "../rule.ts";

export const CONVERSATION_RULES = {
  "next-hop-is-asked-for": rule({
    functions: ["neigh_resolve_output", "__neigh_event_send"],
    text: "a stack that does not know the address of its next hop asks for it before it sends",
    quoted: "when-true",
    decide: (known: boolean) => !known,
  }),
  "arp-teaches-the-asked": rule({
    functions: ["arp_process", "neigh_event_ns"],
    text: "who is asked for its address by ARP learns the asker's from the request",
    quoted: "when-true",
    decide: () => true,
  }),
  "nd-teaches-the-asked": rule({
    functions: ["ndisc_recv_ns", "neigh_update"],
    text: "who is asked for its address by neighbour discovery learns the asker's from the solicitation",
    quoted: "when-true",
    decide: () => true,
  }),
  "solicited-group-is-joined": rule({
    functions: ["addrconf_join_solict", "ndisc_solicit"],
    text: "who has an IPv6 address joined the group that is asked for it",
    quoted: "when-true",
    decide: () => true,
  }),
} as const;
