/**
 * What differs between kernels, one aspect at a time (a second copy and an echo are two findings), and within it cells
 * grouped by how the kernels differ. Only observations are compared, never what was expected of them.
 */
import { meaningOf } from "../lab/compare/run.ts";
import type { CellResult, CheckResult, Results } from "../lab/model/results.ts";
import { WORDS, type Words, withExpectation } from "./aspect-text.ts";
import { type CellSet, cellSets } from "./cell-text.ts";
import { behaviour, cellCode, isConclusive } from "./glyph.ts";
import { groupBy } from "./group.ts";

/** One behaviour and the kernels that showed it, in the order kernels are shown. */
export interface Outcome {
  readonly text: string;
  readonly kernels: readonly string[];
}

/** Cells that differ in the same way: `count` cells on each kernel. */
export interface CellDifference {
  readonly count: number;
  readonly sets: readonly CellSet[];
  readonly outcomes: readonly Outcome[];
}

export interface CheckDifference {
  readonly check: CheckResult;
  readonly outcomes: readonly Outcome[];
}

export interface Differences {
  /** Cells and checks that at least two kernels answered. */
  readonly compared: number;
  readonly cells: readonly CellDifference[];
  readonly checks: readonly CheckDifference[];
}

const ASPECTS: readonly Words[] = [WORDS.error, WORDS.outcome, WORDS.copies, WORDS.echo, WORDS.wire];

/** @param kernels ids in the order kernels are shown. */
export function kernelDifferences(results: Results, kernels: readonly string[]): Differences {
  const conclusive = results.cells.filter((cell) => isConclusive(cellCode(cell)));
  const answered = results.checks.filter((check) => check.verdict !== "inconclusive");
  const cells = comparable(conclusive, meaningOf, kernels);
  const checks = comparable(answered, (check) => `${check.scenario}|${check.id}`, kernels);
  const differing = cells.filter((alike) => variety(alike, (cell) => behaviour(cellCode(cell))));
  return {
    compared: cells.length + checks.length,
    cells: ASPECTS.flatMap((aspect) => differencesIn(aspect, differing)),
    checks: checks
      .filter((alike) => variety(alike, (check) => check.observed))
      .map((alike) => ({ check: alike[0] as CheckResult, outcomes: outcomesOf(alike, checkText) })),
  };
}

/** Results of one meaning on two kernels or more, each list in the order kernels are shown. */
function comparable<T extends { kernel: string }>(
  items: readonly T[],
  meaning: (item: T) => string,
  kernels: readonly string[],
): T[][] {
  const place = new Map(kernels.map((id, index) => [id, index]));
  const rank = (item: T) => place.get(item.kernel) ?? place.size;
  const groups = [...groupBy(items, meaning).values()].filter((alike) => alike.length > 1);
  return groups.map((alike) => alike.sort((a, b) => rank(a) - rank(b)));
}

function variety<T>(alike: readonly T[], keyOf: (item: T) => unknown): boolean {
  return new Set(alike.map(keyOf)).size > 1;
}

function differencesIn(aspect: Words, cells: readonly CellResult[][]): CellDifference[] {
  const telling = cells.map((alike) => alike.filter((cell) => aspect(cell.observed) !== undefined));
  const differing = telling.filter((alike) => variety(alike, (cell) => aspect(cell.observed)));
  const text = (cell: CellResult) => withExpectation(aspect, cell);
  const patterns = groupBy(differing, (alike) => alike.map((cell) => `${cell.kernel}|${text(cell)}`).join("\n"));
  const described = [...patterns.values()].map((group) => ({
    count: group.length,
    sets: cellSets(group.map((alike) => alike[0] as CellResult)),
    outcomes: outcomesOf(group[0] ?? [], text),
  }));
  return described.sort((a, b) => b.count - a.count);
}

function outcomesOf<T extends { kernel: string }>(alike: readonly T[], textOf: (item: T) => string): Outcome[] {
  const groups = groupBy(alike, textOf);
  return [...groups].map(([text, items]) => ({ text, kernels: items.map((item) => item.kernel) }));
}

function checkText({ observed, expected, verdict }: CheckResult): string {
  return observed + (verdict === "mismatch" ? ` (expected: ${expected})` : "");
}
