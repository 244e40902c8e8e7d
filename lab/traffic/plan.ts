/**
 * From cells to frames: which frame each cell is judged by, and the fences that make an absence credible. Pure: every
 * address, tag and order is fixed here, before anything runs.
 */
import { createHash } from "node:crypto";
import { type Cell, cellName } from "../model/cell.ts";
import { addressOf, interfaceOf, type Mac, type Node } from "../model/topology.ts";
import type { Traffic } from "../model/vocabulary.ts";
import { groupAddress, unicastAddress } from "../topology/addresses.ts";
import type { Arrangement, Pair, PlacedTopology } from "../topology/arrangement.ts";
import { pairName } from "../topology/arrangement.ts";

/** Joined by every endpoint. */
export const JOINED_GROUP: Mac = groupAddress(1);
export const BROADCAST: Mac = "ff:ff:ff:ff:ff:ff";
/** A verdict about groups nobody joined rests on this many: the driver's hash filter lets about one in 80 through. */
const GROUPS_PER_VERDICT = 9;

export type FenceKind = "unicast" | "broadcast" | "multicast";

/** One frame to send. */
export interface PlannedFrame {
  readonly id: number;
  readonly from: Node;
  readonly source: Mac;
  readonly destination: Mac;
  readonly reflectiveRelay: boolean;
  readonly text: string;
  /** Set on fences: frames everybody concerned is known to be able to receive, sent after all probes of a relay state. */
  readonly fence?: FenceFacts;
}

export interface FenceFacts {
  readonly kind: FenceKind;
  readonly topology: number;
  /** Of a unicast fence: the node that is bound to get it. */
  readonly to?: Node;
}

export interface PlannedCell {
  readonly cell: Cell;
  readonly pair: Pair;
  /** Ids of the frames it is judged by: one, or one per group. */
  readonly frames: readonly number[];
}

export interface Plan {
  readonly nonce: number;
  readonly topologies: readonly PlacedTopology[];
  readonly frames: readonly PlannedFrame[];
  /** Lines for `ip -batch`, run between the probes and the fences of the first relay state. */
  readonly interlude?: readonly string[];
  readonly cells: readonly PlannedCell[];
}

/**
 * @param nonce the run's own number, in every tag: frames of another run are nobody's.
 * Cells that cannot be built (`excludesEachOther`) have no pair and are left out.
 */
export function planTraffic(cells: readonly Cell[], arrangement: Arrangement, nonce: number): Plan {
  const frames: PlannedFrame[] = [];
  const shared = new Map<string, number[]>();
  const planned: PlannedCell[] = [];
  for (const cell of cells) {
    const pair = arrangement.pairs.get(pairName(cell));
    if (!pair) continue;
    const key = frameKey(cell, pair);
    const ids =
      shared.get(key) ?? destinationsOf(cell.traffic, pair, nonce).map((to) => addFrame(frames, cell, pair, to));
    shared.set(key, ids);
    planned.push({ cell, pair, frames: ids });
  }
  const used = [...new Set(planned.map(({ pair }) => pair.topology))];
  for (const reflectiveRelay of [false, true]) {
    if (!planned.some(({ cell }) => cell.reflectiveRelay === reflectiveRelay)) continue;
    for (const index of used) {
      const topology = arrangement.topologies[index] as PlacedTopology;
      frames.push(...fences(topology, index, reflectiveRelay, frames.length));
    }
  }
  return { nonce, topologies: arrangement.topologies, frames, cells: planned };
}

/** Everything but unicast has no single destination: one frame serves all cells of its sender. */
function frameKey(cell: Cell, pair: Pair): string {
  const to = cell.traffic === "unicast" ? interfaceOf(pair.destination) + pair.destination.kind : "";
  return [interfaceOf(pair.source), pair.source.kind, cell.traffic, cell.reflectiveRelay, to].join(" ");
}

function destinationsOf(traffic: Traffic, pair: Pair, nonce: number): Mac[] {
  switch (traffic) {
    case "unicast":
      return [addressOf(pair.destination)];
    case "broadcast":
      return [BROADCAST];
    case "multicast-joined":
      return [JOINED_GROUP];
    case "multicast-not-joined":
      return Array.from({ length: GROUPS_PER_VERDICT }, (_, index) => strangeGroup(nonce, index));
    case "unknown-unicast":
      return [unicastAddress(0xe00000)];
  }
}

/**
 * A group nobody joined. The driver's filter hashes by multiplication (`mc_hash`), under which numbers at even distances
 * fall into few buckets together: a leak would not come alone. So these are picked at random, by the run's number.
 */
function strangeGroup(nonce: number, index: number): Mac {
  const random = createHash("sha256").update(`${nonce} ${index}`).digest().readUIntBE(0, 3);
  const address = groupAddress(random);
  return address === JOINED_GROUP ? strangeGroup(nonce, index + GROUPS_PER_VERDICT) : address;
}

function addFrame(frames: PlannedFrame[], cell: Cell, pair: Pair, destination: Mac): number {
  const id = frames.length + 1;
  const { reflectiveRelay } = cell;
  const from = pair.source;
  const text = cell.traffic === "unicast" ? cellName(cell) : `${interfaceOf(from)} ${cell.traffic}`;
  frames.push({ id, from, source: addressOf(from), destination, reflectiveRelay, text });
  return id;
}

/**
 * From outside: one broadcast, one multicast and a unicast to every node of the topology, from an address on every
 * source list. From every lower device's host: one broadcast and one unicast, which show that its port and the
 * external host are being watched.
 */
function fences(topology: PlacedTopology, index: number, reflectiveRelay: boolean, before: number): PlannedFrame[] {
  const external: Node = { kind: "external-host", external: topology.external };
  const hosts = topology.lowers.map((lower): Node => ({ kind: "lower-host", lower }));
  const nodes: Node[] = topology.endpoints.map((endpoint) => ({ kind: "endpoint", endpoint }));
  // A passthru endpoint takes every unicast frame from its lower device's host, its own address being the same.
  const taken = new Set(topology.endpoints.filter(({ mode }) => mode === "passthru").map(({ lower }) => lower));
  const open = topology.lowers
    .filter(({ name }) => !taken.has(name))
    .map((lower): Node => ({ kind: "lower-host", lower }));
  const frames: PlannedFrame[] = [];
  const add = (kind: FenceKind, from: Node, source: Mac, destination: Mac, to?: Node) => {
    const id = before + frames.length + 1;
    const text = `fence ${kind} from ${interfaceOf(from)}`;
    frames.push({
      id,
      from,
      source,
      destination,
      reflectiveRelay,
      text,
      fence: { kind, topology: index, ...(to ? { to } : {}) },
    });
  };
  for (const node of [...nodes, ...open]) add("unicast", external, topology.fenceSource, addressOf(node), node);
  for (const host of hosts) add("unicast", host, addressOf(host), topology.external.address, external);
  add("multicast", external, topology.fenceSource, JOINED_GROUP);
  for (const host of hosts) add("broadcast", host, addressOf(host), BROADCAST);
  add("broadcast", external, topology.fenceSource, BROADCAST);
  return frames;
}
