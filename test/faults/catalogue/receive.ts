/** Faults of receiving unicast, and of source lists. */
import type { Fault } from "../fault.ts";

const UNICAST_FAULTS: readonly Fault[] = [
  {
    name: "delivered-as-another-hosts",
    what: "unicast is handed to its endpoint as another host's",
    also: ["7.2"],
    edits: [{ function: "macvlan_handle_frame", find: /skb->pkt_type = PACKET_HOST;/, replace: "" }],
    caughtBy: { by: "rules", rules: { "unicast-becomes-host": () => false } },
  },
  {
    name: "unicast-kept-from-lower-host",
    what: "unicast no endpoint takes does not go on to the lower device's host",
    edits: [
      {
        function: "macvlan_handle_frame",
        find: /return RX_HANDLER_PASS;(?=\s*dev = vlan->dev)/,
        replace: "{ kfree_skb(skb); return RX_HANDLER_CONSUMED; }",
      },
    ],
    caughtBy: { by: "rules", rules: { "rest-to-lower-host": () => false } },
  },
  {
    name: "passthru-filters",
    what: "a passthru endpoint gets only the unicast that is addressed to it",
    edits: [{ function: "macvlan_handle_frame", find: /macvlan_passthru\(port\)/, replace: "0" }],
    caughtBy: { by: "rules", rules: { "passthru-takes-unicast": () => false } },
  },
];

const SOURCE_FAULTS: readonly Fault[] = [
  {
    name: "source-list-ignored",
    what: "a source endpoint gets a copy of every frame that arrives, whoever sent it",
    edits: [
      {
        function: "macvlan_forward_source",
        find: /hlist_for_each_entry_rcu\(entry, h, hlist\)/,
        replace: "struct macvlan_dev *each; list_for_each_entry_rcu(each, &port->vlans, list)",
      },
      {
        function: "macvlan_forward_source",
        find: /ether_addr_equal_64bits\(entry->addr, addr\)/,
        replace: "each->mode == MACVLAN_MODE_SOURCE",
      },
      { function: "macvlan_forward_source", find: /rcu_dereference\(entry->vlan\)/, replace: "each" },
    ],
    // With nodst the endpoint keeps the lab's own control frames from everybody as well.
    caughtBy: { by: "rules", rules: { "source-list-copies": () => true }, untold: /^source-nodst/ },
  },
  {
    name: "source-list-dead",
    what: "a source endpoint gets nothing from the senders on its list",
    edits: [{ function: "macvlan_forward_source", find: /ether_addr_equal_64bits\(entry->addr, addr\)/, replace: "0" }],
    // In the checks no sibling shows that nothing is under way to it: they may be inconclusive.
    caughtBy: { by: "rules", rules: { "source-list-copies": () => false }, untold: /^source-/ },
  },
  {
    name: "source-takes-its-unicast",
    what: "a source endpoint gets what is addressed to it, whoever sent it",
    edits: [
      { function: "macvlan_handle_frame", find: /!vlan \|\| vlan->mode == MACVLAN_MODE_SOURCE/, replace: "!vlan" },
    ],
    caughtBy: { by: "rules", rules: { "source-never-by-destination": () => false } },
  },
  {
    name: "source-copy-as-another-hosts",
    what: "a source endpoint's copy of a frame addressed to it arrives as another host's",
    edits: [
      {
        function: "macvlan_forward_source_one",
        find: /nskb->pkt_type = PACKET_HOST/,
        replace: "nskb->pkt_type = PACKET_OTHERHOST",
      },
    ],
    caughtBy: { by: "rules", rules: { "source-copy-keeps-type": () => true } },
  },
  {
    name: "nodst-ignored",
    what: "a listed sender's frames go on to their destination in spite of nodst",
    edits: [{ function: "macvlan_forward_source", find: /consume = true/, replace: "consume = false" }],
    caughtBy: { by: "rules", rules: { "nodst-consumes": () => false } },
  },
];

export const RECEIVE_FAULTS: readonly Fault[] = [...UNICAST_FAULTS, ...SOURCE_FAULTS];
