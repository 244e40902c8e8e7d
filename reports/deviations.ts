/**
 * Everything that is not as expected, or could not be judged: mismatches first. What deviates in the same way is one
 * entry with an example, so that one broken rule does not bury the others under its hundred cells.
 */
import type { CellResult, CheckResult, Evidence, Results } from "../lab/model/results.ts";
import { type CellSet, cellSets, countsText } from "./cell-text.ts";
import { groupBy } from "./group.ts";

/** Entries a report spells out; the others are counted. */
export const LISTED = 40;

export interface Deviation {
  readonly verdict: "mismatch" | "inconclusive";
  /** How many cells (or kernels, for a check) deviate this way. */
  readonly count: number;
  readonly kernels: readonly string[];
  /** Where, for cells; a check has its `title` instead. */
  readonly sets: readonly CellSet[];
  readonly title: string | undefined;
  /** Id of the first cell or check; what follows is about that one. */
  readonly example: string;
  readonly expected: string;
  readonly observed: string;
  readonly rule: string;
  readonly reason: string | undefined;
  readonly evidence: readonly Evidence[];
}

export function deviations(results: Results): Deviation[] {
  const cells = groupBy(results.cells.filter(deviates), cellPattern);
  const checks = groupBy(results.checks.filter(deviates), checkPattern);
  const all = [...[...checks.values()].map(ofChecks), ...[...cells.values()].map(ofCells)];
  return all.sort((a, b) => rank(a) - rank(b));
}

const rank = (deviation: Deviation) => (deviation.verdict === "mismatch" ? 0 : 1);

function deviates(item: CellResult | CheckResult): boolean {
  return item.verdict === "mismatch" || item.verdict === "inconclusive";
}

/** Inconclusive cells with one reason belong together whatever was expected of them. */
function cellPattern(cell: CellResult): string {
  if (cell.verdict === "inconclusive") return `${cell.verdict}|${cell.reason}`;
  return [cell.verdict, cell.reason, countsText(cell.expected), countsText(cell.observed)].join("|");
}

function checkPattern(check: CheckResult): string {
  return [check.scenario, check.id, check.verdict, check.reason, check.expected, check.observed].join("|");
}

function ofCells(group: readonly CellResult[]): Deviation {
  const [first] = group as [CellResult];
  return {
    ...common(group),
    sets: cellSets(group),
    title: undefined,
    expected: countsText(first.expected),
    observed: countsText(first.observed),
    rule: `${first.expected.by}: ${first.expected.rule}`,
  };
}

function ofChecks(group: readonly CheckResult[]): Deviation {
  const [first] = group as [CheckResult];
  const title = `${first.id}: ${first.text}`;
  return { ...common(group), sets: [], title, expected: first.expected, observed: first.observed, rule: first.rule };
}

function common(group: readonly (CellResult | CheckResult)[]) {
  const [first] = group as [CellResult | CheckResult];
  return {
    verdict: first.verdict as Deviation["verdict"],
    count: group.length,
    kernels: [...new Set(group.map((item) => item.kernel))],
    example: first.id,
    reason: first.reason,
    evidence: first.evidence,
  };
}

/** `captures/a.pcapng`, `interface lower0, frames 12, 13, control 40`: where to look in Wireshark. */
export function framesText({ interface: name, frames, control }: Evidence): string {
  const list = (word: string, numbers: readonly number[]) =>
    numbers.length === 0 ? [] : [`${numbers.length === 1 ? word : `${word}s`} ${numbers.join(", ")}`];
  return [`interface ${name}`, ...list("frame", frames), ...list("control frame", control)].join(", ");
}

/** The same of several interfaces, by the capture they are in. */
export function framesByCapture(evidence: readonly Evidence[]): [capture: string, frames: string][] {
  const captures = groupBy(evidence, ({ capture }) => capture);
  return [...captures].map(([capture, own]) => [capture, own.map(framesText).join("; ")]);
}
