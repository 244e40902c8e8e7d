/** The frames a cell names as its evidence, held against what the capture shows at those numbers. */
import type { Cell } from "../../lab/model/cell.ts";
import { cellName } from "../../lab/model/cell.ts";
import type { CellResult } from "../../lab/model/results.ts";
import { addressOf, interfaceOf, type Node } from "../../lab/model/topology.ts";
import { type Arrangement, type Pair, pairName } from "../../lab/topology/arrangement.ts";
import type { Row } from "./run-files.ts";

/** The tag's text is cut at that many characters. */
const TEXT = 80;

/** Everything about the cell's evidence that is not as it should be. */
export function faultsOf(cell: CellResult, arrangement: Arrangement, rows: readonly Row[]): string[] {
  const pair = arrangement.pairs.get(pairName(cell as Cell)) as Pair;
  const faults: string[] = [];
  const named = cell.evidence.flatMap(({ interface: name, frames }) => frames.map((number) => ({ name, number })));
  for (const { name, number } of named) {
    const row = rows[number - 1];
    if (row?.number !== number || row.interface !== name) faults.push(`frame ${number} is not on ${name}`);
    else faults.push(...frameFaults(cell, pair, row));
  }
  const shown = named.map(({ number }) => rows[number - 1] as Row);
  return [...faults, ...countFaults(cell, pair, arrangement, shown), ...controlFaults(cell, rows, shown)];
}

/** Sender, receiver and text of the frame. */
function frameFaults(cell: CellResult, pair: Pair, row: Row): string[] {
  const wanted = cell.traffic === "unicast" ? cellName(cell as Cell) : `${interfaceOf(pair.source)} ${cell.traffic}`;
  const faults: string[] = [];
  if (row.tag?.text !== wanted.slice(0, TEXT)) faults.push(`frame ${row.number} says "${row.tag?.text}"`);
  if (row.source !== addressOf(pair.source)) faults.push(`frame ${row.number} comes from ${row.source}`);
  if (!destinationFits(cell, pair, row.destination)) faults.push(`frame ${row.number} goes to ${row.destination}`);
  return faults;
}

function destinationFits(cell: CellResult, pair: Pair, destination: string): boolean {
  const isGroup = (Number.parseInt(destination.slice(0, 2), 16) & 1) === 1;
  if (cell.traffic === "unicast") return destination === addressOf(pair.destination);
  if (cell.traffic === "broadcast") return destination === "ff:ff:ff:ff:ff:ff";
  return isGroup === cell.traffic.startsWith("multicast") && destination !== addressOf(pair.destination);
}

function receivingInterface(node: Node): string {
  if (node.kind !== "endpoint") return `${interfaceOf(node)}:host`;
  return node.endpoint.kind === "macvtap" ? `${interfaceOf(node)}:device` : interfaceOf(node);
}

/** The counts of the observation, counted anew; of many groups' frames the median is not so easily told. */
function countFaults(cell: CellResult, pair: Pair, arrangement: Arrangement, shown: readonly Row[]): string[] {
  const ids = new Set(shown.map(({ tag }) => tag?.id));
  const groups = cell.traffic === "multicast-not-joined";
  if (groups ? ids.size < 8 : ids.size !== 1) return [`its frames carry ${ids.size} tags`];
  if (groups) return [];
  const count = (name: string, direction: string) =>
    shown.filter((row) => row.interface === name && row.direction === direction).length;
  const topology = arrangement.topologies[pair.topology];
  const { source } = pair;
  const lower = source.kind === "endpoint" ? source.endpoint.lower : interfaceOf(source);
  const port =
    source.kind === "external-host" ? source.external.port : topology?.lowers.find(({ name }) => name === lower)?.port;
  const counted = {
    left: count(interfaceOf(source), "out"),
    copies: count(receivingInterface(pair.destination), "in"),
    echo: count(receivingInterface(source), "in"),
    wire: count(port ?? "", "in"),
  };
  const { copies, echo, wire } = cell.observed;
  const told = { left: 1, copies, echo, wire };
  return JSON.stringify(counted) === JSON.stringify(told)
    ? []
    : [`counted ${JSON.stringify(counted)}, told ${JSON.stringify(told)}`];
}

/** Controls: fences, on the interface named, behind the last of the cell's frames to leave. */
function controlFaults(cell: CellResult, rows: readonly Row[], shown: readonly Row[]): string[] {
  const left = Math.max(...shown.filter(({ direction }) => direction === "out").map(({ number }) => number));
  const controlled = cell.evidence.filter(({ control }) => control.length > 0);
  const faults = controlled.length < 2 ? [`${controlled.length} of its interfaces have a control`] : [];
  for (const { interface: name, control } of controlled) {
    for (const row of control.map((number) => rows[number - 1])) {
      if (!row?.tag?.text.startsWith("fence ") || row.interface !== name)
        faults.push(`control ${row?.number} is no fence on ${name}`);
      else if (row.number <= left) faults.push(`control ${row.number} came before frame ${left}`);
    }
  }
  return faults;
}
