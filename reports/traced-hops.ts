/** A traced frame's way as steps: where, what was done with it, what was decided, and what shows it. Pure. */
import type { CellResult, Observed, Trace } from "../lab/model/results.ts";
import { doubt } from "./fate.ts";
import { PLACES } from "./places.ts";
import { type Hop, isDrop, wayOf } from "./trace-way.ts";

export interface Step {
  /** Where: the tap point in words, with its device where that is known. */
  readonly place: string;
  readonly action: string;
  /** What was decided there, and by what. */
  readonly detail?: string;
  /** Microseconds since it was sent; since the first of them where the kernel told. */
  readonly at: number;
  /** `frame 12 of captures/x.pcapng`, `event veth_xmit, frame 12`. */
  readonly evidence: string;
}

const ACTIONS: Readonly<Record<string, string>> = {
  macvlan_start_xmit: "macvlan sends it",
  veth_xmit: "goes out by the cable",
  br_handle_frame: "comes into the switch",
  br_handle_frame_finish: "the switch looks for its ports",
  __br_forward: "the switch sends it out of this port",
  macvlan_handle_frame: "macvlan decides on a frame that came in",
  macvlan_broadcast_enqueue: "macvlan puts a group frame by for its work queue",
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
  consumed: "taken, and goes no further",
};

export function tracedSteps(cell: CellResult, trace: Trace): Step[] {
  return wayOf(cell, trace).hops.map((hop) => stepOf(hop, trace));
}

/** Of a cell that was asked once more for its trace. */
export function tracedAgain(cell: CellResult, trace: Trace): string | undefined {
  return trace.observed && `asked again alone, with tracing: ${difference(cell, trace, trace.observed)}`;
}

function difference(cell: CellResult, trace: Trace, again: Observed): string {
  const why = doubt(cell, trace);
  if (why !== undefined) return `whether it behaved the same could not be told: ${why}`;
  const { observed: first } = cell;
  const same = (["copies", "echo", "wire"] as const).every((field) => first[field] === again[field]);
  const [as, asAgain] = [first, again].map((one) => [...(one.as ?? [])].sort().join(" and "));
  if (same && as === asAgain) return "it behaved the same";
  const type = as === asAgain ? "" : `, as ${asAgain || "none"}`;
  return `it behaved otherwise: copies ${again.copies}, echo ${again.echo}, wire ${again.wire}${type}`;
}

function stepOf(hop: Hop, trace: Trace): Step {
  const { at, device, function: name, caller, reason, frame } = hop;
  const point = trace.devices?.[device];
  const detail = detailOf(hop, trace);
  const counted = isDrop(hop) ? trace.drops[device] : undefined;
  return {
    place: point === undefined ? device : `${device}, ${PLACES[point]}`,
    action: isDrop(hop)
      ? `a buffer of it was let go of by ${caller}${reason ? ` (${reason})` : ""}`
      : (ACTIONS[name] ?? name),
    ...(detail === undefined ? {} : { detail }),
    at,
    evidence: [
      `event ${name}`,
      ...(frame === undefined ? [] : [`frame ${frame}`]),
      ...(counted === undefined ? [] : [`counter rx_dropped +${counted}`]),
    ].join(", "),
  };
}

function detailOf({ function: name, device, returned }: Hop, trace: Trace): string | undefined {
  if (name === "br_handle_frame_finish") return switchDetail(device, trace);
  const state = trace.switch?.ports[device]?.state;
  if (name === "br_handle_frame" && state !== undefined && state !== "forwarding") return `the port is ${state}`;
  return returned === undefined ? undefined : DECISIONS[returned];
}

/** Where its table has the destination, and whether the frame might leave by the port it came in by. */
function switchDetail(device: string, { switch: known, port }: Trace): string | undefined {
  if (!known) return undefined;
  const { hairpin } = known.ports[device] ?? {};
  const ahead = port === undefined ? undefined : known.ports[port]?.state;
  const parts = [
    tableText(known.known),
    ...(hairpin === undefined ? [] : [`hairpin of ${device} is ${hairpin ? "on" : "off"}`]),
    ...(ahead === undefined || ahead === "forwarding" ? [] : [`the port ${port} is ${ahead}`]),
  ];
  return parts.join("; ");
}

function tableText(ports: readonly string[] | undefined): string {
  if (!ports) return "a group's address, which it floods";
  return ports.length === 0
    ? "its table (bridge fdb) has no entry, so it floods"
    : `its table (bridge fdb) says ${ports.join(" and ")}`;
}
