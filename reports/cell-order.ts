/** One order of cells, by their meaning alone: what is folded over cells then never depends on where they came from. */
import type { CellResult } from "../lab/model/results.ts";
import { LOWER_KINDS, PLACEMENTS } from "../lab/model/vocabulary.ts";
import { compareParties } from "./party.ts";
import { compareTraffic } from "./traffic-text.ts";

export function compareCells(a: CellResult, b: CellResult): number {
  const rank = (values: readonly string[], value: string) => values.indexOf(value);
  return (
    compareTexts(a.scenario, b.scenario) ||
    rank(LOWER_KINDS, a.lower ?? "veth") - rank(LOWER_KINDS, b.lower ?? "veth") ||
    rank(PLACEMENTS, a.placement) - rank(PLACEMENTS, b.placement) ||
    Number(a.reflectiveRelay) - Number(b.reflectiveRelay) ||
    compareTraffic(a, b) ||
    compareParties(a.source, b.source) ||
    compareParties(a.destination, b.destination)
  );
}

/** By character code: no locale has a say. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
