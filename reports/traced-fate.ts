/**
 * What became of a frame whose kernel told of it, and which function kept it. Fate is told from the receiver's side: what
 * it got. An event that says a buffer was let go of is never a fate, since drivers let go of buffers whose clones
 * arrived, and are silent about those they filter. Pure.
 */
import type { CellResult, Trace } from "../lab/model/results.ts";
import { isAmongSiblings, isGroup, wireText } from "./cell-ends.ts";
import { by, doubt, type Told, told } from "./fate.ts";
import { devicesAt, type Hop, isDrop, type Reach, SWITCH, tracedObservation, type Way, wayOf } from "./trace-way.ts";
import { atDestination, atLower, fullAt } from "./traced-arrival.ts";
import { deliveryText } from "./traced-delivery.ts";

/** Of the run that was traced: what it saw is what the trace is about. */
export function tracedFate(cell: CellResult, trace: Trace): Told {
  const { copies } = tracedObservation(cell, trace);
  const way = wayOf(cell, trace);
  if (copies !== undefined && copies > 0) return told("delivered", deliveryText(cell, trace, way));
  const seems = seemingFate(cell, trace, way);
  const why = doubt(cell, trace);
  // That a device is down is no silence: it said so.
  if (why === undefined || seems.fate === "device down") return seems;
  return { ...seems, fate: "unknown", detail: `${why}; as far as the kernel told, ${seems.fate}: ${seems.detail}` };
}

/** Where it is certain that there was no copy. */
function seemingFate(cell: CellResult, trace: Trace, way: Way): Told {
  const { reach } = way;
  const isDirect = isAmongSiblings(cell) && trace.devices !== undefined && reach !== "destination";
  const next = isDirect ? devicesAt(trace, "destination") : nextTo(trace, reach);
  const down = trace.down.find((name) => next.includes(name));
  if (down !== undefined) return told("device down", `${down} is down`);
  if (tracedObservation(cell, trace).copies === undefined || reach === "nowhere")
    return told("unknown", "no event of the kernel is about a frame of this cell", ["all probes"]);
  const kept = isDirect ? fromSibling(cell, trace, way) : keptAfter(cell, trace, way);
  const others =
    trace.down.length > 0 ? `; ${trace.down.join(" and ")} ${trace.down.length > 1 ? "are" : "is"} down` : "";
  return { ...kept, detail: kept.detail + others };
}

function keptAfter(cell: CellResult, trace: Trace, way: Way): Told {
  if (way.reach === "destination") return atDestination(cell, trace, way);
  return way.reach === "arrived" ? atLower(cell, trace, way) : onTheWay(cell, trace, way);
}

/** A bridge endpoint copies its group frames to bridge siblings itself, whatever the switch does. */
function fromSibling(cell: CellResult, trace: Trace, way: Way): Told {
  const [source = ""] = devicesAt(trace, "endpoint");
  const isCopied = way.hops.some(({ function: name, device }) => name === "macvlan_broadcast" && device === source);
  const own = isCopied
    ? `macvlan_broadcast on ${source} gave its sibling none`
    : `macvlan_start_xmit on ${source} had macvlan_broadcast copy it to no sibling`;
  const back = way.reach === "arrived" ? atLower(cell, trace, way) : undefined;
  const rests = [["macvlan_broadcast"], ...(back?.rests ?? [])];
  return told("filtered without a copy", back ? `${own}; ${back.detail}` : own, ...rests);
}

/** What it would have come to next: only what is there can have kept it by being down. A cable's dead end counts for both. */
function nextTo(trace: Trace, reach: Reach): string[] {
  if (!trace.devices) return [...trace.down];
  if (reach === "arrived" || reach === "destination") return devicesAt(trace, "destination");
  const before = [trace.port, trace.lower].filter((name) => name !== undefined);
  if (reach === "switch" || reach === "port")
    return trace.lower ? before : [...before, ...devicesAt(trace, "destination")];
  const external = devicesAt(trace, "switchPort").length === 0 ? devicesAt(trace, "externalPort") : [];
  return [...devicesAt(trace, "endpoint", "lower", "switchPort"), ...external];
}

