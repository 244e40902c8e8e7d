/** Cells of a question, said with where they lie as far as the question leaves that open: `broadcast: private -> vepa`. */
import type { CellResult } from "../lab/model/results.ts";
import { type CellSet, cellSets, lowersText, relayText, whereText } from "./cell-text.ts";
import { groupBy } from "./group.ts";
import { trafficText } from "./traffic-text.ts";

/** Places that are spelled out. */
const SETS = 4;

/** The values cells of a question take, of what says where they lie. */
type Extent = Readonly<Record<keyof Pick<CellSet, "lowers" | "relay" | "traffic">, ReadonlySet<string>>>;

/** @param asked all cells of the question. */
export function placesOf(cells: readonly CellResult[], asked: readonly CellResult[]): string[] {
  return placesWithin(cells, extentOf(asked));
}

/** `not reached (broadcast: private -> vepa; ...)`, by what was observed. */
export function insteadOf(
  cells: readonly CellResult[],
  asked: readonly CellResult[],
  wordsOf: (cell: CellResult) => string,
): string[] {
  if (cells.length === 0) return [];
  const whole = extentOf(asked);
  return [...groupBy(cells, wordsOf)].map(([words, own]) => {
    const places = placesWithin(own, whole);
    const more = places.length > SETS ? [`${places.length - SETS} more`] : [];
    return `${words} (${[...places.slice(0, SETS), ...more].join("; ")})`;
  });
}

function placesWithin(cells: readonly CellResult[], whole: Extent): string[] {
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

/** The kernel is said elsewhere. */
const apart = (cell: CellResult): CellResult => ({ ...cell, kernel: "" });

function extentOf(asked: readonly CellResult[]): Extent {
  return {
    lowers: new Set(asked.map(lowersText)),
    relay: new Set(asked.map(relayText)),
    traffic: new Set(asked.map(trafficText)),
  };
}
