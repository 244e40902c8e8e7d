/** Checks folded over kernels: what was asked, and which kernels answered what. */
import type { CheckResult, Results } from "../lab/model/results.ts";
import type { Verdict } from "../lab/model/vocabulary.ts";
import { groupBy } from "./group.ts";

export interface Answer {
  readonly verdict: Verdict;
  readonly expected: string;
  readonly observed: string;
  readonly reason: string | undefined;
  readonly kernels: readonly string[];
}

export interface FoldedCheck {
  readonly scenario: string;
  readonly id: string;
  readonly claim: string | undefined;
  readonly text: string;
  readonly answers: readonly Answer[];
}

export function foldChecks(results: Results): FoldedCheck[] {
  const checks = groupBy(results.checks, (check) => `${check.scenario}|${check.id}`);
  return [...checks.values()].map((group) => {
    const { scenario, id, claim, text } = group[0] as CheckResult;
    const alike = groupBy(group, (check) => [check.verdict, check.expected, check.observed, check.reason].join("|"));
    return { scenario, id, claim, text, answers: [...alike.values()].map(answer) };
  });
}

function answer(group: readonly CheckResult[]): Answer {
  const { verdict, expected, observed, reason } = group[0] as CheckResult;
  return { verdict, expected, observed, reason, kernels: group.map((check) => check.kernel) };
}
