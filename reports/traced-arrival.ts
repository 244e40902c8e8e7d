/** What became of a traced frame that came to its destination's lower device, or farther, and was no copy. Pure. */
import type { CellResult, Trace } from "../lab/model/results.ts";
import { isGroup } from "./cell-ends.ts";
import { by, type Told, told } from "./fate.ts";
import { devicesAt, type Hop, isDrop, type Way } from "./trace-way.ts";

/** Who lets go of a frame a queue has no room for: the kernel's backlog, a macvtap's reader. */
const FULL = /^(enqueue_to_backlog|netif_rx|tap_handle_frame)/;
/** Of these a kernel has one. */
const DROPS: readonly string[] = ["kfree_skb", "kfree_skb_reason", "sk_skb_reason_drop"];

/** Its own device had it, or the stack behind that. */
export function atDestination(cell: CellResult, trace: Trace, { hops, isSeen }: Way): Told {
  const own = devicesAt(trace, "destination");
  const full = fullAt(trace, hops, own);
  if (full) return full;
  if (cell.destination.kind === "lower-host")
    return told("passed to the lower host", `the stack of ${trace.lower} saw it, and took it as none of its own`);
  const got = hops.findLast((hop) => own.includes(hop.device) && !isDrop(hop));
  const device = got?.device ?? own[0] ?? "its device";
  if (cell.destination.kind !== "external-host")
    return told("filtered without a copy", untaken(device, got), ...unsureOf(trace));
  if (!isSeen) return told("unknown", `${device} was handed it (${got?.function}), and no tap saw it come in`);
  return told("filtered without a copy", `it came to ${device}, and the stack there took it as none of its own`);
}

/** A device counted drops: whose they were only a drop event tells. */
const unsureOf = ({ drops }: Trace): Told["rests"] => (Object.keys(drops).length > 0 ? [DROPS] : []);

/** A copy was on the destination's own device, and nobody there took it. */
function untaken(device: string, got: Hop | undefined): string {
  if (got?.function === "tap_handle_frame") return `tap_handle_frame on ${device} gave its reader none`;
  return `${device} got a copy${got ? ` (${got.function})` : ""} and nobody on it took it`;
}

/** A frame of the cell was let go of there, by who does so where there is no room, and the device counted it. */
export function fullAt(trace: Trace, hops: readonly Hop[], devices: readonly (string | undefined)[]): Told | undefined {
  const full = hops.find(
    ({ caller = "", device }) => FULL.test(caller) && devices.includes(device) && (trace.drops[device] ?? 0) > 0,
  );
  return full && told("queue overflow", `${full.device} had no room (${countedText(trace, full.device)}${by(full)})`);
}

/** It came to the destination's lower device, and the destination got none. */
export function atLower(cell: CellResult, trace: Trace, way: Way): Told {
  const { arrival, hops } = way;
  const where = `macvlan_handle_frame on ${trace.lower}`;
  const later = arrival ? hops.slice(hops.indexOf(arrival) + 1) : hops;
  const full = fullAt(trace, hops, devicesAt(trace, "destination")) ?? fullAt(trace, later, [trace.lower]);
  if (full) return full;
  const unsure = unsureOf(trace);
  if (cell.destination.kind === "lower-host") return keptFromHost(way, later, where);
  if (isGroup(cell)) return ofGroup(cell, trace, later, where, unsure);
  const rests = [...unsure, ["macvlan_handle_frame"]];
  if (arrival?.returned === "pass")
    return told("passed to the lower host", `${where} found no endpoint that takes it`, ...rests);
  return (
    keptBy(way, later, where) ?? told("filtered without a copy", `${where} gave the destination none`, ...rests, DROPS)
  );
}

const countedText = ({ drops }: Trace, device: string): string => `rx_dropped of ${device} +${drops[device] ?? 0}`;

function keptFromHost(way: Way, later: readonly Hop[], where: string): Told {
  const { arrival } = way;
  const rests = [["macvlan_handle_frame"], DROPS];
  if (arrival?.returned === "pass")
    return told("passed to the lower host", `${where} passed it on, and no socket of the host heard it`);
  if (arrival?.returned === "another")
    return told("filtered without a copy", `${where} gave it to an endpoint, not to the lower device's host`);
  return (
    keptBy(way, later, where) ??
    told("filtered without a copy", `${where} kept it from the lower device's host`, ...rests)
  );
}

/**
 * By what the function said it did, never by a buffer that was let go of: its clones may have arrived. `consumed` is a
 * frame that was given back to its sender as well as one that was thrown away.
 */
function keptBy({ arrival }: Way, later: readonly Hop[], where: string): Told | undefined {
  if (arrival?.returned !== "consumed") return undefined;
  return told("filtered without a copy", `${where} kept it from the destination (consumed)${by(ofDriver(later))}`);
}

const ofDriver = (hops: readonly Hop[]): Hop | undefined =>
  hops.find(({ caller = "" }) => /^(macvlan|tap)_/.test(caller));

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
