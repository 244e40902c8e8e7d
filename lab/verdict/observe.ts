/** From sightings to an observation: what a cell's frames did, counted as RESULTS.md says. Judges nothing. */
import { countingTap, type FrameRecord, type Sighting } from "../model/sighting.ts";
import type { Lower, Node, Topology } from "../model/topology.ts";
import { interfaceOf, lowerOf } from "../model/topology.ts";
import type { Direction, PacketType, TapPoint } from "../model/vocabulary.ts";

/** The two ends of a cell, where they are, and the places between them. */
export interface Ends {
  readonly source: Node;
  readonly destination: Node;
  readonly topology: Topology;
}

/** One frame's counts. */
export interface FrameCounts {
  readonly copies: readonly Sighting[];
  readonly echoes: readonly Sighting[];
  readonly wire: readonly Sighting[];
}

const HOST_TYPES: ReadonlySet<PacketType> = new Set(["host", "broadcast", "multicast"]);

/** The port of the external switch that a node's frames enter by. */
export function portOf(ends: Ends, node: Node): string {
  return node.kind === "external-host" ? ends.topology.external.port : (lowerOf(ends.topology, node) as Lower).port;
}

/** Copies handed to a node: at an endpoint of any packet type, at a host those that passed up to its stack as its own. */
export function copiesAt(node: Node, sightings: readonly Sighting[]): Sighting[] {
  const { interface: name, tap } = countingTap(node);
  const isCopy = (type: PacketType) => (tap === "host" ? HOST_TYPES.has(type) : type !== "outgoing");
  return sightings.filter((one) => one.interface === name && one.tap === tap && isCopy(one.packetType));
}

export function countFrame(ends: Ends, { sightings }: FrameRecord): FrameCounts {
  const port = portOf(ends, ends.source);
  return {
    copies: copiesAt(ends.destination, sightings),
    echoes: copiesAt(ends.source, sightings),
    wire: sightings.filter((one) => one.interface === port && one.tap === "tap" && one.packetType !== "outgoing"),
  };
}

/** The packet types of copies, sorted; a character device knows none. */
export function packetTypes(copies: readonly Sighting[]): PacketType[] {
  const types = copies.filter(({ tap }) => tap !== "device").map(({ packetType }) => packetType);
  return [...new Set(types)].sort();
}

/** Which tap point of the cell an interface is, if any. */
export function tapPoints(ends: Ends): Map<string, TapPoint> {
  const points = new Map<string, TapPoint>();
  const put = (name: string | undefined, point: TapPoint) => {
    if (name !== undefined && !points.has(name)) points.set(name, point);
  };
  const from = lowerOf(ends.topology, ends.source);
  const to = lowerOf(ends.topology, ends.destination);
  if (ends.source.kind !== "lower-host") put(interfaceOf(ends.source), "endpoint");
  put(from?.name, "lower");
  put(from?.port, "switchPort");
  if (ends.source.kind === "external-host" || ends.destination.kind === "external-host")
    put(ends.topology.external.port, "externalPort");
  put(to?.port, "destinationSwitchPort");
  if (ends.destination.kind !== "lower-host") {
    put(to?.name, "destinationLower");
    put(interfaceOf(ends.destination), "destination");
  }
  return points;
}

/** What is counted behind the handlers, or read from a device, is a step of its own: it is the delivery. */
function pointOf(points: ReadonlyMap<string, TapPoint>, ends: Ends, sighting: Sighting): TapPoint | undefined {
  const atDestination = sighting.interface === interfaceOf(ends.destination);
  if (sighting.tap === "host") return atDestination && ends.destination.kind !== "endpoint" ? "destination" : undefined;
  return points.get(sighting.interface);
}

export type Path = [TapPoint, Direction, number, number][];

/** The frame's way past the cell's tap points: tap point, direction, microseconds since it was sent, frame number. */
export function pathOf(ends: Ends, frame: FrameRecord): Path {
  const points = tapPoints(ends);
  return frame.sightings.flatMap((sighting): Path => {
    const point = pointOf(points, ends, sighting);
    if (!point) return [];
    const direction = sighting.packetType === "outgoing" ? "out" : "in";
    const microseconds = Math.max(0, Math.round(Number(sighting.time - frame.sentAt) / 1000));
    return [[point, direction, microseconds, sighting.frame]];
  });
}

/** Which directions each tap point saw, in the order they were seen. */
export function seenOn(path: Path): Partial<Record<TapPoint, Direction[]>> {
  const seen: Partial<Record<TapPoint, Direction[]>> = {};
  for (const [point, direction] of path) {
    const directions = seen[point] ?? [];
    if (!directions.includes(direction)) directions.push(direction);
    seen[point] = directions;
  }
  return seen;
}
