/** What is drawn of a scenario: the topology of its matrix, the pair of a cell, or the little world of a check. */
import { ROUTER } from "../../../reports/draw/draw.ts";
import { UsageError } from "../../base/errors.ts";
import {
  type AnyCell,
  cellName,
  cellsOf,
  conversationsOf,
  excludesEachOther,
  isConversation,
} from "../../model/cell.ts";
import type { Scenario } from "../../model/scenario.ts";
import type { Node, Topology } from "../../model/topology.ts";
import { denseArrangement, type Pair } from "../../topology/arrangement.ts";
import { talkingPlace } from "../../topology/talking-place.ts";
import { checkDrawing } from "./check-drawing.ts";
import type { Drawing } from "./drawn.ts";

/** @throws UsageError in a sentence for what cannot be drawn. */
export function drawingOf(scenario: Scenario, filter: RegExp | undefined): Drawing {
  if (scenario.cells) return cellsDrawing(scenario, chosen(scenario, cellsOf(scenario.cells), filter));
  if (scenario.conversations)
    return cellsDrawing(scenario, chosen(scenario, conversationsOf(scenario.conversations), filter));
  if (scenario.checks) return checkDrawing(scenario, filter);
  const why = scenario.wireless
    ? "its stations and access point are radios, and no cables join them"
    : "it builds a pair of devices for each measurement, and no topology of endpoints on a switch";
  throw new UsageError(`"${scenario.name}" cannot be drawn: ${why}`, { mend: "what it asks: macvlab list" });
}

function chosen<C extends AnyCell>(scenario: Scenario, cells: readonly C[], filter: RegExp | undefined): C[] {
  const is = (name: string) =>
    !filter || filter.source.replaceAll("\\/", "/") === name || filter.test(`${scenario.name} ${name}`);
  const named = exactly(
    cells.filter((cell) => is(cellName(cell))),
    filter,
  );
  if (named.length === 0) throw new UsageError(`no cell of "${scenario.name}" matches "${filter?.source}"`);
  const built = named.filter((cell) => !excludesEachOther(cell));
  if (built.length > 0) return built;
  throw new UsageError(`"${cellName(named[0] as C)}" cannot be drawn: passthru shares its lower device with nobody`);
}

/** A cell's whole name is that cell, whatever else it matches. */
function exactly<C extends AnyCell>(cells: C[], filter: RegExp | undefined): C[] {
  const exact = cells.filter((cell) => cellName(cell) === filter?.source.replaceAll("\\/", "/"));
  return exact.length > 0 ? exact : cells;
}

function cellsDrawing(scenario: Scenario, cells: readonly AnyCell[]): Drawing {
  const { topology, pairs, stacks } = arrangementOf(scenario, cells);
  const [only, ...others] = [...pairs.values()] as [Pair, ...Pair[]];
  const used = new Set(
    [...pairs.values()].flatMap(({ source, destination }) => [lowerName(source), lowerName(destination)]),
  );
  const relays = new Set(cells.map(({ reflectiveRelay }) => reflectiveRelay));
  return {
    topology: { ...topology, lowers: topology.lowers.filter(({ name }) => used.has(name)) },
    options: {
      title: cells.length === 1 ? `${scenario.name} ${cellName(cells[0] as AnyCell)}` : scenario.name,
      relay: relays.size > 1 ? "off and on" : relays.has(true) ? "on" : "off",
      ...(others.length === 0 ? { source: only.source, destination: only.destination } : {}),
      ...(stacks ? { notes: [STACKS, GUESTS] } : {}),
      ...(cells.some((cell) => "route" in cell && cell.route) ? { further: [ROUTER] } : {}),
    },
  };
}

const STACKS = "Each endpoint, lower host, external host and router has an IP stack in a network namespace of its own.";
const GUESTS = "A macvtap's stack is on a tap behind its character device, as a guest's is.";

function arrangementOf(scenario: Scenario, cells: readonly AnyCell[]) {
  if (!scenario.conversations) {
    const { topologies, pairs } = denseArrangement(cells, true);
    return { topology: topologies[0] as Topology, pairs, stacks: false };
  }
  const { topology, pairs } = talkingPlace(scenario, cells.filter(isConversation));
  return { topology, pairs, stacks: true };
}

function lowerName(node: Node): string | undefined {
  if (node.kind === "external-host") return undefined;
  return node.kind === "lower-host" ? node.lower.name : node.endpoint.lower;
}
