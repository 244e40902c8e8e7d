/** What the script of a cell builds, sends and looks at. Addresses are those set aside for documentation. */
import type { CellResult } from "../../lab/model/results.ts";
import { interfaceOf, type Lower, lowerOf, type Node, type Topology } from "../../lab/model/topology.ts";
import { type PairTopology, pairTopology } from "../draw/pair-topology.ts";

/** One end of the cell, in a namespace of the script's. */
export interface ReproEnd {
  readonly node: Node;
  readonly device: string;
  /** Shell variable that has its namespace. */
  readonly namespace: string;
  readonly mac: string;
  /** How its copies are counted: by a capture, the reader of its character device, or its stack's own counters. */
  readonly counted: "capture" | "device" | "stack";
  /** A lower host below a passthru endpoint gets group frames only. */
  readonly groupOnly: boolean;
}

export interface ReproPlan {
  readonly topology: Topology;
  readonly source: ReproEnd;
  readonly destination: ReproEnd;
  /** Where the source's frames enter the switch. */
  readonly port: string;
  /** Link-layer addresses the probes go to, one frame each. */
  readonly targets: readonly string[];
  readonly fence: "unicast" | "broadcast";
  readonly macs: ReadonlyMap<string, string>;
}

/** RFC 7042: addresses for documentation. */
const mac = (number: number) => `00:00:5e:00:53:${number.toString(16).padStart(2, "0")}`;
const group = (number: number) => `01:00:5e:90:10:${number.toString(16).padStart(2, "0")}`;
export const FENCE_MAC = mac(0xfe);
export const JOINED = group(1);
const NOBODY = mac(0xee);
/** As many as a cell's verdict rests on: the driver's filter lets a few through. */
const GROUPS = 9;

export function reproPlan(cell: CellResult): ReproPlan {
  const { topology, source, destination } = apart(pairTopology(cell));
  const devices = [...topology.lowers, topology.external].map(({ name }) => name);
  const own = topology.endpoints.filter(({ mode }) => mode !== "passthru").map(({ name }) => name);
  const macs = new Map([...devices, ...own].map((name, index) => [name, mac(index + 1)]));
  for (const { name, lower, mode } of topology.endpoints)
    if (mode === "passthru") macs.set(name, macs.get(lower) as string);
  const end = (node: Node) => endOf(topology, macs, node);
  const port = source.kind === "external-host" ? topology.external.port : (lowerOf(topology, source) as Lower).port;
  const ends = { source: end(source), destination: end(destination) };
  const isUnicast = cell.traffic === "unicast" || cell.traffic === "unknown-unicast";
  return {
    topology,
    ...ends,
    port,
    targets: targetsOf(cell, ends.destination.mac),
    fence: isUnicast ? "unicast" : "broadcast",
    macs,
  };
}

/** Of two that exclude each other, a run tries one at a time by one name; a script asks for both at once. */
function apart(pair: PairTopology): PairTopology {
  const { topology, source, destination } = pair;
  if (source.kind !== "endpoint" || destination.kind !== "endpoint") return pair;
  if (source.endpoint.name !== destination.endpoint.name) return pair;
  const endpoint = { ...destination.endpoint, name: destination.endpoint.name.replace(/1$/, "2") };
  return {
    source,
    destination: { ...destination, endpoint },
    topology: { ...topology, endpoints: [source.endpoint, endpoint] },
  };
}

function targetsOf({ traffic }: CellResult, destination: string): string[] {
  if (traffic === "unicast") return [destination];
  if (traffic === "unknown-unicast") return [NOBODY];
  if (traffic === "broadcast") return ["ff:ff:ff:ff:ff:ff"];
  if (traffic === "multicast-joined") return [JOINED];
  return Array.from({ length: GROUPS }, (_, index) => group(0x20 + 23 * index));
}

/** A macvtap stays beside its lower device, where whoever runs the guest has it; everybody else has a namespace alone. */
function endOf(topology: Topology, macs: ReadonlyMap<string, string>, node: Node): ReproEnd {
  const device = interfaceOf(node);
  const isTap = node.kind === "endpoint" && node.endpoint.kind === "macvtap";
  const below = lowerOf(topology, node)?.name;
  const passthru = topology.endpoints.some(({ lower, mode }) => lower === device && mode === "passthru");
  return {
    node,
    device,
    namespace: namespaceOf(isTap || node.kind === "lower-host" ? (below as string) : device),
    mac: macs.get(device) as string,
    counted: node.kind !== "endpoint" ? "stack" : isTap ? "device" : "capture",
    groupOnly: node.kind === "lower-host" && passthru,
  };
}

/** The namespace of `low-a` is in the script's variable `low_a`. */
export const variableOf = (device: string): string => device.replace(/\W/g, "_");

export const namespaceOf = (device: string): string => `"$${variableOf(device)}"`;
