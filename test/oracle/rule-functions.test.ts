import { expect, test } from "vitest";
import { functionsNamedIn } from "./rule-functions.ts";

test.each([
  ["macvlan_handle_frame: frames from outside go by mc_filter", ["macvlan_handle_frame"]],
  ["macvlan_queue_xmit, macvlan_broadcast: to every sibling", ["macvlan_queue_xmit", "macvlan_broadcast"]],
  ["br_handle_frame_finish and should_deliver: hairpin", ["br_handle_frame_finish", "should_deliver"]],
  [
    "macvlan_queue_xmit -> macvlan_handle_frame(): and then __dev_forward_skb() drops",
    ["macvlan_queue_xmit", "macvlan_handle_frame", "__dev_forward_skb"],
  ],
  [
    "macvlan_start_xmit: to the wire; br_forward: back; macvlan_open: up",
    ["macvlan_start_xmit", "br_forward", "macvlan_open"],
  ],
  ["macvlan_open: macvlan_open() refuses", ["macvlan_open"]],
  ["it is because of the vlan_hash and pkt_type", []],
])("%s", (text, names) => {
  expect(functionsNamedIn(text)).toEqual(names);
});
