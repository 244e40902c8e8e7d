/**
 * A run as the machine formats see it: suites of cases that passed, failed, errored or were skipped. One suite per kernel
 * and scenario, and one per kernel for its health, so that a kernel that died early fails even without a cell.
 */
import type { CellResult, CheckResult, KernelResult, Results } from "../../lab/model/results.ts";
import type { Verdict } from "../../lab/model/vocabulary.ts";
import { countsText } from "../cell-text.ts";
import { framesText } from "../deviations.ts";
import { groupBy } from "../group.ts";
import { findingText } from "../summary.ts";

/** `error`: the lab could not tell, which is never a pass. `skipped`: refused by the kernel, exactly as predicted. */
export type Status = "passed" | "failed" | "error" | "skipped";

const STATUS: Readonly<Record<Verdict, Status>> = {
  match: "passed",
  mismatch: "failed",
  inconclusive: "error",
  unsupported: "skipped",
};

export interface Case {
  /** Within its suite. */
  readonly name: string;
  readonly status: Status;
  /** `mismatch`, `inconclusive`, `unsupported`, or the kernel's health; empty where it passed. */
  readonly kind: string;
  /** One sentence where it did not pass. */
  readonly message: string;
  /** Name and text of what a reader needs beyond that: expected, observed, rule, where to look. */
  readonly facts: readonly (readonly [name: string, text: string])[];
}

export interface Suite {
  readonly kernel: string;
  readonly scenario: string;
  readonly cases: readonly Case[];
}

/** What the suite of a kernel's health is called. */
export const HEALTH = "health";

/** Suites in the order of the run's kernels; what names a kernel the run does not list comes last. */
export function suitesOf(results: Results): Suite[] {
  const answers = groupBy([...results.cells, ...results.checks], ({ kernel }) => kernel);
  const listed = new Set(results.kernels.map(({ id }) => id));
  const unlisted = [...answers.keys()].filter((id) => !listed.has(id));
  return [
    ...results.kernels.flatMap((kernel) => [healthSuite(kernel), ...scenarioSuites(kernel.id, answers)]),
    ...unlisted.flatMap((id) => scenarioSuites(id, answers)),
  ];
}

function scenarioSuites(kernel: string, answers: ReadonlyMap<string, readonly (CellResult | CheckResult)[]>): Suite[] {
  const scenarios = groupBy(answers.get(kernel) ?? [], ({ scenario }) => scenario);
  return [...scenarios].map(([scenario, own]) => ({ kernel, scenario, cases: own.map(caseOf) }));
}

function healthSuite({ id, health: { status, findings } }: KernelResult): Suite {
  const name = "the kernel stays sound";
  if (status === "ok")
    return { kernel: id, scenario: HEALTH, cases: [{ name, status: "passed", kind: "", message: "", facts: [] }] };
  const message = findings[0] === undefined ? status : findingText(findings[0]);
  const facts = findings.flatMap((finding) => [
    ["finding", findingText(finding)] as const,
    ...(finding.cause === undefined ? [] : [["cause", finding.cause] as const]),
  ]);
  return { kernel: id, scenario: HEALTH, cases: [{ name, status: "failed", kind: status, message, facts }] };
}

function caseOf(answer: CellResult | CheckResult): Case {
  const { verdict } = answer;
  const name = caseName(answer);
  if (verdict === "match") return { name, status: "passed", kind: "", message: "", facts: [] };
  const facts = factsOf(answer).filter(([, text]) => text !== "");
  return { name, status: STATUS[verdict], kind: verdict, message: answer.reason ?? verdict, facts };
}

/** A cell's id without the scenario and the kernel, which the suite says. */
function caseName(answer: CellResult | CheckResult): string {
  const { id, scenario, kernel } = answer;
  const prefix = `${scenario} ${kernel} `;
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}

function factsOf(answer: CellResult | CheckResult): [string, string][] {
  const isCell = "placement" in answer;
  return [
    ...(isCell ? [] : [["what", answer.text] as [string, string]]),
    ["expected", isCell ? countsText(answer.expected) : answer.expected],
    ["observed", isCell ? countsText(answer.observed) : answer.observed],
    ["rule", isCell ? answer.expected.rule : answer.rule],
    ...answer.evidence.map((one): [string, string] => ["capture", `${one.capture}, ${framesText(one)}`]),
  ];
}

export function countStatuses(cases: readonly Case[]): Record<Status, number> {
  const counts = { passed: 0, failed: 0, error: 0, skipped: 0 };
  for (const { status } of cases) counts[status] += 1;
  return counts;
}
