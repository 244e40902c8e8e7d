/** What is drawn of a scenario: the topology of its matrix, the pair of a cell, or the little world of a check. */
import { ROUTER } from "../../../reports/draw/draw.ts";
import { UsageError } from "../../base/errors.ts";
import {
  type AnyCell,
  cellName,
  cellsOf,
  cellsOn,
  conversationsOf,
  excludesEachOther,
  isConversation,
} from "../../model/cell.ts";
import type { Scenario } from "../../model/scenario.ts";
import type { Node, Topology } from "../../model/topology.ts";
import type { LowerKind } from "../../model/vocabulary.ts";
import { denseArrangement, type Pair, type PlacedTopology } from "../../topology/arrangement.ts";
import { cablesOfGuests, plugIn } from "../../topology/cabling.ts";
import { talkingPlace } from "../../topology/talking-place.ts";
import { seatsOf } from "../../traffic/seats.ts";
import { checkDrawing } from "./check-drawing.ts";
import type { Drawing } from "./drawn.ts";
import { CARDS, guestsOf } from "./guest-cards.ts";
import { wiringOf } from "./lower-wiring.ts";

/** How the devices of a matrix are made, other than by default. */
export interface DrawnPlace {
  readonly lower?: LowerKind;
  /** Guests of the kernel under test; absent: the switch is where the endpoints are. */
  readonly hypervisors?: number;
  /** Kernel of the switch's guest, where it is another. */
  readonly switchKernel?: string;
}

/** @throws UsageError in a sentence for what cannot be drawn. */
export function drawingOf(scenario: Scenario, filter: RegExp | undefined, place: DrawnPlace = {}): Drawing {
  const isCheck = (scenario.checks ?? []).some(({ id }) => filter?.test(`${scenario.name} ${id}`));
  if (scenario.cells && !(isCheck && !matchesCell(scenario, filter))) {
    const cells = cellsOn(place.lower ?? "veth", cellsOf(scenario.cells));
    return cellsDrawing(scenario, chosen(scenario, cells, filter), place);
  }
  if (scenario.conversations)
    return cellsDrawing(scenario, chosen(scenario, conversationsOf(scenario.conversations), filter));
  if (scenario.checks) return checkDrawing(scenario, filter);
  const why = scenario.wireless
    ? "its stations and access point are radios, and no cables join them"
    : "it builds a pair of devices for each measurement, and no topology of endpoints on a switch";
  throw new UsageError(`"${scenario.name}" cannot be drawn: ${why}`, { mend: "what it asks: macvlab list" });
}

/** Of a scenario that has both, checks are drawn where the filter is about them alone. */
function matchesCell({ name, cells }: Scenario, filter: RegExp | undefined): boolean {
  return cells !== undefined && cellsOf(cells).some((cell) => filter?.test(`${name} ${cellName(cell)}`));
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

function cellsDrawing(scenario: Scenario, cells: readonly AnyCell[], place: DrawnPlace = {}): Drawing {
  const { topology, pairs, stacks } = arrangementOf(scenario, cells);
  const [only, ...others] = [...pairs.values()] as [Pair, ...Pair[]];
  const used = new Set(
    [...pairs.values()].flatMap(({ source, destination }) => [lowerName(source), lowerName(destination)]),
  );
  const relays = new Set(cells.map(({ reflectiveRelay }) => reflectiveRelay));
  const drawn = { ...topology, lowers: topology.lowers.filter(({ name }) => used.has(name)) };
  const { lowers, places } = inGuests(drawn, place);
  const cards = scenario.guests ? cardsOf(topology, [...pairs.values()]) : undefined;
  const notes = [
    ...(stacks ? [STACKS, ...(scenario.engine ? [] : [GUESTS])] : []),
    ...(cards ? [CARDS] : []),
    ...(places ? ["Every cable joins a network card of one guest to one of the switch's."] : []),
  ];
  return {
    topology: { ...drawn, lowers },
    options: {
      title: cells.length === 1 ? `${scenario.name} ${cellName(cells[0] as AnyCell)}` : scenario.name,
      relay: relays.size > 1 ? "off and on" : relays.has(true) ? "on" : "off",
      ...(others.length === 0 ? { source: only.source, destination: only.destination } : {}),
      ...(notes.length > 0 ? { notes } : {}),
      ...(cards ? { within: cards } : {}),
      ...(place.lower ? { wiring: wiringOf(drawn) } : {}),
      ...(places ? { places, lowerKind: "network card" } : {}),
      ...(cells.some((cell) => "route" in cell && cell.route) ? { further: [ROUTER] } : {}),
    },
  };
}

function cardsOf(topology: PlacedTopology, pairs: readonly Pair[]): Map<string, string> {
  return guestsOf(seatsOf([{ topology, pairs, vhost: false }], []));
}

/** Which guest has which lower device is the cabling's to say; those of one guest stand side by side. */
function inGuests(topology: Topology, { hypervisors, switchKernel }: DrawnPlace) {
  if (hypervisors === undefined) return { lowers: topology.lowers, places: undefined };
  const cables = cablesOfGuests(hypervisors);
  const guestOf = new Map([...plugIn([topology], cables)].map(([name, cable]) => [name, cables[cable]?.guest ?? 0]));
  const label = (guest: number) => (hypervisors === 1 ? "guest under test" : `guest ${guest + 1} under test`);
  const lowers = [...topology.lowers].sort((a, b) => (guestOf.get(a.name) ?? 0) - (guestOf.get(b.name) ?? 0));
  const own = new Map([...guestOf].map(([name, guest]) => [name, label(guest)]));
  const at = `guest of the switch${switchKernel === undefined ? "" : `, ${switchKernel}`}`;
  return { lowers, places: { lowers: own, switch: at } };
}

const STACKS = "Each endpoint, lower host, external host and router has an IP stack in a network namespace of its own.";
const GUESTS = "A macvtap's stack is on a tap behind its character device, as a guest's is.";

function arrangementOf(scenario: Scenario, cells: readonly AnyCell[]) {
  if (!scenario.conversations) {
    const { topologies, pairs } = denseArrangement(cells, true);
    return { topology: topologies[0] as PlacedTopology, pairs, stacks: false };
  }
  const { topology, pairs } = talkingPlace(scenario, cells.filter(isConversation));
  return { topology, pairs, stacks: true };
}

function lowerName(node: Node): string | undefined {
  if (node.kind === "external-host") return undefined;
  return node.kind === "lower-host" ? node.lower.name : node.endpoint.lower;
}
