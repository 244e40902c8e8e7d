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

export interface Refused {
  readonly scenario: string;
  readonly count: number;
  readonly one: Answer;
}

/** As many checks of a scenario that are unsupported for one reason are told of together. */
const MANY = 6;

/** All answers but those as expected: what is refused wholesale, and each of the others. */
export function refusedTogether(checks: readonly FoldedCheck[]): {
  readonly together: readonly Refused[];
  readonly others: readonly { readonly check: FoldedCheck; readonly one: Answer }[];
} {
  const all = checks.flatMap((check) =>
    check.answers.filter(({ verdict }) => verdict !== "match").map((one) => ({ check, one })),
  );
  const groups = groupBy(all, ({ check, one }) =>
    [check.scenario, one.verdict, one.observed, one.reason, ...one.kernels].join("|"),
  );
  const isTogether = (group: typeof all) => group.length >= MANY && group[0]?.one.verdict === "unsupported";
  const together = [...groups.values()].filter(isTogether).flatMap((group) => {
    const [first] = group;
    return first ? [{ scenario: first.check.scenario, count: group.length, one: first.one }] : [];
  });
  const told = new Set([...groups.values()].filter(isTogether).flat());
  return { together, others: all.filter((answer) => !told.has(answer)) };
}
