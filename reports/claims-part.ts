/**
 * One part of a claim, by what one kernel showed. What could not be told refutes nothing, and neither does a refusal;
 * both are said.
 */
import { type Answer, isCell, meaningOf, type Run } from "../lab/compare/run.ts";
import type { CellPart, CheckPart, ClaimPart } from "../lab/model/claim.ts";
import type { CellResult, CheckResult } from "../lab/model/results.ts";
import { plural } from "./cell-text.ts";
import { insteadOf } from "./claims-instead.ts";
import { kindsFinding } from "./claims-kinds.ts";
import { bearsOut, isSelected, observedWords, scenarioOf } from "./claims-select.ts";
import { type AnswerLine, quoteLines, wayLines } from "./claims-ways.ts";

/**
 * `holds`; `mixed`: some bear it out and some do not; `fails`: none does. `untold`: nothing could be told. `unasked`:
 * the results have none of it. `refused`: the kernel refuses all of it. `lacking`: nothing asks it yet. `answered`: a
 * question with its `lines`.
 */
export type PartState = "holds" | "mixed" | "fails" | "untold" | "unasked" | "refused" | "lacking" | "answered";

export interface PartFinding {
  readonly part: ClaimPart;
  readonly state: PartState;
  /** What was observed instead, or why nothing can be told. */
  readonly found: string;
  /** What is to be said beside it: of how many nothing can be told, and why. */
  readonly beside: readonly string[];
  readonly lines: readonly AnswerLine[];
  /** What it rests on, the telling ones first. */
  readonly evidence: readonly Answer[];
}

/** What was observed, and with what was not. */
export function foundText({ found, beside }: PartFinding): string {
  return [...(found === "" ? [] : [found]), ...beside].join("; ");
}

/** The answers of one kernel, laid out for looking up. */
export interface KernelAnswers {
  readonly cells: readonly CellResult[];
  /** By scenario and id. */
  readonly checks: ReadonlyMap<string, CheckResult>;
}

export function answersOf({ cells, checks }: Run, kernel: string): KernelAnswers {
  return {
    cells: cells.filter((cell) => cell.kernel === kernel),
    checks: new Map(checks.filter((check) => check.kernel === kernel).map((check) => [meaningOf(check), check])),
  };
}

/** The part as a sentence: what is said, or asked. */
export function partText(part: ClaimPart): string {
  return "says" in part ? part.says : `${part.asks}?`;
}

const BARE = { found: "", beside: [], lines: [], evidence: [] } as const;

export function findPart(part: ClaimPart, answers: KernelAnswers): PartFinding {
  if ("lacks" in part) return { ...BARE, part, state: "lacking", found: `it takes ${part.lacks}` };
  if ("checks" in part) return "says" in part ? checkFinding(part, answers) : quoteFinding(part, answers);
  const cells = answers.cells.filter((cell) => part.cells.some((selection) => isSelected(cell, selection)));
  const scenarios = new Set(part.cells.map(scenarioOf));
  if (cells.length === 0) return unasked(part, scenarios);
  const open = openState(part, cells);
  if (open) return open;
  const told = cells.filter(isTold);
  if ("asks" in part) return { ...BARE, part, state: "answered", lines: wayLines(cells), evidence: told };
  if ("alike" in part) return { ...BARE, part, ...kindsFinding(told) };
  const partly = new Set(cells.map(({ scenario }) => scenario)).size < scenarios.size;
  return cellFinding(part, cells, partly ? [...scenarios] : []);
}

const isTold = ({ verdict }: Answer): boolean => verdict !== "inconclusive";

function unasked(part: ClaimPart, scenarios: Iterable<string>): PartFinding {
  const names = [...scenarios];
  const isSlow = "slow" in part && part.slow === true;
  const found = isSlow
    ? `measured by the slow scenario ${names.join(" and ")}: not in this run`
    : `not in this run: macvlab run ${names.join(" ")} asks it`;
  return { ...BARE, part, state: "unasked", found };
}

/** Where every one could not be told, or was refused without a refusal being what is asked about. */
function openState(part: ClaimPart, all: readonly Answer[]): PartFinding | undefined {
  const open = { ...BARE, part, evidence: all };
  if (!all.some(isTold)) return { ...open, state: "untold", found: reasonOf(all) };
  const wantsError = "seen" in part && typeof part.seen === "object" && "error" in part.seen;
  if (wantsError || !all.every(isRefused)) return undefined;
  return { ...open, state: "refused", found: `the kernel refuses it: ${errorsOf(all)}` };
}

