/**
 * What became of a frame whose kernel told of it, and which function kept it. Fate is told from the receiver's side: what
 * it got. An event that says a buffer was let go of is never a fate, since drivers let go of buffers whose clones
 * arrived, and are silent about those they filter. Pure.
 */
import type { CellResult, Trace } from "../lab/model/results.ts";
import { devicesAt, type Hop, isDrop, type Reach, SWITCH, tracedObservation, type Way, wayOf } from "./trace-way.ts";
import { deliveryText } from "./traced-delivery.ts";

/** What can become of a frame: all there is. Without a trace the middle ones cannot be told apart. */
export const FATES = [
  "delivered",
  "dropped at",
  "passed to the lower host",
  "filtered without a copy",
  "queue overflow",
  "device down",
  "unknown",
] as const;
export type Fate = (typeof FATES)[number];

export interface Told {
  readonly fate: Fate;
  readonly detail: string;
  /** Probes whose silence it rests on: of each list one is enough. */
  readonly rests: readonly (readonly string[])[];
}

/** Who lets go of a frame a queue has no room for: the kernel's backlog, a macvtap's reader. */
const FULL = /^(enqueue_to_backlog|netif_rx|tap_handle_frame)/;
/** Of these a kernel has one. */
const DROPS: readonly string[] = ["kfree_skb", "kfree_skb_reason", "sk_skb_reason_drop"];

const told = (fate: Fate, detail: string, ...rests: readonly (readonly string[])[]): Told => ({ fate, detail, rests });

/** Of the run that was traced: what it saw is what the trace is about. */
export function tracedFate(cell: CellResult, trace: Trace): Told {
  const { copies } = tracedObservation(cell, trace);
  const way = wayOf(cell, trace);
  if (copies !== undefined && copies > 0) return told("delivered", deliveryText(cell, trace, way));
  const down = trace.down.find((name) => nextTo(trace, way.reach).includes(name));
  if (down !== undefined) return told("device down", `${down} is down`);
  if (copies === undefined || way.reach === "nowhere")
    return told("unknown", "no event of the kernel is about a frame of this cell", ["all probes"]);
  const kept = way.reach === "arrived" ? atLower(cell, trace, way) : onTheWay(trace, way);
  const others =
    trace.down.length > 0 ? `; ${trace.down.join(" and ")} ${trace.down.length > 1 ? "are" : "is"} down` : "";
  return { ...kept, detail: kept.detail + others };
}

/** What it would have come to next: only what is there can have kept it by being down. A cable's dead end counts for both. */
function nextTo(trace: Trace, reach: Reach): string[] {
  if (!trace.devices) return [...trace.down];
  if (reach === "arrived") return devicesAt(trace, "destination");
  const before = [trace.port, trace.lower].filter((name) => name !== undefined);
  if (reach === "switch" || reach === "port")
    return trace.lower ? before : [...before, ...devicesAt(trace, "destination")];
  const external = devicesAt(trace, "switchPort").length === 0 ? devicesAt(trace, "externalPort") : [];
  return [...devicesAt(trace, "endpoint", "lower", "switchPort"), ...external];
}

/** It never came to the destination's lower device. */
function onTheWay(trace: Trace, way: Way): Told {
  const unseen = way.isTapped ? [] : [["veth_xmit"], SWITCH];
  const beyond = way.isTapped || !trace.lower ? [] : [["macvlan_handle_frame"]];
  const last = way.hops.findLast((hop) => SENDING.includes(hop.function)) ?? way.hops.findLast((hop) => !isDrop(hop));
  switch (way.reach) {
    case "port":
      return told("dropped at", `the cable behind the switch's port ${trace.port}`, ...beyond);
    case "switch":
      return told("dropped at", switchText(trace, way), ["br_handle_frame_finish"], ...portProbes(way));
    case "lower":
      return told("dropped at", "the cable between the lower device and the switch", ...unseen);
    default:
      return told("dropped at", senderText(trace, way, last), ["macvlan_start_xmit"], ...unseen);
  }
}

/** What a sender also copies to its siblings is on no way out. */
const SENDING: readonly string[] = ["macvlan_start_xmit", "veth_xmit"];

/** A tap on the port would have seen it leave. */
const portProbes = ({ isTapped }: Way): (readonly string[])[] => (isTapped ? [] : [["__br_forward", "veth_xmit"]]);

function senderText(trace: Trace, way: Way, last: Hop | undefined): string {
  const [source = "the sender"] = devicesAt(trace, "endpoint");
  if (!last) return `the sender's device ${source}`;
  return `${last.function} on ${last.device}${releasedBy(way, last)}`;
}

function switchText({ port }: Trace, way: Way): string {
  const last = way.hops.findLast(({ function: name }) => SWITCH.includes(name));
  if (!last) return `the switch, which let it out of no port on the way to ${port}`;
  const relay = last.function === "br_handle_frame_finish" ? ": no port it might leave by (should_deliver)" : "";
  return `${last.function} on ${last.device}${relay}${releasedBy(way, last)}`;
}

function releasedBy({ drops }: Way, last: Hop): string {
  const drop = drops.findLast(({ at }) => at >= last.at);
  return by(drop);
}

const reasonText = ({ reason }: Hop): string => (reason ? ` (${reason})` : "");

