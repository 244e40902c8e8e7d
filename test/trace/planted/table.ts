/**
 * What is planted in real kernels, and what `explain` must say of it: behaviours that a sound kernel is made to show, and
 * faulty modules of the catalogue in `test/faults`. Data.
 */
import { interfaceOf } from "../../../lab/model/topology.ts";
import type { PlannedCell } from "../../../lab/traffic/plan.ts";
import type { Fate } from "../../../reports/story.ts";

/** Where a cell's ends are; `lower` and `port` are the destination's. */
export type Planted = PlannedCell["pair"] & {
  readonly lower: string;
  readonly port: string;
  readonly sourcePort: string;
};

export interface Told {
  readonly what: string;
  readonly cell: string;
  readonly fate: Fate;
  readonly detail: RegExp;
}

export interface Behaviour extends Told {
  /** Commands: `ip ...` and `bridge ...`, the former first. */
  readonly plant?: (pair: Planted) => readonly string[];
  /** First version that can be told to behave so. */
  readonly since?: readonly [number, number];
}

/** `what` is the fault's name in the catalogue. */
export interface FaultyModule extends Told {
  /** The first hop that is another with a sound module: told with which of them had it. */
  readonly differs?: RegExp;
  /** All of its sender's cells are asked, and the likeliest broken rule has to be one it breaks. */
  readonly inCompany?: true;
  /** Alone, some pair gets no control frame: only among others it is seen to mismatch. */
  readonly verdict: "mismatch" | "inconclusive";
}

const atSwitch = {
  fate: "dropped at",
  detail: /^br_handle_frame_finish on \S+swp-a: no port (it might leave by|on the way to \S+low-)/,
} as const;

/** No fence can come there either, so the lab cannot tell; what the kernel told is said as that. */
const untold = (fate: Fate, by: RegExp) =>
  ({
    fate: "unknown",
    detail: new RegExp(`^no fence was seen at .*; as far as the kernel told, ${fate}: ${by.source}`),
  }) as const;
const floodAtSwitch = {
  fate: "dropped at",
  detail: /^br_handle_frame_finish on \S+swp-a: no port on the way to \S+low-a \(should_deliver\)/,
} as const;
const delivered = (by: RegExp) =>
  ({ fate: "delivered", detail: new RegExp(`^1 at the destination.*${by.source}`) }) as const;
const filtered = (by: RegExp) => ({ fate: "filtered without a copy", detail: by }) as const;
const passed = { fate: "passed to the lower host", detail: /^macvlan_handle_frame on \S+low-/ } as const;
const down = (device: RegExp) => ({ fate: "device down", detail: device }) as const;

const SEEN_BEHAVIOURS: readonly Behaviour[] = [
  { what: "relay off", cell: "same-lower relay-off unicast macvlan/vepa>macvlan/bridge", ...atSwitch },
  {
    what: "relay off for a private sender",
    cell: "same-lower relay-off unicast macvlan/private>macvlan/vepa",
    ...atSwitch,
  },
  {
    what: "relay off, flooded to others",
    cell: "same-lower relay-off broadcast macvlan/vepa>macvlan/private",
    ...floodAtSwitch,
  },
  {
    what: "relay off, an address nobody has",
    cell: "same-lower relay-off unknown-unicast macvlan/vepa>macvlan/vepa",
    ...floodAtSwitch,
  },
  {
    what: "relay on",
    cell: "same-lower relay-on unicast macvlan/bridge>macvlan/vepa",
    ...delivered(/by macvlan_handle_frame on \S+low-a$/),
  },
  {
    what: "two bridge endpoints",
    cell: "same-lower relay-off unicast macvlan/bridge>macvlan/bridge",
    ...delivered(/inside the lower device: macvlan_start_xmit on \S+ handed it over, never on the wire$/),
  },
  {
    what: "a broadcast that is copied",
    cell: "same-lower relay-on broadcast macvlan/vepa>macvtap/bridge",
    ...delivered(/by macvlan_broadcast on \S+low-a$/),
  },
  {
    what: "a reader of a macvtap",
    cell: "same-lower relay-on unicast macvlan/vepa>macvtap/vepa",
    ...delivered(/by macvlan_handle_frame on \S+low-a$/),
  },
  {
    what: "a broadcast to a private endpoint",
    cell: "same-lower relay-on broadcast macvlan/vepa>macvtap/private",
    ...filtered(/macvlan_broadcast gave it none/),
  },
  {
    what: "a group nobody joined",
    cell: "two-lowers relay-off multicast-not-joined macvlan/vepa>macvlan/vepa",
    ...filtered(/macvlan_broadcast/),
  },
  {
    what: "a source endpoint and another sender",
    cell: "same-lower relay-on unicast macvlan/vepa>macvlan/source+other",
    ...passed,
  },
  {
    what: "an address nobody has, relay on",
    cell: "same-lower relay-on unknown-unicast macvtap/vepa>macvlan/bridge",
    ...passed,
  },
];

