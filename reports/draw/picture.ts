/**
 * What a picture of a topology shows, before it has any shape: the external switch, and on its ports the lower devices
 * with what hangs off them, and the hosts. A pure function of the data the engine builds from.
 */
import {
  addressOf,
  endpointNodes,
  externalHost,
  interfaceOf,
  type Lower,
  lowerHosts,
  type Node,
  type Topology,
} from "../../lab/model/topology.ts";

type BoxRole = "endpoint" | "lower-host" | "external-host" | "lower" | "between" | "port" | "switch";

export interface PictureBox {
  /** Unique in a picture. */
  readonly id: string;
  readonly role: BoxRole;
  /** What stands in it, its name first. */
  readonly lines: readonly string[];
  /** Of a cell's picture: which end it is. */
  readonly end?: "source" | "destination";
  /** The guest or namespace it is in, which is framed. */
  readonly place?: string;
}

/** A device on a cable, or several, to the switch, and what hangs off it. */
export interface PictureGroup {
  readonly device: PictureBox;
  readonly members: readonly PictureBox[];
  /** Devices on its way to each of its ports; none where it is on the cables itself. */
  readonly between: readonly PictureBox[];
  /** Only fences pass from the cable to the device, and nothing the other way. */
  readonly severed?: boolean;
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

/** What a lower device that is no veth is built of. */
export interface LowerWiring {
  /** `bond active-backup`. */
  readonly what: string;
  /** From the device to the switch, cable by cable. */
  readonly cables: readonly {
    readonly between?: { readonly name: string; readonly what: string };
    readonly port: string;
    readonly what?: string;
  }[];
  readonly severed?: boolean;
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
  /** By lower device. */
  readonly wiring?: ReadonlyMap<string, LowerWiring>;
  /** Machines, where there are several: that of the switch, and each lower device's by its name or everybody's. */
  readonly places?: { readonly lowers: string | ReadonlyMap<string, string>; readonly switch: string };
  /** Guests and namespaces of endpoints and lower hosts, by the ids of their boxes; each is framed. */
  readonly within?: ReadonlyMap<string, string>;
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
    lowers: topology.lowers.map((lower) => groupOf(topology, lower, box, options)),
    hosts: [
      { device: external, members: [], between: [], ports: [portBox(topology.external.port)] },
      ...further.map(({ name, what, ports }) => ({
        device: { id: name, role: "external-host" as const, lines: [name, what] },
        members: [],
        between: [],
        ports: ports.map((port) => portBox(port)),
      })),
    ],
    notes,
  };
}

function groupOf(
  topology: Topology,
  lower: Lower,
  box: ReturnType<typeof boxMaker>,
  options: PictureOptions,
): PictureGroup {
  const { places, relay, wiring } = options;
  const own = wiring?.get(lower.name);
  const cables = own?.cables ?? [{ port: lower.port }];
  const place = typeof places?.lowers === "string" ? places.lowers : places?.lowers.get(lower.name);
  const members = [
    ...lowerHosts({ lowers: [lower] }).map((node) => box(node, "lower-host", ["lower host", `of ${lower.name}`])),
    ...endpointNodes(topology)
      .filter((node) => node.kind === "endpoint" && node.endpoint.lower === lower.name)
      .map((node) => box(node, "endpoint", endpointLines(topology, node))),
  ];
  return {
    device: { id: lower.name, role: "lower", lines: [lower.name, ...lowerLines(lower.name, options)] },
    members: byPlace(members),
    between: cables.flatMap(({ between }) =>
      between ? [{ id: between.name, role: "between" as const, lines: [between.name, between.what] }] : [],
    ),
    ...(own?.severed ? { severed: true } : {}),
    ports: cables.map(({ port, what }) => portBox(port, port === lower.port ? relay : undefined, what)),
    ...(place === undefined ? {} : { place }),
  };
}

/** Those of a place side by side, in the order of the first of each. */
function byPlace(boxes: readonly PictureBox[]): PictureBox[] {
  return [...new Set(boxes.map(({ place }) => place))].flatMap((place) => boxes.filter((box) => box.place === place));
}

function lowerLines(name: string, { lowerKind, wiring, remarks }: PictureOptions): string[] {
  const kind = wiring?.get(name)?.what ?? lowerKind;
  return [kind === undefined ? "lower device" : `lower device, ${kind}`, ...(remarks?.get(name) ?? [])];
}

function portBox(port: string, relay?: string, what?: string): PictureBox {
  const lines = [port, ...(what === undefined ? [] : [what]), ...(relay === undefined ? [] : [`relay ${relay}`])];
  return { id: port, role: "port", lines };
}

function boxMaker({ source, destination, remarks, within }: PictureOptions) {
  return (node: Node, role: BoxRole, lines: readonly string[]): PictureBox => {
    const id = boxId(node);
    const is = (end: Node | undefined) => end !== undefined && boxId(end) === id;
    const end = is(source) ? ("source" as const) : is(destination) ? ("destination" as const) : undefined;
    const place = within?.get(id);
    const placed = place === undefined ? {} : { place };
    return { id, role, lines: [...lines, ...(remarks?.get(id) ?? [])], ...(end ? { end } : {}), ...placed };
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
