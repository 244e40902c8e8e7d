/**
 * What a kernel's own trace adds to a cell's story: every function that had the frame in hand, and which of them kept it.
 * Fate is told from the receiver's side: what it got. An event that says a buffer was let go of is never a fate, since
 * drivers let go of buffers whose clones arrived, and are silent about those they filter. Pure.
 */
import type { CellResult, Observed, Trace } from "../lab/model/results.ts";

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

type Told = { readonly fate: Fate; readonly detail: string };
type Hop = Trace["hops"][number];

/** A packet socket lets go of its clone of every frame it is not for: the lab's own captures. */
const CAPTURES = /^(tpacket_rcv|packet_rcv)/;
const isDrop = ({ caller }: Hop) => caller !== undefined;

const ACTIONS: Readonly<Record<string, string>> = {
  macvlan_start_xmit: "macvlan sends it",
  veth_xmit: "goes out by the cable",
  br_handle_frame: "comes into the switch",
  br_handle_frame_finish: "the switch looks for its ports",
  __br_forward: "the switch sends it out of this port",
  macvlan_handle_frame: "macvlan decides on a frame that came in",
  macvlan_broadcast: "macvlan looks for the endpoints a group frame is for",
  macvlan_broadcast_one: "macvlan gives this endpoint a copy",
  macvlan_forward_source_one: "macvlan gives this source endpoint a copy",
  netif_rx: "is queued as received on this device",
  netif_rx_ni: "is queued as received on this device",
  tap_handle_frame: "macvtap takes it for its reader",
};

const DECISIONS: Readonly<Record<string, string>> = {
  pass: "the lower device's host goes on with it",
  another: "given to an endpoint",
  consumed: "kept, nobody else gets it",
};

/** One line a step: place, action, detail, evidence. */
export function tracedHops(cell: CellResult, { hops, observed }: Trace): string[] {
  const again = observed ? [`asked again alone, with tracing: ${difference(cell.observed, observed)}`] : [];
  return [...again, ...hops.filter((hop) => !CAPTURES.test(hop.caller ?? "")).map(lineOf)];
}

function lineOf(hop: Hop): string {
  const { at, device, function: name, returned, caller, reason } = hop;
  const action = isDrop(hop)
    ? `a buffer of it was let go of by ${caller}${reason ? ` (${reason})` : ""}`
    : (ACTIONS[name] ?? name);
  const decided = returned === undefined ? undefined : DECISIONS[returned];
  return `${at} us  ${device}: ${action}${decided ? `: ${decided}` : ""} (event ${name})`;
}

function difference(first: Observed, again: Observed): string {
  const same = (["copies", "echo", "wire"] as const).every((field) => first[field] === again[field]);
  if (same) return "it behaved the same";
  return `it behaved otherwise: copies ${again.copies}, echo ${again.echo}, wire ${again.wire}`;
}

/** Of the run that was traced: what it saw is what the trace is about. */
export function tracedFate({ observed: first, traffic }: CellResult, trace: Trace): Told {
  const { copies } = trace.observed ?? first;
  if (copies !== undefined && copies > 0) return { fate: "delivered", detail: `${copies} at the destination` };
  const [down] = trace.down;
  if (down !== undefined) return { fate: "device down", detail: `${down} is down` };
  const way = trace.hops.filter((hop) => !isDrop(hop));
  const last = way.at(-1);
  if (copies === undefined || last === undefined)
    return { fate: "unknown", detail: "no event of the kernel is about a frame of this cell" };
  const arrival = way.findLast(
    ({ function: name, device }) => name === "macvlan_handle_frame" && device === trace.lower,
  );
  if (!arrival) return { fate: "dropped at", detail: placeOf(keeper(way) ?? last, trace) };
  return atLower(arrival, trace, traffic !== "unicast" && traffic !== "unknown-unicast");
}

/** It came to the destination's lower device, and the destination got none. */
function atLower(arrival: Hop, trace: Trace, isGroup: boolean): Told {
  const where = `macvlan_handle_frame on ${arrival.device}`;
  const later = trace.hops.filter(({ at, caller = "" }) => at >= arrival.at && !CAPTURES.test(caller));
  const drops = trace.drops[arrival.device] ?? 0;
  if (isGroup && drops > 0 && !later.some(({ function: name }) => name === "macvlan_broadcast"))
    return { fate: "queue overflow", detail: `${where}: its queue of group frames had no room (rx_dropped +${drops})` };
  const [full, count] = Object.entries(trace.drops).find(([name]) => name !== arrival.device) ?? [];
  if (full !== undefined && arrival.returned !== "pass")
    return { fate: "queue overflow", detail: `${full} had no room and counted ${count} as dropped` };
  if (isGroup) return { fate: "filtered without a copy", detail: `${where} and macvlan_broadcast gave it none` };
  if (arrival.returned === "pass")
    return { fate: "passed to the lower host", detail: `${where} found no endpoint that takes it` };
  const drop = later.find(({ caller = "" }) => /macvlan|tap_/.test(caller));
  if (drop) return { fate: "dropped at", detail: `${where}: ${drop.caller}` };
  return { fate: "filtered without a copy", detail: `${where} gave the destination none` };
}

/** The switch, where it came there and went on to others only. */
function keeper(way: readonly Hop[]): Hop | undefined {
  return way.findLast(({ function: name }) => name === "br_handle_frame_finish");
}

/** The last function that had it, and what it let go of it with. */
function placeOf(last: Hop, { hops, port }: Trace): string {
  if (hops.some(({ function: name, device }) => name === "__br_forward" && device === port))
    return `the cable behind the switch's port ${port}`;
  const drop = hops.findLast((hop) => isDrop(hop) && hop.at >= last.at && !CAPTURES.test(hop.caller ?? ""));
  const relay = last.function.startsWith("br_handle") ? ": no port it might leave by (should_deliver)" : "";
  const by = drop ? `, let go of by ${drop.caller}${drop.reason ? ` (${drop.reason})` : ""}` : "";
  return `${last.function} on ${last.device}${relay}${by}`;
}

/** What this kernel cannot tell, and whether that could hide the fate. */
export function traceLimits(cell: CellResult, trace: Trace): string {
  const { lacking, lost } = trace;
  if (lacking.length === 0 && lost === 0) return "none: every probe was there and no event was lost";
  const parts = [
    ...(lacking.length > 0 ? [`this kernel lacks the probes ${lacking.join(", ")}`] : []),
    ...(lost > 0 ? [`${lost} events were lost`] : []),
  ];
  const isKnown = tracedFate(cell, trace).fate === "delivered";
  const hides = lost > 0 || lacking.some((name) => HIDING.test(name));
  const effect = isKnown ? "the receiver got it all the same" : hides ? "that could hide its fate" : HARMLESS;
  return `${parts.join("; ")}; ${effect}`;
}

/** Those the last hop is told by. Copies are seen where they are received as well. */
const HIDING =
  /^(all probes|macvlan_start_xmit|veth_xmit|br_handle_frame|br_handle_frame_finish|__br_forward|macvlan_handle_frame)/;
const HARMLESS = "other probes see the same hops";
