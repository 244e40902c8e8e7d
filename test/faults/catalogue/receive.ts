/** Faults of receiving, group frames and unicast. */
import type { Mode } from "../../../lab/model/vocabulary.ts";
import type { Fault } from "../fault.ts";
import { isGroup } from "./cells.ts";

const isRelayed = (mode: Mode) => mode === "vepa" || mode === "bridge";

const FENCES = "it swallows the lab's own control frames, so the cells it shows in are inconclusive (exit code 3)";

const GROUP_FAULTS: readonly Fault[] = [
  {
    name: "flood-reaches-private",
    what: "every flood of a group frame reaches the private endpoints as well",
    also: ["7.2"],
    edits: [
      {
        function: "macvlan_broadcast",
        find: /!\(vlan->mode & mode\)/,
        replace: "!(vlan->mode & (mode | MACVLAN_MODE_PRIVATE))",
      },
    ],
    caughtBy: {
      by: "rules",
      rules: {
        "direct-group-receivers": (to: Mode, isSender: boolean) => (to === "bridge" || to === "private") && !isSender,
        "group-from-vepa": (to: Mode, isSender: boolean) => (isRelayed(to) || to === "private") && !isSender,
        "group-from-bridge": (to: Mode, isSender: boolean, reachesBridge: boolean) =>
          to === "private" || (reachesBridge ? isRelayed(to) : to === "vepa" && !isSender),
      },
    },
  },
  {
    name: "flood-forgets-private",
    what: "a group frame from outside does not reach the private endpoints",
    missed: FENCES,
    edits: [
      {
        function: ["macvlan_multicast_rx", "macvlan_process_broadcast"],
        find: /MACVLAN_MODE_PRIVATE\s*\|/,
        replace: "",
      },
    ],
    caughtBy: {
      by: "rules",
      rules: { "group-from-outside": (to: Mode) => to !== "source" && to !== "private" },
    },
  },
  {
    name: "sender-hears-itself",
    what: "a flood of a group frame reaches its own sender",
    edits: [{ function: "macvlan_broadcast", find: /vlan->dev == src \|\| /, replace: "" }],
    caughtBy: {
      by: "rules",
      rules: {
        "direct-group-receivers": (to: Mode) => to === "bridge",
        "group-from-vepa": (to: Mode) => isRelayed(to),
      },
    },
  },
  {
    name: "broadcast-doubled",
    what: "a group frame that comes in by the lower device is flooded twice",
    edits: [
      {
        function: "macvlan_handle_frame",
        find: /macvlan_broadcast_enqueue\(port, src, skb\);/,
        replace: "{ macvlan_broadcast_enqueue(port, src, skb); macvlan_broadcast_enqueue(port, src, skb); }",
      },
    ],
    caughtBy: {
      by: "results",
      cells: (cell, { copies }) => {
        const { placement, source, destination } = cell;
        const direct = placement === "same-lower" && source.mode === "bridge" && destination.mode === "bridge";
        // A passthru endpoint has its host's address: what that host sent comes back as its own.
        const own = source.kind === "lower-host" && destination.mode === "passthru";
        const flooded = destination.mode !== undefined && destination.mode !== "source" && !direct && !own;
        return isGroup(cell) && flooded && copies === 1 ? { copies: 2 } : undefined;
      },
    },
  },
  {
    name: "broadcast-in-half-the-table",
    what: "a flood leaves out every second bucket of the table of addresses",
    missed: FENCES,
    edits: [
      { function: "macvlan_broadcast", find: /vlan->dev == src \|\| /, replace: "(i & 1) || vlan->dev == src || " },
    ],
    caughtBy: {
      by: "results",
      cells: (cell, { copies }) =>
        isGroup(cell) && copies > 0 && cell.destination.mode !== undefined ? "may" : undefined,
    },
  },
  {
    name: "multicast-filter-ignored",
    what: "groups nobody joined reach every endpoint",
    also: ["7.2"],
    edits: [
      { function: "macvlan_broadcast", find: /!test_bit\(hash, vlan->mc_filter\)/, replace: "0" },
      { function: "macvlan_handle_frame", find: /test_bit\(hash, port->mc_filter\)/, replace: "1" },
    ],
    caughtBy: { by: "rules", rules: { "multicast-filter": () => true } },
  },
  {
    name: "own-broadcast-flooded",
    what: "a private, source or passthru sender's group frame that comes back is flooded to the others",
    also: ["7.2"],
    edits: [{ function: "macvlan_handle_frame", find: /src && src->mode != MACVLAN_MODE_VEPA/, replace: "0" }],
    caughtBy: { by: "rules", rules: { "own-group-frame-returns": () => false } },
  },
  {
    name: "group-kept-from-lower-host",
    what: "group frames no longer go on to the lower device's host",
    missed: FENCES,
    edits: [
      {
        function: "macvlan_handle_frame",
        find: /return RX_HANDLER_PASS;(?=\s*\}\s*if \(macvlan_forward_source)/,
        replace: "{ kfree_skb(skb); return RX_HANDLER_CONSUMED; }",
      },
    ],
    caughtBy: { by: "rules", rules: { "group-passes-on": () => false } },
  },
  {
    name: "broadcast-as-multicast",
    what: "a flooded broadcast arrives as multicast",
    edits: [{ function: "macvlan_broadcast_one", find: /PACKET_BROADCAST/, replace: "PACKET_MULTICAST" }],
    caughtBy: {
      by: "results",
      cells: ({ traffic, placement, source, destination }, { as }) => {
        const direct = placement === "same-lower" && source.mode === "bridge" && destination.mode === "bridge";
        const flooded = destination.kind === "macvlan" && destination.mode !== "source" && !direct;
        return traffic === "broadcast" && flooded && as.includes("broadcast") ? { as: ["multicast"] } : undefined;
      },
    },
  },
];

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
    missed: FENCES,
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
    missed: FENCES,
    edits: [{ function: "macvlan_forward_source", find: /ether_addr_equal_64bits\(entry->addr, addr\)/, replace: "0" }],
    caughtBy: { by: "rules", rules: { "source-list-copies": () => false } },
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

export const RECEIVE_FAULTS: readonly Fault[] = [...GROUP_FAULTS, ...UNICAST_FAULTS, ...SOURCE_FAULTS];
