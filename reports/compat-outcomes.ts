/** The answers of several kernels side by side: one list per question, a place per kernel, oldest first. */
import { type Answer, meaningOf } from "../lab/compare/run.ts";
import type { CellResult } from "../lab/model/results.ts";
import type { Traffic } from "../lab/model/vocabulary.ts";
import { type CellSet, cellSets } from "./cell-text.ts";
import { type Explanation, explain, type Vocabulary } from "./explanation.ts";
import { cellCode } from "./glyph.ts";
import { groupBy } from "./group.ts";

/** One question; undefined where a kernel was not asked. */
export type Line<T extends Answer> = readonly (T | undefined)[];

/** @param kernels ids in the order of the places. */
export function linesOf<T extends Answer>(answers: readonly T[], kernels: readonly string[]): Line<T>[] {
  return [...groupBy(answers, meaningOf).values()].map((group) => {
    const own = new Map(group.map((answer) => [answer.kernel, answer]));
    return kernels.map((id) => own.get(id));
  });
}

/** Some answer of the line: they are all about one thing. */
export function anyOf<T extends Answer>(line: Line<T>): T {
  return line.find((answer) => answer !== undefined) as T;
}

/** A change between two kernels, places of the line. Those in between could not tell. */
export interface Boundary {
  readonly from: number;
  readonly to: number;
  readonly rules: Explanation;
}

/** @param texts what is compared, by place; undefined says nothing. */
export function boundariesOf<T extends Answer>(
  line: Line<T>,
  texts: readonly (string | undefined)[],
  known: Vocabulary,
): Boundary[] {
  const told = texts.flatMap((text, place) => (text === undefined ? [] : [place]));
  return told.slice(1).flatMap((to, index): Boundary[] => {
    const from = told[index] as number;
    return texts[from] === texts[to]
      ? []
      : [{ from, to, rules: explain(line[from], line[to], { before: known, after: known }) }];
  });
}

const USUAL: Readonly<Record<Traffic, string>> = {
  unicast: "host",
  "unknown-unicast": "host",
  broadcast: "broadcast",
  "multicast-joined": "multicast",
  "multicast-not-joined": "multicast",
};

/** The glyph of a matrix, with the packet type of the copies where it is not the one everybody would expect. */
export function outcomeCode(cell: CellResult): string {
  const { as = [], copies = 0 } = cell.observed;
  const usual = copies === 0 || as.length === 0 || as.join() === USUAL[cell.traffic as Traffic];
  const isTold = cell.verdict !== "inconclusive";
  return `${cellCode(cell)}${usual || !isTold ? "" : ` ${as.join("+")}`}`;
}

/** The glyph of one kernel's place; empty where it was not asked. */
export function codeAt(cell: CellResult | undefined): string {
  return cell === undefined ? "" : outcomeCode(cell);
}

/** Whether two kernels certainly behaved differently. */
export function differs(codes: readonly string[]): boolean {
  const told = codes.filter((code) => code !== "" && !code.endsWith("?")).map((code) => code.replace(/^!/, ""));
  return new Set(told).size > 1;
}

export function isTold(answer: Answer | undefined): answer is Answer {
  return answer !== undefined && answer.verdict !== "inconclusive";
}

/** Cells of any kernel stand for the same cells of all. */
export function setsOf(lines: readonly Line<CellResult>[]): CellSet[] {
  return cellSets(lines.map((line) => ({ ...anyOf(line), kernel: "" })));
}
