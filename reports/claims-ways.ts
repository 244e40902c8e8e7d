/** Answers to open questions about pairs, read off the results: who reaches whom with which relay. */
import { meaningOf } from "../lab/compare/run.ts";
import type { CellResult } from "../lab/model/results.ts";
import { type AnswerItem, UNTOLD } from "./claims-finding.ts";
import { isReached } from "./claims-select.ts";
import { groupBy } from "./group.ts";

/** Whether a pair is reached without and with reflective relay; undefined where that was not asked or not told. */
interface Way {
  readonly off: boolean | undefined;
  readonly on: boolean | undefined;
}

/** In the order of how far they get. */
export const WAYS = [
  "with and without reflective relay",
  "without reflective relay only",
  "with reflective relay only",
  "never",
] as const;

function wayText({ off, on }: Way): string {
  if (off !== undefined && on !== undefined) return WAYS[off ? (on ? 0 : 1) : on ? 2 : 3];
  const [relay, other, reached] =
    on === undefined ? (["without", "with", off] as const) : (["with", "without", on] as const);
  if (reached === undefined) return UNTOLD;
  return `${reached ? "reached" : "not reached"} ${relay} reflective relay; ${other} it not told`;
}

/** How each pair is reached, each way on its own. */
export function wayItems(cells: readonly CellResult[]): AnswerItem[] {
  return [...groupBy(cells, (cell) => meaningOf({ ...cell, reflectiveRelay: false }))].map(([key, pair]) => {
    const [cell] = pair as [CellResult];
    return { key, about: { ...cell, reflectiveRelay: false }, outcome: wayText(wayOf(pair)) };
  });
}

function wayOf(pair: readonly CellResult[]): Way {
  const told = (relay: boolean) => {
    const cell = pair.find(({ reflectiveRelay }) => reflectiveRelay === relay);
    if (cell === undefined || cell.verdict === "inconclusive" || cell.observed.error !== undefined) return undefined;
    return isReached(cell);
  };
  return { off: told(false), on: told(true) };
}
