/** What can be compared: the answers of a run, whether they come from its results or from a baseline. Pure. */
import { type AnyCell, cellName } from "../model/cell.ts";
import type { CellResult, CheckResult, KernelResult, Measurement } from "../model/results.ts";

/** `Results` are one. */
export interface Run {
  readonly kernels: readonly RunKernel[];
  readonly cells: readonly CellResult[];
  readonly checks: readonly CheckResult[];
  /** Nothing is compared by them. */
  readonly measurements?: readonly Measurement[] | undefined;
}

export interface RunKernel extends Pick<KernelResult, "id" | "version"> {
  /** Of the kernel and of what was loaded into it; a baseline keeps neither. */
  readonly sha256?: string | undefined;
  readonly modules?: KernelResult["modules"] | undefined;
  readonly health: {
    readonly status: KernelResult["health"]["status"];
    readonly findings: readonly Pick<KernelResult["health"]["findings"][number], "kind" | "title">[];
  };
}

export type Answer = CellResult | CheckResult;

export function isCell(answer: Answer): answer is CellResult {
  return "placement" in answer;
}

/** What was asked, without the kernel it was asked of: answers with one meaning are compared. */
export function meaningOf(answer: Answer): string {
  return `${answer.scenario} ${isCell(answer) ? cellName(answer as AnyCell) : answer.id}`;
}

export function ruleOf(answer: Answer): string {
  return isCell(answer) ? answer.expected.rule : answer.rule;
}

/** The sentences of a rule: `function: what it does; function: what it does`. */
export function sentencesOf(rule: string): string[] {
  return rule === "" ? [] : rule.split(/; (?=\w+: )/);
}

/** `6.12` of `6.12.117`; empty for a kernel that never told its version. */
export function generationOf(version: string): string {
  return /^\d+\.\d+/.exec(version)?.[0] ?? "";
}
