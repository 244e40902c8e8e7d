/** Rules of arriving on any device: packet types, a host's own stack, a macvtap's reader. */
import type { PacketType } from "../../model/vocabulary.ts";
import { rule } from "../rule.ts";

export const ARRIVAL_RULES = {
  "own-address-is-host": rule({
    functions: ["eth_type_trans", "eth_skb_pkt_type"],
    text: "a unicast frame is another host's where it arrives on a device with another address",
    quoted: "never",
    decide: (ownAddress: boolean) => ownAddress,
  }),
  "all-ones-is-broadcast": rule({
    functions: ["eth_type_trans", "eth_skb_pkt_type", "macvlan_broadcast_one"],
    text: "a group frame arrives as broadcast where it is addressed to everybody and as multicast otherwise",
    quoted: "never",
    decide: (allOnes: boolean) => allOnes,
  }),
  "stack-takes-its-own": rule({
    functions: ["__netif_receive_skb_core", "eth_type_trans"],
    text: "a host's stack takes what is addressed to it, broadcast or multicast, and drops another host's frames",
    decide: (type: PacketType) => type !== "otherhost",
  }),
  "reader-takes-all": rule({
    functions: ["tap_handle_frame", "tap_get_queue"],
    text: "what reaches a macvtap goes to the reader of its character device, and to the stack while nobody has it open",
    quoted: "when-true",
    decide: (open: boolean) => open,
  }),
} as const;
