/** Rules of IP stacks in conversation: how one comes to know where the other is, and to have an address. */
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
  "own-nonce-is-ignored": rule({
    functions: ["ndisc_recv_ns", "addrconf_dad_kick", "addrconf_dad_failure"],
    text: "a stack gives a tentative address up when it is asked for it, unless the question has the nonce of its own",
    decide: (hasNonce: boolean) => hasNonce,
  }),
} as const;
