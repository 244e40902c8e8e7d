/** Cells in words: what was seen, and where, with sets of cells said as briefly as is still true. */
import type { CellResult, Expected, Observed } from "../lab/model/results.ts";
import { ENDPOINT_KINDS } from "../lab/model/vocabulary.ts";
import { isHost, modeKey, partyText, type ResultParty } from "./party.ts";
import { foldProducts, type Product } from "./products.ts";
import { trafficList, trafficText } from "./traffic-text.ts";

/** A set of cells: where it lies (`one lower device, relay on, broadcast`) and between whom (`bridge -> bridge`). */
export interface CellSet {
  readonly scenarios: readonly string[];
  readonly kernels: readonly string[];
  readonly where: string;
  /** The parts of `where`: numbers of lower devices, `off` and `on`, kinds of traffic. */
  readonly lowers: readonly string[];
  readonly relay: readonly string[];
  readonly traffic: readonly string[];
  readonly pairs: string;
  /** Whether a cell is one of them. */
  readonly holds: (cell: CellResult) => boolean;
}

export function cellSets(cells: readonly CellResult[]): CellSet[] {
  return foldProducts(cells.flatMap(tuplesOf)).map((product) => {
    const [scenarios = [], kernels = [], lowers = [], relay = [], traffic = [], ...pair] = product;
    const where = whereText({ lowers, relay, traffic });
    const holds = (cell: CellResult) => tuplesOf(cell).every((tuple) => isWithin(tuple, product));
    return { scenarios, kernels, where, lowers, relay, traffic, pairs: pairText(pair), holds };
  });
}

type Where = Pick<CellSet, "lowers" | "relay" | "traffic">;

/** Where cells lie; what is left out of it is not said. */
export function whereText({ lowers, relay, traffic }: Where): string {
  return [
    ...(lowers.length === 2 && lowers[1]?.startsWith("two lower devices") ? [eitherText(lowers)] : lowers),
    ...(relay.length > 0 ? [`relay ${relay.join(" and ")}`] : []),
    ...(traffic.length > 0 ? [trafficList(traffic)] : []),
  ].join(", ");
}

/** `one or two lower devices (e1000)`. */
function eitherText([one = "", two = ""]: readonly string[]): string {
  const [own, other] = [one.replace("one lower device", ""), two.replace("two lower devices", "")];
  return own === other ? `one or two lower devices${own}` : `${one}, ${two}`;
}

function isWithin(tuple: readonly string[], product: Product): boolean {
  return tuple.every((value, dimension) => product[dimension]?.includes(value));
}

/** `one lower device`, `two lower devices (e1000)`. */
export function lowersText({ placement, lower }: CellResult): string {
  return `${placement === "two-lowers" ? "two lower devices" : "one lower device"}${lower ? ` (${lower})` : ""}`;
}

export function relayText({ reflectiveRelay }: CellResult): "on" | "off" {
  return reflectiveRelay ? "on" : "off";
}

/** The dimensions of a set of cells, in the order they are said; the last are merged first. */
function tuplesOf(cell: CellResult): string[][] {
  const { scenario, kernel, source, destination } = cell;
  const where = [scenario, kernel, lowersText(cell), relayText(cell), trafficText(cell)];
  const pair = [modeKey(source), modeKey(destination)];
  const kinds = kindsOf(source).flatMap((from) => kindsOf(destination).map((to) => [from, to] as const));
  return kinds.map((both) => [...where, ...pair, ...both]);
}

/** The kinds an end stands for: its own; a host has none, and goes with either. */
function kindsOf(party: ResultParty): readonly string[] {
  return isHost(party) ? ENDPOINT_KINDS : [party.kind];
}

function pairText([sources = [], destinations = [], from = [], to = []]: readonly (readonly string[])[]): string {
  return `${partiesText(sources, from)} -> ${partiesText(destinations, to)}`;
}

/** A kind is said when it is one alone: without one, macvlan and macvtap are both meant. */
function partiesText(modes: readonly string[], kinds: readonly string[]): string {
  const kind = kinds.length === 1 ? kinds[0] : undefined;
  const lists = modes.filter((mode) => mode.startsWith("source+"));
  const named = lists.length < 2 ? modes : modes.map((mode) => (mode === lists[0] ? "source" : mode));
  return named
    .filter((mode) => lists.length < 2 || mode !== lists[1])
    .map((mode) => partyText(mode, kind))
    .join(", ");
}

export function copiesText(copies: number | undefined): string | undefined {
  if (copies === undefined) return undefined;
  return copies === 0 ? "not reached" : plural(copies, "copy", "copies");
}

/** All there is: `copies 2, echo 1, wire 1, as broadcast`, `answered`, or the error and the command it came from. */
export function countsText(counts: Expected | Observed): string {
  const { error, outcome, copies, echo, wire, as } = counts;
  const at = "at" in counts && counts.at !== undefined ? ` from "${counts.at}"` : "";
  const parts = error === undefined ? [] : [`error ${error}${at}`];
  if (outcome !== undefined) parts.push(outcome + triesText(counts));
  for (const [name, value] of Object.entries({ copies, echo, wire }))
    if (value !== undefined) parts.push(`${name} ${value}`);
  if (as !== undefined && as.length > 0) parts.push(`as ${as.join(" and ")}`);
  return parts.join(", ") || "nothing recorded";
}

/** Where not every try came equally far. */
function triesText(counts: Expected | Observed): string {
  const tries = "tries" in counts ? (counts.tries ?? []) : [];
  return new Set(tries).size > 1 ? ` (tries: ${tries.join(", ")})` : "";
}

export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
