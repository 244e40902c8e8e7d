/** Checks as lines of a table, those that differ between kernels first. */
import type { CheckResult } from "../lab/model/results.ts";
import { anyOf, type Boundary, boundariesOf, isTold, type Line } from "./compat-outcomes.ts";
import { sharedSentences, type Vocabulary } from "./explanation.ts";

export interface CompatCheck {
  readonly scenario: string;
  readonly id: string;
  readonly text: string;
  readonly outcomes: readonly string[];
  readonly boundaries: readonly Boundary[];
  readonly rules: readonly string[];
}

export function compatChecks(lines: readonly Line<CheckResult>[], known: Vocabulary): CompatCheck[] {
  const checks = lines.map((line): CompatCheck => {
    const { scenario, id, text } = anyOf(line);
    const plain = line.map((check) => (check && isTold(check) ? check.observed : undefined));
    const outcomes = line.map((check) => (check === undefined ? "" : isTold(check) ? checkText(check) : "?"));
    const shared = line.flatMap((check) => (check ? sharedSentences([check]) : []));
    return { scenario, id, text, outcomes, boundaries: boundariesOf(line, plain, known), rules: [...new Set(shared)] };
  });
  const rank = ({ boundaries }: CompatCheck) => (boundaries.length > 0 ? 0 : 1);
  return checks.sort((a, b) => rank(a) - rank(b));
}

function checkText({ observed, expected, verdict }: CheckResult): string {
  return `${observed || "nothing"}${verdict === "mismatch" ? ` (expected: ${expected})` : ""}`;
}
