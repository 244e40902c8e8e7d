/**
 * How far a traced frame came: by the functions that had it in hand and by the taps that saw it. Either may be silent
 * where the other tells; both were there for the same frame. Pure.
 */
import type { CellResult, Observed, Trace } from "../lab/model/results.ts";
import type { TapPoint } from "../lab/model/vocabulary.ts";

export type Hop = Trace["hops"][number];

/** `sender`: it left its sender's device; `lower`: the device below that; `port`: the switch's port to the destination;
    `arrived`: the destination's lower device; `destination`: its own device, or the host's stack. */
export type Reach = "nowhere" | "sender" | "lower" | "switch" | "port" | "arrived" | "destination";

export interface Way {
  /** Without what the lab's own captures let go of. */
  readonly hops: readonly Hop[];
  /** Of those: where a buffer of it was let go of. */
  readonly drops: readonly Hop[];
  readonly reach: Reach;
  /** macvlan's decision on the destination's lower device, where it was told of. */
  readonly arrival: Hop | undefined;
  /** Whether a tap of the destination's saw it come in. */
  readonly isSeen: boolean;
  /** Whether taps tell of it as well. */
  readonly isTapped: boolean;
}

/** A packet socket lets go of its clone of every frame it is not for: the lab's own captures. */
const CAPTURES = /^(tpacket_rcv|packet_rcv)/;

export const isDrop = ({ caller }: Hop): boolean => caller !== undefined;

/** Of a cell that was asked again for its trace: what it did then. */
export function tracedObservation({ observed }: CellResult, trace: Trace): Observed {
  return trace.observed ?? observed;
}

export function wayOf(cell: CellResult, trace: Trace): Way {
  const all = trace.hops.filter(({ caller = "" }) => !CAPTURES.test(caller));
  const hops = all.filter((hop) => !isDrop(hop));
  const path = trace.devices ? (tracedObservation(cell, trace).path ?? []) : [];
  const tapOf = (name: string | undefined) => (name === undefined ? undefined : trace.devices?.[name]);
  const seen = (tap: TapPoint | undefined, direction: "in" | "out") =>
    tap !== undefined && path.some(([at, way]) => at === tap && way === direction);
  const had = (names: readonly string[], isThere: (hop: Hop) => boolean = () => true) =>
    hops.some((hop) => names.includes(hop.function) && isThere(hop));
  const { lower, port } = trace;
  const arrival = hops.findLast((hop) => hop.function === "macvlan_handle_frame" && hop.device === lower);
  const below = ({ device }: Hop) => ["lower", "endpoint"].includes(tapOf(device) ?? "lower") && device !== port;
  const own = devicesAt(trace, "destination");
  const isSeen = seen("destination", "in");
  const reached: readonly [Reach, boolean][] = [
    ["destination", isSeen || had([...COPIES, "tap_handle_frame"], ({ device }) => own.includes(device))],
    ["arrived", arrival !== undefined || seen(tapOf(lower), "in")],
    ["port", had(["__br_forward", "veth_xmit"], ({ device }) => device === port) || seen(tapOf(port), "out")],
    ["switch", had(SWITCH) || seen("switchPort", "in") || seen("externalPort", "in")],
    ["lower", had(["veth_xmit"], below) || seen("lower", "out")],
    ["sender", hops.length > 0 || path.length > 0],
  ];
  const reach = reached.find(([, isReached]) => isReached)?.[0] ?? "nowhere";
  return { hops: all, drops: all.filter(isDrop), reach, arrival, isSeen, isTapped: path.length > 0 };
}

/** Functions that hand a device a frame of its own. */
export const COPIES: readonly string[] = [
  ...["macvlan_broadcast_one", "macvlan_forward_source_one", "netif_rx", "netif_rx_ni"],
];

/** Functions of a switch that take a frame in. */
export const SWITCH: readonly string[] = ["br_handle_frame", "br_handle_frame_finish"];

/** Devices of the cell that are that tap point. */
export function devicesAt({ devices = {} }: Trace, ...points: readonly TapPoint[]): string[] {
  return Object.keys(devices).filter((name) => points.includes(devices[name] as TapPoint));
}
