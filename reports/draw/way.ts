/**
 * A frame's way over a picture: the tap points that saw it, in order, and the cables it must have crossed between them.
 * A frame on the lower device's tap has not necessarily left it, so only the port's tap makes it cross the cable.
 */
import type { Observed } from "../../lab/model/results.ts";
import { type Lower, lowerOf, type Node, type Topology } from "../../lab/model/topology.ts";
import type { Direction, TapPoint } from "../../lab/model/vocabulary.ts";
import { boxId } from "./picture.ts";

export type Path = NonNullable<Observed["path"]>;

/** The frame at one tap point. */
export interface Step {
  /** From 1, in the order of time. */
  readonly number: number;
  /** The box it was seen at. */
  readonly at: string;
  readonly direction: Direction;
  readonly microseconds: number;
  readonly frame: number;
}

/** It crossed from one box to the next: along a cable, out of a device, or through the switch between two ports. */
export interface Crossing {
  readonly from: string;
  readonly to: string;
}

export interface Way {
  readonly steps: readonly Step[];
  readonly crossings: readonly Crossing[];
}

/** The ends of a cell in the topology that is drawn. */
export interface DrawnEnds {
  readonly topology: Topology;
  readonly source: Node;
  readonly destination: Node;
}

interface Place {
  readonly box: string;
  readonly device: string;
  readonly port: string;
}

export function wayOf(ends: DrawnEnds, path: Path): Way {
  const [from, to] = [placeOf(ends, ends.source), placeOf(ends, ends.destination)];
  const steps = path.map(([tap, direction, microseconds, frame], index) => ({
    number: index + 1,
    at: boxAt(ends, tap),
    direction,
    microseconds,
    frame,
  }));
  const sent = path.length === 0 || from.box === from.device ? [] : [{ from: from.box, to: from.device }];
  return { steps, crossings: distinct([...sent, ...path.flatMap(([tap, way]) => crossingsOf(tap, way, from, to))]) };
}

function placeOf({ topology }: DrawnEnds, node: Node): Place {
  if (node.kind === "external-host") {
    const { name, port } = topology.external;
    return { box: name, device: name, port };
  }
  const { name, port } = lowerOf(topology, node) as Lower;
  return { box: boxId(node), device: name, port };
}

/** The box a tap point is drawn as. */
function boxAt(ends: DrawnEnds, tap: TapPoint): string {
  const [from, to] = [placeOf(ends, ends.source), placeOf(ends, ends.destination)];
  const boxes: Record<TapPoint, string> = {
    endpoint: from.box,
    lower: from.device,
    switchPort: from.port,
    externalPort: ends.topology.external.port,
    destinationSwitchPort: to.port,
    destinationLower: to.device,
    destination: to.box,
  };
  return boxes[tap];
}

/** What was crossed for a frame to be seen there in that direction. */
function crossingsOf(tap: TapPoint, way: Direction, from: Place, to: Place): Crossing[] {
  switch (tap) {
    case "endpoint":
      return way === "in" ? [{ from: from.device, to: from.box }] : [];
    case "lower":
      return way === "in" ? [{ from: from.port, to: from.device }] : [];
    case "switchPort":
      return way === "in" ? [{ from: from.device, to: from.port }] : [{ from: from.port, to: from.port }];
    case "destinationSwitchPort":
      return way === "in" ? [{ from: to.device, to: to.port }] : [{ from: from.port, to: to.port }];
    case "externalPort":
      return externalCrossing(way, from, to);
    case "destinationLower":
      return way === "in" ? [{ from: to.port, to: to.device }] : [];
    case "destination":
      return arrival(way, to);
  }
}

/** The external host is at one end: its port is the way in of its own frames, and the way out of everybody else's. */
function externalCrossing(way: Direction, from: Place, to: Place): Crossing[] {
  const own = from.box === from.device;
  if (way === "in") return own ? [{ from: from.device, to: from.port }] : [{ from: to.device, to: to.port }];
  return own ? [] : [{ from: from.port, to: to.port }];
}

function arrival(way: Direction, to: Place): Crossing[] {
  if (way === "out") return [];
  return [to.box === to.device ? { from: to.port, to: to.device } : { from: to.device, to: to.box }];
}

function distinct(crossings: readonly Crossing[]): Crossing[] {
  return [...new Map(crossings.map((one) => [`${one.from}>${one.to}`, one])).values()];
}
