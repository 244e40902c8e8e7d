/** Answers to open questions about pairs, read off the results: who reaches whom with which relay. */
import { meaningOf } from "../lab/compare/run.ts";
import type { CellResult } from "../lab/model/results.ts";
import type { AnswerLine } from "./claims-finding.ts";
import { placesOf } from "./claims-instead.ts";
import { isReached } from "./claims-select.ts";
import { groupBy } from "./group.ts";

/** Whether a pair is reached without and with reflective relay; undefined where that was not asked or not told. */
interface Way {
  readonly off: boolean | undefined;
  readonly on: boolean | undefined;
}

const ORDER = [
  "with and without reflective relay",
  "without reflective relay only",
  "with reflective relay only",
  "never",
] as const;

/** The outcome of what nothing can be said about. */
export const UNTOLD = "could not be told";

function wayText({ off, on }: Way): string {
  if (off !== undefined && on !== undefined) return ORDER[off ? (on ? 0 : 1) : on ? 2 : 3];
  const [relay, other, reached] =
    on === undefined ? (["without", "with", off] as const) : (["with", "without", on] as const);
  if (reached === undefined) return UNTOLD;
  return `${reached ? "reached" : "not reached"} ${relay} reflective relay; ${other} it not told`;
}

/** Pairs by how they are reached, each way on its own; pairs of both kinds of endpoint are said once. */
export function wayLines(cells: readonly CellResult[]): AnswerLine[] {
  const pairs = [...groupBy(cells, (cell) => meaningOf({ ...cell, reflectiveRelay: false })).values()];
  const ways = groupBy(pairs, (pair) => wayText(wayOf(pair)));
  const asked = pairs.flatMap(withoutRelay);
  const lines = [...ways].map(([outcome, own]) => ({ outcome, where: placesOf(own.flatMap(withoutRelay), asked) }));
  const rank = ({ outcome }: AnswerLine) => (ORDER as readonly string[]).indexOf(outcome) >>> 0;
  return lines.sort((a, b) => rank(a) - rank(b));
}

/** One cell for the two of a pair. */
function withoutRelay([cell]: readonly CellResult[]): CellResult[] {
  return cell ? [{ ...cell, reflectiveRelay: false }] : [];
}

function wayOf(pair: readonly CellResult[]): Way {
  const told = (relay: boolean) => {
    const cell = pair.find(({ reflectiveRelay }) => reflectiveRelay === relay);
    if (cell === undefined || cell.verdict === "inconclusive" || cell.observed.error !== undefined) return undefined;
    return isReached(cell);
  };
  return { off: told(false), on: told(true) };
}
