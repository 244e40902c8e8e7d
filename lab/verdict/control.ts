/**
 * Positive controls: what makes an absence credible. A fence is a frame that reaches a tap whatever the modes are,
 * sent after every probe; a tap that saw it was being watched, and nothing sent before can still be under way.
 */
import { countingTap, type FrameRecord, type Tap } from "../model/sighting.ts";
import { endpointNodes, externalHost, interfaceOf, lowerOf, type Node } from "../model/topology.ts";
import type { Traffic } from "../model/vocabulary.ts";
import type { Ends } from "./observe.ts";
import { portOf } from "./observe.ts";

/** A fence of the cell's topology and relay state, as it was seen. */
export interface Fence {
  readonly group: boolean;
  readonly record: FrameRecord;
}

/** Where and when fences arrived: by tap and kind, see `arrivalKey`. */
export type FenceIndex = ReadonlyMap<string, readonly FenceArrival[]>;

interface FenceArrival {
  readonly order: number;
  readonly frame: number;
}

type Seen = "group" | "unicast" | "leaving";

function arrivalKey({ interface: name, tap }: Tap, seen: Seen): string {
  return `${name} ${tap} ${seen}`;
}

/** Sorts fences by the taps that saw them; one index serves all cells of a topology and relay state. */
export function indexFences(fences: readonly Fence[]): FenceIndex {
  const index = new Map<string, FenceArrival[]>();
  for (const { group, record } of fences) {
    for (const sighting of record.sightings) {
      const leaving = sighting.packetType === "outgoing";
      const key = arrivalKey(sighting, leaving ? "leaving" : group ? "group" : "unicast");
      const arrivals = index.get(key);
      const arrival = { order: record.order, frame: sighting.frame };
      if (arrivals) arrivals.push(arrival);
      else index.set(key, [arrival]);
    }
  }
  return index;
}

/**
 * Frame numbers, at the tap, of the fences that were sent after the frame number `order` and show that its silence means
 * something. Fences are of the kind they fence, since the driver delivers group frames later than unicast ones
 * (`macvlan_process_broadcast`); so a group fence is one for unicast as well. A tap that got no group fence was watched
 * if it got a later unicast one, and nothing is under way to it if one of its `siblings`, which are served from the same
 * queue, got a group fence: such an endpoint is deaf to group frames.
 */
export function controlFrames(
  watched: Tap,
  fences: FenceIndex,
  group: boolean,
  order: number,
  siblings: readonly Tap[] = [],
): number[] {
  const after = (tap: Tap, seen: Seen) =>
    (fences.get(arrivalKey(tap, seen)) ?? []).filter((arrival) => arrival.order > order).map(({ frame }) => frame);
  const [groups, unicasts] = [after(watched, "group"), after(watched, "unicast")];
  const own = group || unicasts.length === 0 ? groups : unicasts;
  if (own.length > 0) return own;
  if (!siblings.some((sibling) => after(sibling, "group").length > 0)) return [];
  if (unicasts.length > 0) return unicasts;
  return watched.tap === "host" ? [] : after({ ...watched, tap: "tap" }, "leaving");
}

/** One tap whose silence the cell relies on, and the fences that make it credible. */
export interface Control {
  readonly what: string;
  readonly watched: Tap;
  readonly frames: readonly number[];
}

/** The three taps of a cell: where copies, echoes and frames on the wire are counted. */
export function controlsOf(ends: Ends, traffic: Traffic, fences: FenceIndex, order: number): Control[] {
  const group = traffic !== "unicast" && traffic !== "unknown-unicast";
  const at = (what: string, watched: Tap, node: Node): Control => {
    return { what, watched, frames: controlFrames(watched, fences, group, order, siblingTaps(ends, node)) };
  };
  const port: Tap = { interface: portOf(ends, ends.source), tap: "tap" };
  return [
    at("the destination", countingTap(ends.destination), ends.destination),
    at("the sender", countingTap(ends.source), ends.source),
    at("the switch port", port, externalHost(ends.topology)),
  ];
}

/** The taps of the other endpoints of a node's lower device. */
function siblingTaps({ topology }: Ends, node: Node): Tap[] {
  const lower = lowerOf(topology, node);
  const siblings = endpointNodes(topology).filter((other) => lower && lowerOf(topology, other) === lower);
  return siblings.filter((other) => interfaceOf(other) !== interfaceOf(node)).map(countingTap);
}