/** It came to the destination's lower device, and the destination got none. */
function atLower(cell: CellResult, trace: Trace, way: Way): Told {
  const { arrival, hops } = way;
  const where = `macvlan_handle_frame on ${trace.lower}`;
  const later = arrival ? hops.slice(hops.indexOf(arrival) + 1) : hops;
  const full = later.find((hop) => FULL.test(hop.caller ?? "") && (trace.drops[hop.device] ?? 0) > 0);
  if (full) return told("queue overflow", `${full.device} had no room (${countedText(trace, full.device)}${by(full)})`);
  const unsure = Object.keys(trace.drops).length > 0 ? [DROPS] : [];
  const onDevice = handedTo(trace, later);
  if (onDevice) return told("filtered without a copy", onDevice, ...unsure);
  const isGroup = cell.traffic !== "unicast" && cell.traffic !== "unknown-unicast";
  if (cell.destination.kind === "lower-host") return keptFromHost(way, later, where);
  if (isGroup) return ofGroup(cell, trace, later, where, unsure);
  const rests = [...unsure, ["macvlan_handle_frame"]];
  if (arrival?.returned === "pass")
    return told("passed to the lower host", `${where} found no endpoint that takes it`, ...rests);
  return keptBy(later, where) ?? told("filtered without a copy", `${where} gave the destination none`, ...rests, DROPS);
}

const countedText = ({ drops }: Trace, device: string): string => `rx_dropped of ${device} +${drops[device] ?? 0}`;
const by = (drop: Hop | undefined): string => (drop ? `, let go of by ${drop.caller}${reasonText(drop)}` : "");

/** A copy was on the destination's own device, and nobody there took it. */
function handedTo(trace: Trace, later: readonly Hop[]): string | undefined {
  const own = devicesAt(trace, "destination");
  const tap = later.find(({ function: name, device }) => name === "tap_handle_frame" && own.includes(device));
  if (tap) return `tap_handle_frame on ${tap.device} gave its reader none`;
  const copied = later.find(({ function: name, device }) => COPIES.includes(name) && own.includes(device));
  return copied && `${copied.device} got a copy (${copied.function}) and nobody on it took it`;
}

const COPIES: readonly string[] = ["macvlan_broadcast_one", "macvlan_forward_source_one", "netif_rx", "netif_rx_ni"];

function keptFromHost({ arrival }: Way, later: readonly Hop[], where: string): Told {
  const rests = [["macvlan_handle_frame"], DROPS];
  if (arrival?.returned === "pass")
    return told("passed to the lower host", `${where} passed it on, and no socket of the host heard it`);
  if (arrival?.returned === "another")
    return told("filtered without a copy", `${where} gave it to an endpoint, not to the lower device's host`);
  return (
    keptBy(later, where) ?? told("filtered without a copy", `${where} kept it from the lower device's host`, ...rests)
  );
}

function keptBy(later: readonly Hop[], where: string): Told | undefined {
  const drop = later.find(({ caller = "" }) => /^(macvlan|tap)_/.test(caller));
  return drop && told("dropped at", `${where}: let go of by ${drop.caller}${reasonText(drop)}`);
}

/**
 * A broadcast, or a group somebody joined, is put by for macvlan_broadcast as long as an endpoint is up and there is room:
 * that it never came there, and that the device counted drops, tells of a full queue. Not every kernel lets go of a buffer
 * then, and the counter alone may be other frames'.
 */
function ofGroup(
  { traffic }: CellResult,
  trace: Trace,
  later: readonly Hop[],
  where: string,
  unsure: Told["rests"],
): Told {
  const rests = [["macvlan_handle_frame"], ["macvlan_broadcast"]];
  if (later.some(({ function: name }) => name === "macvlan_broadcast"))
    return told("filtered without a copy", `${where} and macvlan_broadcast gave it none`, ...unsure);
  const lower = trace.lower ?? "";
  if (traffic !== "multicast-not-joined" && (trace.drops[lower] ?? 0) > 0) {
    const drop = later.find(({ caller = "" }) => /^macvlan_(broadcast_enqueue|handle_frame)/.test(caller));
    const counted = countedText(trace, lower) + by(drop);
    return told("queue overflow", `${where}: its queue of group frames had no room (${counted})`, ...rests);
  }
  return told("filtered without a copy", `${where} had macvlan_broadcast look for nobody`, ...unsure, ...rests);
}

/** What this kernel cannot tell, and whether that could hide the fate. */
export function traceLimits(cell: CellResult, trace: Trace): string {
  const { lacking, lost } = trace;
  if (lacking.length === 0 && lost === 0) return "none: every probe was there and no event was lost";
  const parts = [
    ...(lacking.length > 0 ? [`this kernel lacks the probes ${lacking.join(", ")}`] : []),
    ...(lost > 0 ? [`${lost} events were lost`] : []),
  ];
  const { fate, rests } = tracedFate(cell, trace);
  const isSilent = (name: string) => lacking.some((one) => one === name || one.startsWith("all probes"));
  const hides = lost > 0 || rests.some((group) => group.every(isSilent) || group.includes("all probes"));
  const effect =
    fate === "delivered" ? "the receiver got it all the same" : hides ? "that could hide its fate" : HARMLESS;
  return `${parts.join("; ")}; ${effect}`;
}

const HARMLESS = "its fate is told by others";
