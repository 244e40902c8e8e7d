/** Of all that was traced, what is about one cell. Pure. */
import type { Trace } from "../model/results.ts";
import { interfaceOf, lowerOf, type Node, type Topology } from "../model/topology.ts";
import { SAME } from "./probes.ts";
import type { Traced, TraceEvent } from "./traced.ts";

interface CellEnds {
  readonly ends: { readonly source: Node; readonly destination: Node; readonly topology: Topology };
}

/** `enum rx_handler_result`. */
const HANDED = ["consumed", "another", "exact", "pass"] as const;

/** @param frame the id of the one of its frames that is told of */
export function cellTrace(traced: Traced, frame: number, { ends }: CellEnds): Trace {
  const events = traced.frames.get(frame) ?? [];
  const below = lowerOf(ends.topology, ends.destination);
  const lower = below?.name;
  const devices = devicesOf(ends);
  return {
    alone: true,
    hops: events.map((event) => hopOf(event, events[0]?.at ?? 0)),
    ...(lower === undefined ? {} : { lower }),
    port: below?.port ?? ends.topology.external.port,
    down: traced.down.filter((name) => devices.has(name)),
    drops: Object.fromEntries([...traced.drops].filter(([name]) => devices.has(name))),
    lacking: lackingOf(traced.lacking),
    lost: traced.lost,
  };
}

function hopOf({ function: name, device, at, returned, caller, reason }: TraceEvent, start: number): Trace["hops"][0] {
  const word = returned === undefined ? undefined : name.endsWith("_handle_frame") ? HANDED[returned] : undefined;
  return {
    function: name,
    device,
    at: Math.round(at - start),
    ...(returned === undefined ? {} : { returned: word ?? String(returned) }),
    ...(caller === undefined ? {} : { caller }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** What has one name in each kernel is lacking only where all its names are. */
function lackingOf(lacking: readonly string[]): string[] {
  const stoodIn = SAME.filter((names) => names.some((name) => !lacking.includes(name))).flat();
  return lacking.filter((name) => !stoodIn.includes(name));
}

function devicesOf({ source, destination, topology }: CellEnds["ends"]): Set<string> {
  const ends = [source, destination];
  const lowers = ends.map((node) => lowerOf(topology, node)).filter((lower) => lower !== undefined);
  const ports = [...lowers.map(({ port }) => port), topology.external.port];
  return new Set([...ends.map(interfaceOf), ...lowers.map(({ name }) => name), ...ports]);
}
