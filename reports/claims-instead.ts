/** Cells that were observed in one way, said with where they lie: `not reached: one lower device, relay on, ...`. */
import type { CellResult } from "../lab/model/results.ts";
import { cellSets } from "./cell-text.ts";
import { groupBy } from "./group.ts";

/** Places that are spelled out. */
const SETS = 4;

export function insteadOf(cells: readonly CellResult[], wordsOf: (cell: CellResult) => string): string[] {
  return [...groupBy(cells, wordsOf)].map(([words, own]) => {
    const sets = cellSets(own.map((cell) => ({ ...cell, kernel: "" })));
    const places = sets.slice(0, SETS).map(({ where, pairs }) => `${where}: ${pairs}`);
    const more = sets.length > SETS ? [`${sets.length - SETS} more`] : [];
    return `${words} (${[...places, ...more].join("; ")})`;
  });
}
