/** What of a kernel's work can be asked alone, and the work that asks only some of it. */
import {
  type AnyCell,
  type Cell,
  cellName,
  excludesEachOther,
  isConversation,
  isFrameCell,
  partyName,
} from "../model/cell.ts";
import type { CheckSpec, CheckStep } from "../model/scenario.ts";
import type { Party } from "../model/vocabulary.ts";
import { PART, type Unit } from "./narrowing.ts";

/** What of one scenario is asked of a kernel. */
export interface Selection {
  readonly scenario: string;
  readonly cells: readonly AnyCell[];
  readonly checks: readonly CheckSpec[];
  /** Every macvtap is the network card of a guest. */
  readonly guests?: true;
}

/** Cells that one frame decides together, all conversations of two in one state of the relay, or one check. */
export interface Work extends Unit {
  readonly scenario: string;
  readonly cells: readonly AnyCell[];
  readonly check?: CheckSpec;
}

const FAMILIES = ["cells", "refusals", "conversations", "checks"] as const;

/** In the order the runner asks. */
export function workOf(selections: readonly Selection[]): Work[] {
  const work = selections.flatMap((selection) => [
    ...cellWork(selection),
    ...conversationWork(selection),
    ...checkWork(selection),
  ]);
  return FAMILIES.flatMap((family) => work.filter((unit) => unit.family === family));
}

/** The selections that ask these units and nothing else. */
export function selectionsOf(units: readonly Work[], whole: readonly Selection[]): Selection[] {
  return whole.map(({ scenario, cells, checks }) => {
    const own = units.filter((unit) => unit.scenario === scenario);
    const [wanted, asked] = [new Set(own.flatMap((unit) => unit.cells)), new Set(own.map(({ check }) => check))];
    return {
      scenario,
      cells: cells.filter((cell) => wanted.has(cell)),
      checks: checks.filter((check) => asked.has(check)),
    };
  });
}

/** Whether an endpoint of this kind and mode is at either end of one of the unit's cells. */
export function endpointTrait({ kind, mode }: Pick<Party, "kind" | "mode">): Readonly<Record<string, string>> {
  return { [`has ${kind}/${mode}`]: PART };
}

function cellWork({ scenario, cells }: Selection): Work[] {
  const groups = groupBy(cells.filter(isFrameCell), frameName);
  const work = groups.map((group) => ({
    id: `${scenario} ${cellName(group[0] as Cell)}`,
    family: excludesEachOther(group[0] as Cell) ? "refusals" : "cells",
    scenario,
    cells: group,
    ...(excludesEachOther(group[0] as Cell) ? { traits: refusalTraits(group) } : frameTraits(group)),
  }));
  const rank = ({ cells: [cell] }: Work) => Number(cell?.reflectiveRelay);
  return work.sort((a, b) => rank(a) - rank(b));
}

function conversationWork({ scenario, cells }: Selection): Work[] {
  const pairOf = ({ placement, reflectiveRelay, source, destination }: AnyCell) =>
    `${placement} relay-${reflectiveRelay ? "on" : "off"} ${partyName(source)}>${partyName(destination)}`;
  return groupBy(cells.filter(isConversation), pairOf).map((group) => ({
    id: `${scenario} ${pairOf(group[0] as AnyCell)}`,
    family: "conversations",
    scenario,
    cells: group,
    traits: pairTraits(group[0] as AnyCell),
  }));
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one)) ?? [];
    groups.set(keyOf(one), group);
    group.push(one);
  }
  return [...groups.values()];
}

/** Everything but unicast goes to all: one frame serves all cells of its sender. A refusal is asked once a pair. */
function frameName(cell: Cell): string {
  const { placement, source, destination, traffic, reflectiveRelay } = cell;
  const pair = `${placement} ${partyName(source)}>${partyName(destination)}`;
  if (excludesEachOther(cell)) return pair;
  const hostsOwn = placement === "lower-host-to-endpoint" && destination.mode === "passthru";
  const from = traffic === "unicast" || hostsOwn ? pair : partyName(source);
  return `${from} ${traffic} ${reflectiveRelay}`;
}

/** The fences that follow a frame are those of its relay state. */
function frameTraits(cells: readonly Cell[]): Pick<Work, "traits" | "control"> {
  const traits = traitsOf(cells);
  return { traits, control: { "reflective relay": traits["reflective relay"] as string } };
}

/** Two endpoints, whatever is sent between them. */
function refusalTraits(cells: readonly Cell[]): Record<string, string> {
  const { traffic: _, group: __, "reflective relay": ___, ...traits } = traitsOf(cells.slice(0, 1));
  return traits;
}

function traitsOf(cells: readonly Cell[]): Record<string, string> {
  const [first] = cells as [Cell];
  const { traffic } = first;
  return {
    traffic,
    group: String(traffic !== "unicast" && traffic !== "unknown-unicast"),
    ...(cells.length > 1 ? endTraits(first, [first.source]) : pairTraits(first)),
  };
}

/** Of what is about one pair alone. */
function pairTraits(cell: AnyCell): Record<string, string> {
  const { placement, source, destination } = cell;
  return { placement, receiver: partyName(destination), ...endTraits(cell, [source, destination]) };
}

function endTraits({ reflectiveRelay, source }: AnyCell, ends: readonly Party[]): Record<string, string> {
  return {
    "reflective relay": reflectiveRelay ? "on" : "off",
    sender: partyName(source),
    "sender's kind": source.kind,
    ...(source.mode ? { "sender's mode": source.mode } : {}),
    ...Object.assign({}, ...ends.filter(({ mode }) => mode).map(endpointTrait)),
  };
}

function checkWork({ scenario, checks }: Selection): Work[] {
  return checks.map((check) => ({
    id: `${scenario} ${check.id}`,
    family: "checks",
    scenario,
    cells: [],
    check,
    traits: Object.assign({ look: check.look.look }, ...check.steps.map(stepTrait)),
  }));
}

function stepTrait(step: CheckStep): Readonly<Record<string, string>> {
  if (step.do === "set-mode") return { "changes a mode": PART };
  if (step.do !== "add") return {};
  const { kind, mode, sources } = step.request;
  return { ...endpointTrait({ kind, ...(mode ? { mode } : {}) }), ...(sources ? { "has a source list": PART } : {}) };
}
