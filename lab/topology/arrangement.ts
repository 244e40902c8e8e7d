/**
 * Arrangements: one or more topologies side by side, and where in them each pair of a cell sits. Dense: every endpoint
 * at once in one topology. Isolated: each pair alone in a topology of its own, many of those beside one another.
 */
import type { AnyCell } from "../model/cell.ts";
import { excludesEachOther, isConversation, partyName, receivingParties } from "../model/cell.ts";
import { addressOf, type Node } from "../model/topology.ts";
import type { LowerKind, Party, SourceList } from "../model/vocabulary.ts";
import { type PlacedTopology, TopologyBuilder } from "./topology-builder.ts";

export type { PlacedTopology };

/** The two ends of a cell in one topology. */
export interface Pair {
  readonly topology: number;
  readonly source: Node;
  readonly destination: Node;
}

export interface Arrangement {
  readonly topologies: readonly PlacedTopology[];
  /** By `pairName`: the ends of every cell that can be built. */
  readonly pairs: ReadonlyMap<string, Pair>;
}

/** What of a cell decides where its ends are: not the relay state and not the traffic. */
export function pairName(cell: Pick<AnyCell, "placement" | "source" | "destination">): string {
  return `${cell.placement} ${partyName(cell.source)}>${partyName(cell.destination)}`;
}

/** The parties of one lower device's endpoints: all that can share one. */
const SHARING: readonly Party[] = receivingParties(["private", "vepa", "bridge", "source"]);
const PASSTHRU: readonly Party[] = receivingParties(["passthru"]);
const FIRST = 1;
const SECOND = 2;
/** Lower devices by whether they hold the first or the second of two ends: never one of each with both ends of a cell. */
export const SENDING_TAGS = ["a", "p1", "p2"] as const;
export const RECEIVING_TAGS = ["b", "p3", "p4"] as const;

/**
 * Every endpoint at once: two of each on lower device `a`, one of each on `b`, and a passthru of each kind alone on
 * each of `p1` to `p4`. The first of two sends, the second receives.
 * @param sparse leaves out the endpoints no cell is about.
 * @param beside how many others stand beside it: its devices and addresses are its own.
 */
export function denseArrangement(cells: readonly AnyCell[], sparse = false, beside = 0): Arrangement {
  const { builder, pairs } = denseBuilder(cells, sparse, "other", beside);
  const senders = [...new Set([...pairs.values()].map((pair) => addressOf(pair.source)))];
  return { topologies: [builder.build(senders)], pairs };
}

/** @param senderList whose addresses a source-mode sender has on its own list. */
export function denseBuilder(
  cells: readonly AnyCell[],
  sparse: boolean,
  senderList: SourceList,
  beside = 0,
): { builder: TopologyBuilder; pairs: Map<string, Pair> } {
  const builder = new TopologyBuilder(beside, beside === 0 ? "" : `w${beside}`, kindOf(cells));
  const nodes = new Map<string, Node>();
  const place = (tag: string, party: Party, instance: number) =>
    nodes.set(`${tag} ${partyName(party)} ${instance}`, builder.endpoint(tag, party, instance));
  for (const party of SHARING) for (const instance of [FIRST, SECOND]) place("a", party, instance);
  for (const party of SHARING) place("b", party, FIRST);
  PASSTHRU.forEach((party, index) => {
    place(`p${index + 1}`, party, FIRST);
    place(`p${index + 1 + PASSTHRU.length}`, party, FIRST);
  });
  const find = (tag: string, party: Party, instance: number): Node => {
    const passthru = PASSTHRU.findIndex((one) => one.kind === party.kind);
    const first = party.mode === "passthru";
    const where = first ? `p${passthru + 1 + (tag === "b" ? PASSTHRU.length : 0)}` : tag;
    return nodes.get(`${where} ${partyName(party)} ${first || tag === "b" ? FIRST : instance}`) as Node;
  };
  const pairs = new Map<string, Pair>();
  for (const cell of cells) {
    if (excludesEachOther(cell)) continue;
    pairs.set(pairName(cell), { topology: 0, ...ends(cell, builder, find, senderList) });
  }
  if (sparse) builder.keep([...pairs.values()].flatMap(({ source, destination }) => [source, destination]));
  return { builder, pairs };
}

/** All cells of an arrangement are on lower devices of one kind. */
function kindOf([first]: readonly AnyCell[]): LowerKind {
  return first === undefined || isConversation(first) ? "veth" : (first.lower ?? "veth");
}

/** Topologies that stand side by side at a time: enough to share the costs of a build, few enough for the smallest guest. */
const SIDE_BY_SIDE = 32;

/**
 * Each pair alone, on lower devices and a switch of its own; so many beside one another, batch after batch.
 * @param sideBySide how many at most: fewer where lower devices are network cards.
 */
export function isolatedArrangements(cells: readonly AnyCell[], sideBySide = SIDE_BY_SIDE): Arrangement[] {
  const byName = new Map(cells.filter((cell) => !excludesEachOther(cell)).map((cell) => [pairName(cell), cell]));
  const distinct = [...byName.values()];
  const batches = Array.from({ length: Math.ceil(distinct.length / sideBySide) }, (_, batch) =>
    distinct.slice(batch * sideBySide, (batch + 1) * sideBySide),
  );
  return batches.map(isolatedArrangement);
}

function isolatedArrangement(cells: readonly AnyCell[]): Arrangement {
  const pairs = new Map<string, Pair>();
  const topologies = cells.map((cell, index) => {
    const builder = new TopologyBuilder(index, `w${index}`, kindOf([cell]));
    const { source, destination } = ends(cell, builder, (tag, party, instance) =>
      builder.endpoint(tag, party, instance),
    );
    pairs.set(pairName(cell), { topology: index, source, destination });
    return builder.build([addressOf(source)]);
  });
  return { topologies, pairs };
}

type Find = (tag: string, party: Party, instance: number) => Node;

/** Lower device tags `a` and `b`. To frames a source-mode sender's own list is nothing: it has only the fence's address. */
function ends(
  cell: AnyCell,
  builder: TopologyBuilder,
  find: Find,
  senderList: SourceList = "other",
): { source: Node; destination: Node } {
  const sender = (): Node =>
    find("a", cell.source.mode === "source" ? { ...cell.source, sourceList: senderList } : cell.source, FIRST);
  const receiver = (tag: string): Node => find(tag, cell.destination, SECOND);
  switch (cell.placement) {
    case "same-lower":
      return { source: sender(), destination: receiver("a") };
    case "two-lowers":
      return { source: sender(), destination: receiver("b") };
    case "endpoint-to-lower-host": {
      const source = sender();
      return { source, destination: builder.hostBelow(source) };
    }
    case "lower-host-to-endpoint": {
      const destination = receiver("a");
      return { source: builder.hostBelow(destination), destination };
    }
    case "endpoint-to-external":
      return { source: sender(), destination: builder.externalHost() };
    case "external-to-endpoint":
      return { source: builder.externalHost(), destination: receiver("a") };
  }
}
