/** Rules of sending: `macvlan_queue_xmit` and what leaves by the lower device's cable. */
import type { Mode } from "../../model/vocabulary.ts";
import { rule } from "../rule.ts";

export const TRANSMIT_RULES = {
  "bridge-group-direct": rule({
    functions: ["macvlan_queue_xmit", "macvlan_broadcast"],
    text: "a bridge endpoint's group frame is copied to its siblings at once, and then sent out like any other",
    quoted: "when-true",
    decide: (sender: Mode) => sender === "bridge",
  }),
  "direct-group-receivers": rule({
    functions: ["macvlan_broadcast"],
    text: "the direct copies of a group frame go to the other bridge endpoints and to nobody else",
    decide: (receiver: Mode, isSender: boolean) => receiver === "bridge" && !isSender,
  }),
  "bridge-unicast-direct": rule({
    functions: ["macvlan_queue_xmit", "macvlan_hash_lookup", "dev_forward_skb"],
    text: "unicast between two bridge endpoints of one lower device is received on it at once and never leaves",
    quoted: "when-true",
    decide: (sender: Mode, owner: Mode | undefined) => sender === "bridge" && owner === "bridge",
  }),
  "rest-to-the-wire": rule({
    functions: ["macvlan_queue_xmit", "macvlan_start_xmit"],
    text: "what is not between two bridge endpoints leaves by the lower device, whoever it is for",
    quoted: "when-true",
    decide: (handedOver: boolean) => !handedOver,
  }),
  "host-to-the-wire": rule({
    functions: ["veth_xmit", "veth_forward_skb"],
    text: "what a host sends on its own device leaves by the cable without meeting the endpoints on it",
    quoted: "when-true",
    decide: () => true,
  }),
} as const;
