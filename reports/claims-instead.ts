/** Cells of a question, said with where they lie as far as the question leaves that open: `broadcast: private -> vepa`. */
import type { CellResult } from "../lab/model/results.ts";
import { type CellSet, cellSets, whereText } from "./cell-text.ts";
import { groupBy } from "./group.ts";

/** Places that are spelled out. */
const SETS = 4;

/** @param asked all cells of the question. */
export function placesOf(cells: readonly CellResult[], asked: readonly CellResult[]): string[] {
  const whole = extentOf(asked);
  const open = (own: readonly string[], all: ReadonlySet<string>) => (own.length === all.size ? [] : own);
  return cellSets(cells.map(apart)).map(({ lowers, relay, traffic, pairs }) => {
    const where = whereText({
      lowers: open(lowers, whole.lowers),
      relay: open(relay, whole.relay),
      traffic: open(traffic, whole.traffic),
    });
    return where === "" ? pairs : `${where}: ${pairs}`;
  });
}

/** `not reached (broadcast: private -> vepa; ...)`, by what was observed. */
export function insteadOf(
  cells: readonly CellResult[],
  asked: readonly CellResult[],
  wordsOf: (cell: CellResult) => string,
): string[] {
  return [...groupBy(cells, wordsOf)].map(([words, own]) => {
    const places = placesOf(own, asked);
    const more = places.length > SETS ? [`${places.length - SETS} more`] : [];
    return `${words} (${[...places.slice(0, SETS), ...more].join("; ")})`;
  });
}

/** The kernel is said elsewhere. */
const apart = (cell: CellResult): CellResult => ({ ...cell, kernel: "" });

function extentOf(asked: readonly CellResult[]): Record<"lowers" | "relay" | "traffic", Set<string>> {
  const all = (field: keyof Pick<CellSet, "lowers" | "relay" | "traffic">) =>
    new Set(cellSets(asked.map(apart)).flatMap((set) => set[field]));
  return { lowers: all("lowers"), relay: all("relay"), traffic: all("traffic") };
}
