/** Of all that was traced, what is about one cell. Pure. */
import type { Observed, Trace } from "../model/results.ts";
import type { FrameRecord, Sighting } from "../model/sighting.ts";
import { lowerOf } from "../model/topology.ts";
import type { Plan } from "../traffic/plan.ts";
import type { PlannedFrame } from "../traffic/planned-frame.ts";
import type { CellEvidence } from "../verdict/judge.ts";
import { tapPoints } from "../verdict/observe.ts";
import { SAME } from "./probes.ts";
import type { Traced, TraceEvent } from "./traced.ts";

/** The one of a cell's frames that is told of. */
interface ToldFrame {
  readonly planned: PlannedFrame;
  readonly record: FrameRecord | undefined;
  /** The state the relay was left in. */
  readonly lastRelay: boolean;
}

/** `enum rx_handler_result`. */
const HANDED = ["consumed", "another", "exact", "pass"] as const;

/** What a function does with a frame on its device, as a tap there sees it. What is not here no tap sees. */
const PASSES: Readonly<Record<string, "in" | "out">> = {
  macvlan_start_xmit: "out",
  veth_xmit: "out",
  __br_forward: "out",
  br_handle_frame: "in",
  br_handle_frame_finish: "in",
  macvlan_handle_frame: "in",
  netif_rx: "in",
  netif_rx_ni: "in",
  tap_handle_frame: "in",
};

/** @param place of the cell in the plan; undefined where it has no frame. */
export function cellTrace(
  traced: Traced,
  plan: Plan,
  place: number,
  evidence: CellEvidence,
  observed: Observed,
): Trace | undefined {
  const told = toldFrame(plan, place, evidence, observed);
  return told && traceOf(traced, told, evidence);
}

/** Of several the one whose way is told. */
function toldFrame(plan: Plan, place: number, { frames }: CellEvidence, { path }: Observed): ToldFrame | undefined {
  const told = frames.findIndex((record) => record?.sightings.some(({ frame }) => frame === path?.[0]?.[3]));
  const id = plan.cells[place]?.frames[Math.max(0, told)];
  const planned = plan.frames.find((frame) => frame.id === id);
  const lastRelay = plan.frames.some(({ reflectiveRelay }) => reflectiveRelay);
  return planned && { planned, record: frames[Math.max(0, told)], lastRelay };
}

function traceOf(traced: Traced, told: ToldFrame, { ends, capture }: CellEvidence): Trace {
  const events = traced.frames.get(told.planned.id) ?? [];
  const below = lowerOf(ends.topology, ends.destination);
  const devices = tapPoints(ends);
  const frameAt = framesOf(told.record);
  return {
    alone: true,
    hops: events.map((event) => hopOf(event, events[0]?.at ?? 0, frameAt(event))),
    ...(below === undefined ? {} : { lower: below.name }),
    port: below?.port ?? ends.topology.external.port,
    devices: Object.fromEntries(devices),
    capture,
    switch: switchOf(traced, told, [...devices.keys()]),
    down: traced.down.filter((name) => devices.has(name)),
    drops: Object.fromEntries([...traced.drops].filter(([name]) => devices.has(name))),
    lacking: lackingOf(traced.lacking),
    lost: traced.lost,
  };
}

function hopOf(event: TraceEvent, start: number, frame: number | undefined): Trace["hops"][0] {
  const { function: name, device, at, returned, caller, reason } = event;
  const word = returned === undefined ? undefined : name.endsWith("_handle_frame") ? HANDED[returned] : undefined;
  return {
    function: name,
    device,
    at: Math.round(at - start),
    ...(returned === undefined ? {} : { returned: word ?? String(returned) }),
    ...(caller === undefined ? {} : { caller }),
    ...(reason === undefined ? {} : { reason }),
    ...(frame === undefined ? {} : { frame }),
  };
}

/** The n-th time a function has it on a device is the n-th time a tap sees it pass there that way. */
function framesOf(record: FrameRecord | undefined): (event: TraceEvent) => number | undefined {
  const passed = new Map<string, number>();
  return ({ function: name, device }) => {
    const way = PASSES[name];
    const turn = passed.get(`${name} ${device}`) ?? 0;
    passed.set(`${name} ${device}`, turn + 1);
    const seen = (one: Sighting) =>
      one.interface === device && one.tap === "tap" && (one.packetType === "outgoing") === (way === "out");
    return way && record?.sightings.filter(seen)[turn]?.frame;
  };
}

/** The cables' ends that are ports of the switch, and what its table has the destination at. */
function switchOf(traced: Traced, { planned, lastRelay }: ToldFrame, devices: readonly string[]): Trace["switch"] {
  const own = [...traced.ports].filter(([name]) => devices.includes(name));
  const ports = own.map(([name, { state, hairpin }]) => {
    const isAsked = hairpin !== undefined && planned.reflectiveRelay === lastRelay;
    return [name, { ...(isAsked ? { hairpin } : {}), ...(state === undefined ? {} : { state }) }] as const;
  });
  const isGroup = Number.parseInt(planned.destination, 16) % 2 === 1;
  const { table } = traced;
  const known = table.filter(({ mac, master }) => mac === planned.destination && master !== undefined);
  return {
    ...(isGroup ? {} : { known: [...new Set(known.map(({ ifname }) => ifname))] }),
    ports: Object.fromEntries(ports),
  };
}

/** What has one name in each kernel is lacking only where all its names are. */
function lackingOf(lacking: readonly string[]): string[] {
  const stoodIn = SAME.filter((names) => names.some((name) => !lacking.includes(name))).flat();
  return lacking.filter((name) => !stoodIn.includes(name));
}
