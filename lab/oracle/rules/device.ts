/** Rules of what can be asked for in a message, of the switch's port, and of character devices. */
import type { EndpointKind, Mode } from "../../model/vocabulary.ts";
import { rule } from "../rule.ts";

const MODE_NUMBERS = [1, 2, 4, 8, 16];
const [NOPROMISC, NODST] = [1, 2];

export const MESSAGE_RULES = {
  "five-modes": rule({
    functions: ["macvlan_validate"],
    text: "a mode is private, vepa, bridge, passthru or source: any other number is refused with EINVAL",
    quoted: "when-true",
    decide: (mode: number) => !MODE_NUMBERS.includes(mode),
  }),
  "two-flags": rule({
    functions: ["macvlan_validate"],
    text: "there are two flags, nopromisc and nodst, each taken in every mode: any other is refused with EINVAL",
    decide: (flags: number) => (flags & ~(NOPROMISC | NODST)) !== 0,
  }),
  "flags-are-told": rule({
    functions: ["macvlan_fill_info"],
    text: "both flags are told as they were set, whatever the mode",
    decide: () => true,
  }),
  "nopromisc-is-guarded": rule({
    functions: ["macvlan_validate"],
    text: "the driver takes nopromisc in every mode: it is ip that refuses it outside passthru",
    decide: (mode: Mode) => mode !== "passthru",
  }),
  "known-attribute": rule({
    functions: ["macvlan_link_register"],
    text: "an attribute the driver knows is held against its length, one that it does not know is passed over in silence",
    decide: (attribute: number, last: number) => attribute <= last,
  }),
  "queue-length-known": rule({
    functions: ["macvlan_fill_info"],
    text: "the length of the queue for group frames is told, the one asked for and the one in use",
    varies: ({ hasQueueLength }) =>
      hasQueueLength
        ? {}
        : { text: "the driver knows no length of the queue for group frames: who asks for one is not heard" },
    decide: (known: boolean) => known,
  }),
  "list-of-stations": rule({
    functions: ["macvlan_validate"],
    text: "an address that is a group's is refused for a source list with EADDRNOTAVAIL",
    quoted: "when-true",
    decide: (group: boolean) => group,
  }),
  "set-empties-list": rule({
    functions: ["macvlan_changelink_sources"],
    text: "setting or flushing a source list empties it first, adding to it does not",
    decide: (change: string) => change === "set" || change === "flush",
  }),
  "listed-once": rule({
    functions: ["macvlan_hash_add_source"],
    text: "an address is on a source list once, however often it is added",
    quoted: "when-true",
    decide: (listed: boolean) => listed,
  }),
} as const;

export const PORT_RULES = {
  "one-switch": rule({
    functions: ["br_setport", "store_flag", "br_port_fill_attrs"],
    text: "whoever switches reflective relay sets one flag of the port, and whoever asks reads that",
    decide: () => true,
  }),
} as const;

export const NODE_RULES = {
  "macvtap-has-a-node": rule({
    functions: ["macvtap_device_event"],
    text: "a macvtap has a character device named for its interface index, for its owner alone, nothing else has one",
    decide: (kind: EndpointKind | "tun") => kind === "macvtap",
  }),
  "node-is-there-already": rule({
    functions: ["handle_create"],
    text: "a character device whose name is taken gets no other name, and nobody is told",
    quoted: "when-true",
    decide: (taken: boolean) => taken,
  }),
  "node-goes-with-its-own": rule({
    functions: ["handle_remove"],
    text: "a node goes with the device it is the number of, and no other",
    decide: (own: boolean) => own,
  }),
  "index-taken-there": rule({
    functions: ["dev_change_net_namespace"],
    varies: ({ hasInnerMove }) => (hasInnerMove ? { functions: ["__dev_change_net_namespace"] } : {}),
    text: "a device that moves keeps its interface index where that is free, else gets another",
    decide: (taken: boolean) => taken,
  }),
  "tun-makes-no-macvtap": rule({
    functions: ["tun_set_iff"],
    text: "the tun device makes ordinary taps, and lets nobody have a device that is none: EBUSY for a new one, EINVAL for an old one",
    decide: (foreign: boolean) => foreign,
  }),
  "macvtap-queues-500": rule({
    functions: ["macvtap_setup"],
    text: "a macvtap is made with a queue of 500 packets, other devices with 1000",
    decide: (kind: EndpointKind | "tun") => kind === "macvtap",
  }),
} as const;