function isRefused(answer: Answer): boolean {
  return isCell(answer) && answer.observed.error !== undefined;
}

function errorsOf(answers: readonly Answer[]): string {
  return [...new Set(answers.flatMap((answer) => (isCell(answer) ? (answer.observed.error ?? []) : [])))].join(", ");
}

function reasonOf(answers: readonly Answer[]): string {
  const [reason = "the lab could not tell"] = answers.flatMap((answer) => answer.reason ?? []);
  return reason;
}

function cellFinding(part: CellPart, cells: readonly CellResult[], missing: readonly string[]): PartFinding {
  const { seen } = part;
  const asked = seen.error === undefined ? cells.filter((cell) => !isRefused(cell)) : cells;
  const told = asked.filter(isTold);
  const against = told.filter((cell) => !bearsOut(cell, seen));
  const state = against.length === 0 ? "holds" : against.length === told.length ? "fails" : "mixed";
  const found = insteadOf(against, asked, (cell) => observedWords(cell, seen)).join("; ");
  const beside = [
    ...untoldRemark(
      asked.filter((cell) => !isTold(cell)),
      asked.length,
    ),
    ...(asked.length < cells.length ? [`${cells.length - asked.length} of them the kernel refuses`] : []),
    ...(missing.length > 0 ? [`in part not in this run: macvlab run ${missing.join(" ")} asks all`] : []),
  ];
  const evidence = [...against, ...told.filter((cell) => !against.includes(cell))];
  return { ...BARE, part, state, found, beside, evidence };
}

function untoldRemark(untold: readonly Answer[], of: number): string[] {
  return untold.length === 0 ? [] : [`${untold.length} of ${of} could not be told (${reasonOf(untold)})`];
}

function checkFinding(part: CheckPart, { checks }: KernelAnswers): PartFinding {
  const asked = part.checks.flatMap((name) => checks.get(name) ?? []);
  if (asked.length === 0) return unasked(part, scenariosOf(part.checks));
  const told = asked.filter(isTold);
  if (told.length === 0) return { ...BARE, part, state: "untold", found: reasonOf(asked), evidence: asked };
  const wanted = typeof part.seen === "string" ? [part.seen] : part.seen;
  const refused = told.filter((check) => check.verdict === "unsupported" && !wanted.includes(check.observed));
  const counted = told.filter((check) => !refused.includes(check));
  const against = counted.filter(({ observed }) => !wanted.includes(observed));
  if (counted.length === 0) {
    const found = `the kernel refuses it: ${observedValues(refused)}`;
    return { ...BARE, part, state: "refused", found, evidence: refused };
  }
  const state = against.length === 0 ? "holds" : against.length === counted.length ? "fails" : "mixed";
  const instead = quoteLines(against).map(({ outcome, where }) => `${outcome}: ${where.join("; ")}`);
  const beside = [
    ...untoldRemark(
      asked.filter((check) => !isTold(check)),
      asked.length,
    ),
    ...(refused.length > 0 ? [`${refused.length} of them the kernel refuses: ${observedValues(refused)}`] : []),
    ...(asked.length < part.checks.length
      ? [`${plural(part.checks.length - asked.length, "check", "checks")} of it not in this run`]
      : []),
  ];
  const evidence = [...against, ...counted.filter((check) => !against.includes(check))];
  return { ...BARE, part, state, found: instead.join("; "), beside, evidence };
}

function observedValues(checks: readonly CheckResult[]): string {
  return [...new Set(checks.map(({ observed, reason }) => observed || reason || "no reason given"))].join(", ");
}

function quoteFinding(part: ClaimPart & { checks: readonly string[] }, { checks }: KernelAnswers): PartFinding {
  const asked = part.checks.flatMap((name) => checks.get(name) ?? []);
  if (asked.length === 0) return unasked(part, scenariosOf(part.checks));
  if (!asked.some(isTold)) return { ...BARE, part, state: "untold", found: reasonOf(asked), evidence: asked };
  return { ...BARE, part, state: "answered", lines: quoteLines(asked), evidence: asked.filter(isTold) };
}

function scenariosOf(checks: readonly string[]): Set<string> {
  return new Set(checks.map((name) => name.split(" ")[0] ?? name));
}
