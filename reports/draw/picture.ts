/**
 * What a picture of a topology shows, before it has any shape: the external switch, and on its ports the lower devices
 * with what hangs off them, and the hosts. A pure function of the data the engine builds from.
 */
import {
  addressOf,
  endpointNodes,
  externalHost,
  interfaceOf,
  lowerHosts,
  type Node,
  type Topology,
} from "../../lab/model/topology.ts";

type BoxRole = "endpoint" | "lower-host" | "external-host" | "lower" | "port" | "switch";

export interface PictureBox {
  /** Unique in a picture. */
  readonly id: string;
  readonly role: BoxRole;
  /** What stands in it, its name first. */
  readonly lines: readonly string[];
  /** Of a cell's picture: which end it is. */
  readonly end?: "source" | "destination";
}

/** A device on a cable, or several, to the switch, and what hangs off it. */
export interface PictureGroup {
  readonly device: PictureBox;
  readonly members: readonly PictureBox[];
  readonly ports: readonly PictureBox[];
  /** The machine it is in, where there are several: `guest under test`. */
  readonly place?: string;
}

export interface Picture {
  readonly switch: PictureBox;
  readonly switchPlace?: string;
  /** Lower devices with their endpoints, in order. */
  readonly lowers: readonly PictureGroup[];
  readonly hosts: readonly PictureGroup[];
  /** Sentences below the picture. */
  readonly notes: readonly string[];
}

/** A device that is no part of a topology: a router behind the switch. */
export interface FurtherHost {
  readonly name: string;
  readonly what: string;
  readonly ports: readonly string[];
}

export interface PictureOptions {
  readonly source?: Node;
  readonly destination?: Node;
  /** Of the lower devices' ports. Absent: nothing is said of it. */
  readonly relay?: "on" | "off" | "off and on";
  /** What else is to be said of a device, by its name. */
  readonly remarks?: ReadonlyMap<string, readonly string[]>;
  /** What a lower device is: `veth`, `bond`. Absent: nothing is said of it. */
  readonly lowerKind?: string;
  /** Machines, where there are several. */
  readonly places?: { readonly lowers: string; readonly switch: string };
  readonly further?: readonly FurtherHost[];
  readonly notes?: readonly string[];
}

/** The id of a node's box: a lower device's host has the device's name, and is somebody else. */
export function boxId(node: Node): string {
  return node.kind === "lower-host" ? `host of ${interfaceOf(node)}` : interfaceOf(node);
}

export function pictureOf(topology: Topology, options: PictureOptions = {}): Picture {
  const { further = [], notes = [], places } = options;
  const box = boxMaker(options);
  const external = box(externalHost(topology), "external-host", [topology.external.name, "external host"]);
  return {
    switch: { id: topology.switch, role: "switch", lines: [`${topology.switch}, external switch`] },
    ...(places ? { switchPlace: places.switch } : {}),
    lowers: topology.lowers.map((lower) => ({
      device: { id: lower.name, role: "lower", lines: [lower.name, ...lowerLines(lower.name, options)] },
      members: [
        ...lowerHosts({ lowers: [lower] }).map((node) => box(node, "lower-host", ["lower host", `of ${lower.name}`])),
        ...endpointNodes(topology)
          .filter((node) => node.kind === "endpoint" && node.endpoint.lower === lower.name)
          .map((node) => box(node, "endpoint", endpointLines(topology, node))),
      ],
      ports: [portBox(lower.port, options.relay)],
      ...(places ? { place: places.lowers } : {}),
    })),
    hosts: [
      { device: external, members: [], ports: [portBox(topology.external.port)] },
      ...further.map(({ name, what, ports }) => ({
        device: { id: name, role: "external-host" as const, lines: [name, what] },
        members: [],
        ports: ports.map((port) => portBox(port)),
      })),
    ],
    notes,
  };
}

function lowerLines(name: string, { lowerKind, remarks }: PictureOptions): string[] {
  return [lowerKind === undefined ? "lower device" : `lower device, ${lowerKind}`, ...(remarks?.get(name) ?? [])];
}

function portBox(port: string, relay?: string): PictureBox {
  return { id: port, role: "port", lines: relay === undefined ? [port] : [port, `relay ${relay}`] };
}

function boxMaker({ source, destination, remarks }: PictureOptions) {
  return (node: Node, role: BoxRole, lines: readonly string[]): PictureBox => {
    const id = boxId(node);
    const is = (end: Node | undefined) => end !== undefined && boxId(end) === id;
    const end = is(source) ? ("source" as const) : is(destination) ? ("destination" as const) : undefined;
    return { id, role, lines: [...lines, ...(remarks?.get(id) ?? [])], ...(end ? { end } : {}) };
  };
}

function endpointLines(topology: Topology, node: Node): string[] {
  if (node.kind !== "endpoint") return [];
  const { name, kind, mode } = node.endpoint;
  return [name, `${kind} ${mode}`, ...listLines(topology, node)];
}

/** A source list in a line. The fences' address is on every list, and nobody's. */
function listLines(topology: Topology, node: Node): string[] {
  if (node.kind !== "endpoint" || node.endpoint.mode !== "source") return [];
  const listed = new Set(node.endpoint.sources ?? []);
  const everybody = [...endpointNodes(topology), ...lowerHosts(topology), externalHost(topology)];
  const names = everybody.filter((one) => listed.has(addressOf(one))).map(interfaceOf);
  const distinct = [...new Set(names)];
  if (distinct.length > 1) return [`lists ${distinct.length} others`];
  return [`lists ${distinct[0] ?? "nobody here"}`];
}