const MADE_BEHAVIOURS: readonly Behaviour[] = [
  {
    what: "the destination is down",
    cell: "two-lowers relay-off unicast macvlan/bridge>macvlan/vepa",
    plant: ({ destination }) => [`ip link set ${interfaceOf(destination)} down`],
    ...down(/mvl-vep/),
  },
  {
    what: "the destination is down, and relay off",
    cell: "same-lower relay-off unicast macvtap/vepa>macvtap/private",
    plant: ({ destination }) => [`ip link set ${interfaceOf(destination)} down`],
    ...untold("dropped at", /br_handle_frame_finish on \S+swp-a: .*; \S+mvt-prv\S+ is down$/),
  },
  {
    what: "the destination's lower device is down",
    cell: "two-lowers relay-off unicast macvlan/private>macvlan/private",
    plant: ({ lower }) => [`ip link set ${lower} down`],
    ...down(/low-b/),
  },
  {
    what: "the destination's port is down",
    cell: "two-lowers relay-off unicast macvlan/private>macvlan/bridge",
    plant: ({ port }) => [`ip link set ${port} down`],
    ...down(/swp-b/),
  },
  {
    what: "the destination's port is disabled",
    cell: "two-lowers relay-off unicast macvlan/vepa>macvlan/bridge",
    plant: ({ port }) => [`bridge link set dev ${port} state 0`],
    ...untold("dropped at", /br_handle_frame_finish on \S+swp-a: no port it might leave by/),
  },
  {
    what: "the sender's port is disabled",
    cell: "two-lowers relay-off unicast macvlan/vepa>macvlan/private",
    plant: ({ sourcePort }) => [`bridge link set dev ${sourcePort} state 0`],
    ...untold("dropped at", /br_handle_frame on \S+swp-a/),
  },
  {
    what: "both ports are isolated",
    cell: "two-lowers relay-off unicast macvlan/private>macvlan/vepa",
    plant: ({ port, sourcePort }) =>
      [port, sourcePort].map((name) => `ip link set ${name} type bridge_slave isolated on`),
    ...atSwitch,
  },
  {
    what: "a reader that has no room",
    cell: "two-lowers relay-off unicast macvlan/vepa>macvtap/bridge",
    plant: ({ destination }) => [`ip link set ${interfaceOf(destination)} txqueuelen 0`],
    ...untold("queue overflow", /\S+mvt-brg\S+ had no room \(rx_dropped .*tap_handle_frame/),
  },
  {
    what: "no room for group frames",
    cell: "two-lowers relay-off broadcast macvlan/bridge>macvlan/bridge",
    plant: ({ destination }) => [`ip link set ${interfaceOf(destination)} type macvlan bcqueuelen 0`],
    ...untold("queue overflow", /macvlan_handle_frame on \S+low-b: its queue of group frames had no room \(rx_dropped/),
    since: [5, 11],
  },
];

export const BEHAVIOURS: readonly Behaviour[] = [...SEEN_BEHAVIOURS, ...MADE_BEHAVIOURS];

const here = (hop: RegExp) => new RegExp(`${hop.source}.* here \\(`);
const there = (hop: RegExp) => new RegExp(`${hop.source}.* on debian:.* \\(.*and not here$`);

export const FAULTY_MODULES: readonly FaultyModule[] = [
  {
    what: "bridge-reaches-every-mode",
    cell: "same-lower relay-off unicast macvlan/bridge>macvlan/vepa",
    ...delivered(/macvlan_start_xmit on \S+brg1 handed it over, never on the wire$/),
    differs: here(/^macvlan_handle_frame had it at the sender's lower device and returned another/),
    verdict: "mismatch",
  },
  {
    what: "vepa-delivers-locally",
    cell: "same-lower relay-off unicast macvlan/vepa>macvlan/bridge",
    ...delivered(/macvlan_start_xmit on \S+vep1 handed it over, never on the wire$/),
    differs: here(/^macvlan_handle_frame had it at the sender's lower device and returned another/),
    verdict: "mismatch",
  },
  {
    what: "bridge-unicast-leaks",
    inCompany: true,
    cell: "same-lower relay-off unicast macvlan/bridge>macvlan/bridge",
    ...atSwitch,
    differs: here(/^veth_xmit had it at the sender's lower device/),
    verdict: "mismatch",
  },
  {
    what: "bridge-broadcast-not-shared",
    inCompany: true,
    cell: "same-lower relay-on broadcast macvlan/bridge>macvlan/bridge",
    ...filtered(/^macvlan_start_xmit on \S+ had macvlan_broadcast copy it to no sibling; macvlan_handle_frame/),
    differs: there(/^macvlan_broadcast had it at the sender/),
    verdict: "mismatch",
  },
  {
    what: "bridge-broadcast-not-shared",
    cell: "same-lower relay-off broadcast macvlan/bridge>macvlan/bridge",
    ...filtered(/^macvlan_start_xmit on \S+ had macvlan_broadcast copy it to no sibling$/),
    differs: there(/^macvlan_broadcast had it at the sender/),
    verdict: "mismatch",
  },
  {
    what: "bridge-broadcast-lost",
    cell: "two-lowers relay-off broadcast macvlan/bridge>macvlan/bridge",
    fate: "dropped at",
    detail: /^macvlan_start_xmit on \S+brg1/,
    differs: there(/^veth_xmit had it at the sender's lower device/),
    verdict: "mismatch",
  },
  {
    what: "flood-forgets-private",
    inCompany: true,
    cell: "two-lowers relay-off broadcast macvlan/vepa>macvlan/private",
    ...untold("filtered without a copy", /macvlan_handle_frame on \S+low-b and macvlan_broadcast gave it none$/),
    verdict: "inconclusive",
  },
  {
    what: "flood-reaches-private",
    cell: "same-lower relay-on broadcast macvlan/vepa>macvlan/private",
    ...delivered(/by macvlan_broadcast on \S+low-a$/),
    differs: here(/^the destination saw it come in/),
    verdict: "mismatch",
  },
  {
    what: "sender-hears-itself",
    cell: "same-lower relay-on broadcast macvlan/vepa>macvlan/vepa",
    // Built with nothing left for its last argument, macvlan_broadcast has another name, and no probe.
    ...delivered(/by macvlan_(broadcast|handle_frame) on \S+low-a; 1 came back to the sender$/),
    differs: here(/^the sender saw it come in/),
    verdict: "mismatch",
  },
  {
    what: "broadcast-doubled",
    cell: "two-lowers relay-off broadcast macvlan/private>macvlan/vepa",
    fate: "delivered",
    detail: /^2 at the destination.*by macvlan_broadcast on \S+low-b 2 times$/,
    differs: here(/^macvlan_broadcast had it at the destination's lower device/),
    verdict: "mismatch",
  },
  {
    what: "multicast-filter-ignored",
    inCompany: true,
    cell: "two-lowers relay-off multicast-not-joined macvlan/private>macvlan/bridge",
    ...delivered(/by macvlan_broadcast on \S+low-b$/),
    differs: here(/^(macvlan_broadcast had it at the destination's lower device|the destination saw it come in)/),
    verdict: "mismatch",
  },
  {
    what: "delivered-as-another-hosts",
    cell: "two-lowers relay-off unicast macvlan/vepa>macvlan/bridge",
    ...delivered(/as otherhost, by macvlan_handle_frame on \S+low-b$/),
    differs: /^none; its way on debian:/,
    verdict: "mismatch",
  },
  {
    what: "unicast-kept-from-lower-host",
    cell: "endpoint-to-lower-host relay-on unicast macvlan/private>lower-host",
    ...filtered(/^macvlan_handle_frame on \S+low-a kept it from the destination \(consumed\)/),
    differs: here(/^macvlan_handle_frame had it at the sender's lower device and returned consumed/),
    verdict: "mismatch",
  },
  {
    what: "passthru-filters",
    inCompany: true,
    cell: "external-to-endpoint relay-off unknown-unicast external-host>macvlan/passthru",
    ...passed,
    differs: here(/^macvlan_handle_frame had it at the destination's lower device and returned pass/),
    verdict: "mismatch",
  },
  {
    what: "source-list-ignored",
    cell: "external-to-endpoint relay-off broadcast external-host>macvlan/source+other",
    ...delivered(/by macvlan_handle_frame on \S+$/),
    differs: here(/^the destination saw it come in/),
    verdict: "mismatch",
  },
  {
    what: "source-takes-its-unicast",
    inCompany: true,
    cell: "two-lowers relay-off unicast macvlan/vepa>macvlan/source+other",
    ...delivered(/by macvlan_handle_frame on \S+low-b$/),
    differs: here(/^macvlan_handle_frame had it at the destination's lower device and returned another/),
    verdict: "mismatch",
  },
  {
    what: "macvtap-multicast-lost",
    cell: "two-lowers relay-off multicast-joined macvlan/vepa>macvtap/bridge",
    ...filtered(/^tap_handle_frame on \S+mvt-brg\S+ gave its reader none/),
    differs: there(/^the destination saw it come in|tap_handle_frame/),
    verdict: "mismatch",
  },
];