/** It never came to the destination's lower device. */
function onTheWay(cell: CellResult, trace: Trace, way: Way): Told {
  const unseen = way.isTapped ? [] : [["veth_xmit"], SWITCH];
  const beyond = way.isTapped || !trace.lower ? [] : [["macvlan_handle_frame"]];
  switch (way.reach) {
    case "port":
      return fullAt(trace, way.hops, [trace.lower]) ?? told("dropped at", portText(trace), ...beyond);
    case "switch":
      return told("dropped at", switchText(cell, trace, way), ["br_handle_frame_finish"], ...portProbes(way));
    case "lower":
      return told("dropped at", wireText(cell), ...unseen);
    default:
      return told("dropped at", senderText(trace, way), [sending(cell)], ...unseen);
  }
}

const portText = ({ port }: Trace): string => `the cable behind the switch's port ${port}`;
const sending = ({ source }: CellResult): string => (source.mode === undefined ? "veth_xmit" : "macvlan_start_xmit");

/** What a sender also copies to its siblings is on no way out. */
const SENDING: readonly string[] = ["macvlan_start_xmit", "veth_xmit"];

/** A tap on the port would have seen it leave. */
const portProbes = ({ isTapped }: Way): (readonly string[])[] => (isTapped ? [] : [["__br_forward", "veth_xmit"]]);

function senderText(trace: Trace, way: Way): string {
  const [source = "the sender"] = devicesAt(trace, "endpoint");
  const last = way.hops.findLast((hop) => SENDING.includes(hop.function)) ?? way.hops.findLast((hop) => !isDrop(hop));
  if (!last) return `the sender's device ${source}`;
  return `${last.function} on ${last.device}${releasedBy(way, last)}`;
}

function switchText(cell: CellResult, trace: Trace, way: Way): string {
  const last = way.hops.findLast(({ function: name }) => SWITCH.includes(name));
  if (!last) return `the switch, which let it out of no port on the way to ${trace.port}`;
  const none = isFlood(cell, trace) ? `no port on the way to ${target(trace)}` : "no port it might leave by";
  const relay = last.function === "br_handle_frame_finish" ? `: ${none} (should_deliver)` : "";
  return `${last.function} on ${last.device}${relay}${releasedBy(way, last)}`;
}

/** It may well have left by other ports. */
function isFlood(cell: CellResult, { switch: known }: Trace): boolean {
  return isGroup(cell) || cell.traffic === "unknown-unicast" || known?.known?.length === 0;
}

const target = (trace: Trace): string =>
  trace.lower ?? devicesAt(trace, "destination")[0] ?? `the port ${trace.port ?? "of its destination"}`;

function releasedBy({ drops }: Way, last: Hop): string {
  const drop = drops.findLast(({ at }) => at >= last.at);
  return by(drop);
}

/** What this kernel cannot tell, and whether that could hide the fate. */
export function traceLimits(cell: CellResult, trace: Trace): string {
  const { lacking, lost } = trace;
  const why = doubt(cell, trace);
  if (why === undefined && lacking.length === 0 && lost === 0)
    return "none: every probe was there and no event was lost";
  const parts = [
    ...(why === undefined ? [] : [`the lab could not tell (${why}), so that no copy was seen means nothing`]),
    ...(lacking.length > 0 ? [`this kernel lacks the probes ${lacking.join(", ")}`] : []),
    ...(lost > 0 ? [`${lost} events were lost`] : []),
  ];
  const { fate, rests } = tracedFate(cell, trace);
  const isSilent = (name: string) => lacking.some((one) => one === name || one.startsWith("all probes"));
  const isUnsure = why !== undefined && fate === "unknown";
  const hides = isUnsure || lost > 0 || rests.some((group) => group.every(isSilent) || group.includes("all probes"));
  const effect =
    fate === "delivered" ? "the receiver got it all the same" : hides ? "that could hide its fate" : HARMLESS;
  return `${parts.join("; ")}; ${effect}`;
}

const HARMLESS = "its fate is told by others";
