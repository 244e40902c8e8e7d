/** What one kernel showed of one part of a claim. */
import type { Answer } from "../lab/compare/run.ts";
import type { ClaimPart } from "../lab/model/claim.ts";
import type { CellResult } from "../lab/model/results.ts";

/**
 * `holds`; `mixed`: some bear it out and some do not; `fails`: none does. `untold`: nothing could be told. `unasked`:
 * the results have none of it. `refused`: the kernel refuses all of it. `lacking`: nothing asks it yet. `answered`: a
 * question with its `items`.
 */
export type PartState = "holds" | "mixed" | "fails" | "untold" | "unasked" | "refused" | "lacking" | "answered";

/** One outcome, and all that had it. */
export interface AnswerLine {
  readonly outcome: string;
  readonly where: readonly string[];
}

/** The answer to a question about one thing: a pair, by one of its cells, or a check, by its text. */
export interface AnswerItem {
  /** Same on every kernel. */
  readonly key: string;
  readonly about: CellResult | string;
  readonly outcome: string;
}

/** The outcome of what nothing can be said about. */
export const UNTOLD = "could not be told";

export interface PartFinding {
  readonly part: ClaimPart;
  readonly state: PartState;
  /** What was observed instead, or why nothing can be told. */
  readonly found: string;
  /** What is to be said beside it: of how many nothing can be told, and why. */
  readonly beside: readonly string[];
  readonly items: readonly AnswerItem[];
  /** Numbers that no two kernels, and no two runs, share. */
  readonly figures: readonly string[];
  /** What it rests on, the telling ones first. */
  readonly evidence: readonly Answer[];
}

/** Of a finding what it need not say. */
export const BARE = { found: "", beside: [], items: [], figures: [], evidence: [] } as const;

/** What was observed, and with what was not. */
export function foundText({ found, beside }: PartFinding): string {
  return [...(found === "" ? [] : [found]), ...beside].join("; ");
}

/** The part as a sentence: what is said, or asked. */
export function partText(part: ClaimPart): string {
  return "says" in part ? part.says : `${part.asks}?`;
}

export function isTold({ verdict }: Answer): boolean {
  return verdict !== "inconclusive";
}

/** By how many of those that were told speak against it. */
export function stateOf(against: readonly unknown[], told: readonly unknown[]): "holds" | "mixed" | "fails" {
  if (against.length === 0) return "holds";
  return against.length === told.length ? "fails" : "mixed";
}

/** Why those that could not be told could not: the first reason. */
export function reasonOf(answers: readonly Answer[]): string {
  const [reason = "the lab could not tell"] = answers.flatMap((answer) => answer.reason ?? []);
  return reason;
}

export function untoldRemark(asked: readonly Answer[]): string[] {
  const untold = asked.filter((answer) => !isTold(answer));
  return untold.length === 0 ? [] : [`${untold.length} of ${asked.length} could not be told (${reasonOf(untold)})`];
}

/** @param scenarios what would have to be run. */
export function unasked(part: ClaimPart, scenarios: ReadonlySet<string>): PartFinding {
  const names = [...scenarios];
  const isSlow = "slow" in part && part.slow === true;
  const found = isSlow
    ? `measured by the slow scenario ${names.join(" and ")}: not in this run`
    : `not in this run: macvlab run ${names.join(" ")} asks it`;
  return { ...BARE, part, state: "unasked", found };
}
