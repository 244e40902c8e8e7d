/** Which cells a part of a claim is about, and whether one bears it out: by what was observed, never by what was expected. */
import type { CellSelection, PartySelection, Seen } from "../lab/model/claim.ts";
import type { CellResult, Observed } from "../lab/model/results.ts";
import { WORDS, type Words } from "./aspect-text.ts";
import { groupBy } from "./group.ts";
import type { ResultParty } from "./party.ts";
import { isOneWay, isTalk } from "./traffic-text.ts";

const SCENARIOS = {
  frames: "pairings",
  talks: "conversations",
  guests: "guest-nics",
  engine: "containers",
} as const;

/** The scenario a selection's cells are asked by. */
export function scenarioOf({ traffic, guests, engine }: CellSelection): string {
  if (guests) return SCENARIOS.guests;
  if (engine) return SCENARIOS.engine;
  return traffic.some((one) => isTalk({ traffic: one })) ? SCENARIOS.talks : SCENARIOS.frames;
}

/** Cells in groups that differ in their ends alone, in the order they come in. */
export function blocksOf(cells: readonly CellResult[]): CellResult[][] {
  const key = ({ scenario, lower, placement, reflectiveRelay, traffic, neighbours, route }: CellResult) =>
    `${scenario}|${lower}|${placement}|${reflectiveRelay}|${traffic}|${neighbours}|${route}`;
  return [...groupBy(cells, key).values()];
}

/** @param blocks looked through a block at a time: selections are many, and most are about few of them. */
export function selectCells(
  blocks: readonly (readonly CellResult[])[],
  selections: readonly CellSelection[],
): CellResult[] {
  return blocks.flatMap((block) => {
    const [first] = block;
    const own = first ? selections.filter((selection) => isAbout(first, selection)) : [];
    return own.length === 0 ? [] : block.filter((cell) => own.some((selection) => isBetween(cell, selection)));
  });
}

/** Whether a selection is about cells of this placement, relay state and traffic, whatever their ends. */
function isAbout(cell: CellResult, selection: CellSelection): boolean {
  const { traffic, placements, relay } = selection;
  return (
    cell.lower === undefined &&
    traffic.includes(cell.traffic) &&
    cell.scenario === scenarioOf(selection.guests || selection.engine ? selection : { traffic: [cell.traffic] }) &&
    (placements?.includes(cell.placement) ?? true) &&
    (relay === undefined || relay === cell.reflectiveRelay) &&
    isHeldSo(cell, selection)
  );
}

function isBetween({ source, destination }: CellResult, { from, to, modes }: CellSelection): boolean {
  return (
    isParty(source, from) &&
    isParty(destination, to) &&
    (modes === undefined || (modes === "same") === (source.mode === destination.mode))
  );
}

function isHeldSo(cell: CellResult, { neighbours, route }: CellSelection): boolean {
  const [told, way] = [cell.neighbours ?? "asked", cell.route ?? "direct"];
  return (neighbours === undefined || neighbours === told) && (route === undefined || route === way);
}

function isParty(party: ResultParty, selection: PartySelection | undefined): boolean {
  if (selection === undefined) return true;
  const { kinds, modes, list } = selection;
  return (
    (kinds?.includes(party.kind) ?? true) &&
    (modes === undefined || (party.mode !== undefined && modes.includes(party.mode))) &&
    (list === undefined || party.sourceList === undefined || party.sourceList === list)
  );
}

/** Undefined where the observation does not say. A conversation came to its end: answered, or heard where nothing answers. */
export function isReached(cell: Pick<CellResult, "traffic" | "observed">): boolean | undefined {
  const { copies, outcome } = cell.observed;
  if (outcome === undefined) return copies === undefined ? undefined : copies > 0;
  return outcome === "answered" || (outcome === "heard" && isOneWay(cell));
}

const ASPECTS = ["copies", "echo", "wire"] as const;

export function bearsOut(cell: CellResult, seen: Seen): boolean {
  const { observed } = cell;
  if (seen.error !== observed.error) return false;
  if (seen.reached !== undefined && seen.reached !== isReached(cell)) return false;
  if (seen.outcome !== undefined && !(observed.outcome && seen.outcome.includes(observed.outcome))) return false;
  return ASPECTS.every((aspect) => isAmount(observed[aspect], seen[aspect]));
}

function isAmount(count: number | undefined, wanted: Seen["copies"]): boolean {
  if (wanted === undefined) return true;
  if (count === undefined || typeof wanted === "number") return count === wanted;
  return count > 0 === (wanted === "some");
}

/** What was observed where that bears a part on something out, or does not: `not reached`, `1 on the wire`. */
export function observedWords({ traffic, observed }: CellResult, seen: Seen): string {
  if (observed.error !== undefined) return WORDS.error(observed) ?? "";
  const words: readonly (Words | undefined)[] = [
    seen.error === undefined ? undefined : WORDS.error,
    seen.reached === undefined && seen.outcome === undefined ? undefined : (counts) => reachedWords(traffic, counts),
    ...ASPECTS.map((aspect) => (seen[aspect] === undefined ? undefined : WORDS[aspect])),
  ];
  return words.flatMap((say) => say?.(observed) ?? []).join(", ");
}

function reachedWords(traffic: CellResult["traffic"], observed: Observed): string | undefined {
  const { outcome, copies } = observed;
  if (outcome === "heard" && !isOneWay({ traffic })) return "heard and not answered";
  if (outcome !== undefined) return WORDS.outcome(observed);
  return copies === undefined ? undefined : copies > 0 ? "reached" : "not reached";
}
