/**
 * An earlier run as the expectation of a later one. What it has no entry for stays judged by the oracle; what could
 * not be told stays inconclusive, whatever was expected: the evidence is no better for it. Pure.
 */
import type { CellResult, CheckResult, Expected, Observed, Results } from "../model/results.ts";
import { judgeCheck } from "../verdict/check.ts";
import { differenceOf } from "../verdict/judge.ts";
import { observationOf } from "./aspects.ts";
import { pairKernels } from "./changes.ts";
import { type Answer, generationOf, isCell, meaningOf, type Run } from "./run.ts";

export interface BaselineRun {
  /** Its name as the user typed it. */
  readonly file: string;
  readonly run: Run;
}

export function applyBaseline(results: Results, { file, run }: BaselineRun): Results {
  const entryOf = findEntries(results.kernels, run);
  const judged = [...results.cells, ...results.checks].filter((answer) => entryOf(answer) !== undefined).length;
  const others = results.cells.length + results.checks.length - judged;
  const baseline = { file, judged, others };
  return { ...results, run: { ...results.run, baseline }, ...judgeAgain(results, results.kernels, run) };
}

interface Answers {
  readonly cells: readonly CellResult[];
  readonly checks: readonly CheckResult[];
}

/** @param kernels all of the run: which one an answer's kernel is held against depends on them. */
export function judgeAgain(
  { cells, checks }: Answers,
  kernels: Run["kernels"],
  run: Run,
): Pick<Results, "cells" | "checks"> {
  const entryOf = findEntries(kernels, run);
  return {
    cells: cells.map((cell) => {
      const entry = entryOf(cell);
      return entry && isCell(entry) ? rejudgeCell(cell, entry) : cell;
    }),
    checks: checks.map((check) => {
      const entry = entryOf(check);
      return entry && !isCell(entry) ? rejudgeCheck(check, entry) : check;
    }),
  };
}

/** What has to be said about the kernels: which were held against another kernel, or against none. */
export function kernelNotes(results: Results, { file, run }: BaselineRun): string[] {
  const pairs = pairKernels(run, results);
  return results.kernels.flatMap(({ id, version }) => {
    const before = pairs.find((pair) => pair.after.id === id)?.before;
    if (!before) return [`${id} is not in the baseline "${file}": the oracle judges it`];
    const [then, now] = [generationOf(before.version), generationOf(version)];
    if (before.id !== id) return [`${id} is held against ${before.id}, the one kernel of the baseline "${file}"`];
    return then === now || now === ""
      ? []
      : [`${id} is ${now} now and was ${then || "unknown"} in the baseline "${file}"`];
  });
}

/** What the baseline could not tell itself is no expectation. */
function findEntries(after: Run["kernels"], run: Run): (answer: Answer) => Answer | undefined {
  const pairs = pairKernels(run, { kernels: after, cells: [], checks: [] });
  const kernels = new Map(pairs.map((pair) => [pair.after.id, pair.before.id]));
  const known = [...run.cells, ...run.checks].filter(({ verdict }) => verdict !== "inconclusive");
  const entries = new Map(known.map((answer) => [`${answer.kernel}\n${meaningOf(answer)}`, answer]));
  return (answer) => entries.get(`${kernels.get(answer.kernel)}\n${meaningOf(answer)}`);
}

function rejudgeCell(cell: CellResult, entry: CellResult): CellResult {
  const wanted = observationOf(entry.observed);
  const agrees = differenceBetween(cell.expected, wanted) === undefined;
  const expected: Expected = { ...wanted, by: "baseline", rule: ruleFor(cell.expected.rule, agrees) };
  const { reason: _, ...rest } = cell;
  if (cell.verdict === "inconclusive") return { ...cell, expected };
  const difference = differenceBetween(expected, cell.observed);
  if (difference !== undefined) return { ...rest, expected, verdict: "mismatch", reason: difference };
  if (expected.error === undefined) return { ...rest, expected, verdict: "match" };
  return { ...rest, expected, verdict: "unsupported", reason: `refused as in the baseline: ${expected.error}` };
}

function rejudgeCheck(check: CheckResult, entry: CheckResult): CheckResult {
  const { reason: _, extrapolated: __, ...rest } = check;
  const rule = ruleFor(check.rule, check.expected === entry.observed);
  const judged = { ...rest, expected: entry.observed, by: "baseline", rule } as const;
  if (check.verdict === "inconclusive") return { ...judged, reason: check.reason };
  return { ...judged, ...judgeCheck(entry.observed, check.observed) };
}

/** In words, or undefined. Of what was only seen not to be refused, no more is expected. */
function differenceBetween(expected: Omit<Expected, "by" | "rule">, observed: Observed): string | undefined {
  if (expected.error === observed.error) {
    const [wanted, got] = [expected.outcome, observed.outcome];
    if (wanted !== undefined && wanted !== got) return `expected ${wanted}, observed ${got ?? "nothing"}`;
    return differenceOf({ ...expected, by: "baseline", rule: "" }, observed);
  }
  const at = observed.at === undefined ? "" : ` at "${observed.at}"`;
  return `expected ${expected.error ?? "success"}, observed ${observed.error ?? "success"}${at}`;
}

function ruleFor(rule: string, agrees: boolean): string {
  return agrees ? rule : `it was so before, though the oracle expects otherwise; ${rule}`;
}
