/** Faults of sending. */
import type { Mode } from "../../../lab/model/vocabulary.ts";
import type { Fault } from "../fault.ts";
import { isGroup } from "./cells.ts";

const isRelayed = (mode: Mode | undefined) => mode === "vepa" || mode === "bridge";

export const TRANSMIT_FAULTS: readonly Fault[] = [
  {
    name: "bridge-reaches-every-mode",
    what: "a bridge endpoint's unicast is handed to siblings of every mode inside the lower device",
    also: ["7.2"],
    edits: [{ function: "macvlan_queue_xmit", find: /dest && dest->mode == MACVLAN_MODE_BRIDGE/, replace: "dest" }],
    caughtBy: {
      by: "rules",
      rules: { "bridge-unicast-direct": (sender: Mode, owner?: Mode) => sender === "bridge" && owner !== undefined },
    },
  },
  {
    name: "vepa-delivers-locally",
    what: "a vepa endpoint hands frames to bridge siblings itself instead of leaving them to the switch",
    edits: [
      {
        function: "macvlan_queue_xmit",
        find: /if \(vlan->mode == MACVLAN_MODE_BRIDGE\)/,
        replace: "if (vlan->mode == MACVLAN_MODE_BRIDGE || vlan->mode == MACVLAN_MODE_VEPA)",
      },
    ],
    caughtBy: {
      by: "rules",
      rules: {
        "bridge-unicast-direct": (sender: Mode, owner?: Mode) => isRelayed(sender) && owner === "bridge",
        "bridge-group-direct": (sender: Mode) => isRelayed(sender),
      },
    },
  },
  {
    name: "bridge-unicast-leaks",
    what: "unicast between two bridge endpoints leaves by the lower device",
    edits: [{ function: "macvlan_queue_xmit", find: /dest && dest->mode == MACVLAN_MODE_BRIDGE/, replace: "0" }],
    caughtBy: { by: "rules", rules: { "bridge-unicast-direct": () => false } },
  },
  {
    name: "bridge-broadcast-not-shared",
    what: "a bridge endpoint's broadcast is sent out, but not copied to its siblings",
    edits: [
      {
        function: "macvlan_queue_xmit",
        find: /macvlan_broadcast\(skb, port, dev, MACVLAN_MODE_BRIDGE\);/,
        replace: ";",
      },
    ],
    caughtBy: { by: "rules", rules: { "bridge-group-direct": () => false } },
  },
  {
    name: "bridge-broadcast-lost",
    what: "a bridge endpoint's broadcast is copied to its siblings, and never sent out",
    edits: [
      {
        function: "macvlan_queue_xmit",
        find: /goto xmit_world;/,
        replace: "consume_skb(skb); return NET_XMIT_SUCCESS;",
      },
    ],
    caughtBy: {
      by: "results",
      cells: (cell, sound) => {
        if (cell.source.mode !== "bridge" || !isGroup(cell)) return undefined;
        const direct = cell.placement === "same-lower" && cell.destination.mode === "bridge";
        return { copies: direct ? Math.min(1, sound.copies) : 0, echo: 0, wire: 0 };
      },
    },
  },
];
