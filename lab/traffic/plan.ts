/**
 * From cells to frames: which frame each cell is judged by, and the fences that make an absence credible. Pure: every
 * address, tag and order is fixed here, before anything runs.
 */
import { createHash } from "node:crypto";
import { type Cell, cellName } from "../model/cell.ts";
import { addressOf, interfaceOf, type Mac } from "../model/topology.ts";
import type { Traffic } from "../model/vocabulary.ts";
import { BROADCAST, groupAddress, JOINED_GROUP, unicastAddress } from "../topology/addresses.ts";
import type { Arrangement, Pair, PlacedTopology } from "../topology/arrangement.ts";
import { pairName } from "../topology/arrangement.ts";
import { fencesOf } from "./fences.ts";
import type { PlannedFrame } from "./planned-frame.ts";

/** A verdict about groups nobody joined rests on this many: the driver's hash filter lets about one in 80 through. */
const GROUPS_PER_VERDICT = 9;

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
  /** Ports keep the relay state they were built with, whatever the frames say. */
  readonly relayAsBuilt?: true;
  /** Interfaces beside those of the topologies. */
  readonly more?: readonly MoreInterface[];
}

export interface MoreInterface {
  readonly name: string;
  /** Not an interface of its own: another opener of this macvtap's character device. */
  readonly again?: string;
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
      for (const fence of fencesOf(topology, index)) frames.push({ ...fence, id: frames.length + 1, reflectiveRelay });
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
