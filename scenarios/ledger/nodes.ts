/** Where macvtaps come from, and their character devices. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { add, moveAway, moveHome, refuses, remove, setMode, shows, up } from "./steps.ts";

const [MADE, NODE] = ["T2", "T3"];
/** An index nobody else has: on the running kernel others' devices may have the small ones, and the nodes. */
const macvtap = add("first", { kind: "macvtap", index: "fixed" });
/** The one elsewhere comes first: an index that is in use here cannot be asked for, wherever the new device is to be. */
const away = add("first", { kind: "macvtap", index: "fixed", in: "away" });
const twin = add("second", { kind: "macvtap", index: "fixed" });
const tap = { do: "add-tap", device: "first" } as const;
const open = { do: "open", device: "first" } as const;
const FIRST = ["first", "node"] as const;
const SECOND = ["second", "node"] as const;

const ORIGIN: readonly CheckSpec[] = [
  shows("tap-by-tun", MADE, "what /dev/net/tun makes when asked for a tap", ["first", "kind"], tap),
  shows("tap-by-netlink", MADE, "what a netlink message makes when asked for a macvtap", ["first", "kind"], macvtap),
  refuses("tun-takes-macvtap", MADE, "asking /dev/net/tun for a new tap that has a macvtap's name", macvtap, tap),
  refuses("tun-removes-macvtap", MADE, "asking /dev/net/tun to take a macvtap away", macvtap, {
    do: "delete-tap",
    device: "first",
  }),
  shows(
    "macvtap-outlives-opener",
    MADE,
    "a macvtap once its device was opened and closed",
    ["first", "kind"],
    macvtap,
    ...up("first"),
    open,
  ),
  shows("macvtap-removed", MADE, "a macvtap once ip link del was told", ["first", "kind"], macvtap, remove("first")),
  shows(
    "macvtap-removed-lower",
    MADE,
    "a macvtap once its lower device was removed",
    ["first", "kind"],
    macvtap,
    remove("lower"),
  ),
];

const NODES: readonly CheckSpec[] = [
  shows("node-of-macvtap", NODE, "the character device of a macvtap", FIRST, macvtap),
  shows(
    "node-of-macvtap-up",
    NODE,
    "the character device of a macvtap that is up and was opened",
    FIRST,
    macvtap,
    ...up("first"),
    open,
  ),
  shows("node-of-macvlan", NODE, "the character device of a macvlan", FIRST, add("first", { index: "fixed" })),
  shows("node-of-tap", NODE, "the character device of an ordinary tap", FIRST, tap),
  shows(
    "node-mode-changed",
    NODE,
    "the character device of a macvtap whose mode was changed",
    FIRST,
    macvtap,
    setMode("first", "bridge"),
  ),
  shows(
    "node-removed",
    MADE,
    "the character device left by a macvtap's removal, for the next of its index",
    SECOND,
    macvtap,
    remove("first"),
    add("second", { kind: "macvtap", index: "fixed" }),
  ),
  shows("queue-of-macvtap", NODE, "the queue length of a macvtap", ["first", "txqueuelen"], macvtap),
  shows("queue-of-macvlan", NODE, "the queue length of a macvlan", ["first", "txqueuelen"], add("first")),
  shows("queue-of-tap", NODE, "the queue length of an ordinary tap", ["first", "txqueuelen"], tap),
];

/** /dev is one for all network namespaces, interface indexes are not. */
const NAMESPACES: readonly CheckSpec[] = [
  shows(
    "node-made-away",
    NODE,
    "the character device of a macvtap made in another namespace",
    FIRST,
    add("first", { kind: "macvtap", index: "fixed", in: "away" }),
  ),
  shows(
    "node-moved",
    NODE,
    "the character device of a macvtap moved to another namespace",
    FIRST,
    macvtap,
    moveAway("first"),
  ),
  shows(
    "node-moved-back",
    NODE,
    "the same once it is moved back",
    FIRST,
    macvtap,
    moveAway("first"),
    moveHome("first"),
  ),
  shows(
    "node-of-twin",
    NODE,
    "the character device named for a macvtap whose index another has in another namespace already",
    SECOND,
    away,
    twin,
  ),
  shows("node-of-first-twin", NODE, "the character device of the one that was there before", FIRST, away, twin),
  shows(
    "node-after-first-twin",
    NODE,
    "the later one's character device once the earlier one is removed",
    SECOND,
    away,
    twin,
    remove("first"),
  ),
  shows(
    "node-after-second-twin",
    NODE,
    "the earlier one's character device once the later one is removed",
    FIRST,
    away,
    twin,
    remove("second"),
  ),
  shows(
    "node-of-twin-that-joins",
    NODE,
    "the earlier one's character device once it is moved to where the later one is",
    FIRST,
    away,
    twin,
    moveHome("first"),
  ),
  shows("node-of-twin-joined", NODE, "the later one's character device then", SECOND, away, twin, moveHome("first")),
  shows(
    "index-moved",
    NODE,
    "the interface index of a macvtap that was moved to another namespace",
    ["first", "index"],
    macvtap,
    moveAway("first"),
  ),
  shows(
    "index-of-twin-that-joins",
    NODE,
    "the interface index of one that is moved to where another has it",
    ["first", "index"],
    away,
    twin,
    moveHome("first"),
  ),
];

export const NODE_CHECKS: readonly CheckSpec[] = [...ORIGIN, ...NODES, ...NAMESPACES];
