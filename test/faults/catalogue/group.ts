/** Faults of flooding group frames. */
import type { Mode } from "../../../lab/model/vocabulary.ts";
import type { Fault } from "../fault.ts";
import { isGroup } from "./cells.ts";

const isRelayed = (mode: Mode) => mode === "vepa" || mode === "bridge";

export const GROUP_FAULTS: readonly Fault[] = [
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
    // Alone on its lower device, a passthru endpoint has no sibling to show that the queue was worked off.
    silenced: (cell) => isGroup(cell) && (cell.source.mode === "passthru" || cell.destination.mode === "passthru"),
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
    // Beside a passthru endpoint the host gets nothing but group frames.
    silenced: ({ source, destination }) =>
      (source.mode === "passthru" && destination.kind === "lower-host") ||
      (source.kind === "lower-host" && destination.mode === "passthru"),
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
