/** Two runs held against each other: what changed, what appeared, what went away. Pure. */
import { type Aspect, differingAspects } from "./aspects.ts";
import { type Answer, isCell, meaningOf, type Run, type RunKernel } from "./run.ts";

/** A kernel of each run whose answers are compared; one id twice, or two kernels held against each other. */
export interface KernelPair {
  readonly before: RunKernel;
  readonly after: RunKernel;
}

/** `changed` has both sides, `gone` only `before`, `appeared` only `after`. */
export type Change<T extends Answer = Answer> =
  | { readonly kind: "changed"; readonly aspects: readonly Aspect[]; readonly before: T; readonly after: T }
  | { readonly kind: "gone"; readonly before: T; readonly after?: never }
  | { readonly kind: "appeared"; readonly before?: never; readonly after: T };

export interface Comparison {
  readonly pairs: readonly KernelPair[];
  /** Kernels the other run does not have; their answers are not listed as changes. */
  readonly gone: readonly RunKernel[];
  readonly appeared: readonly RunKernel[];
  /** Answers both sides have. */
  readonly compared: { readonly cells: number; readonly checks: number };
  readonly health: readonly KernelPair[];
  readonly changes: readonly Change[];
}

export function isChanged({ gone, appeared, health, changes }: Comparison): boolean {
  return gone.length + appeared.length + health.length + changes.length > 0;
}

/** By id; where no id is in both, one kernel on each side is enough to hold them against each other. */
export function pairKernels(before: Run, after: Run): KernelPair[] {
  const same = before.kernels.flatMap((kernel): KernelPair[] => {
    const other = after.kernels.find(({ id }) => id === kernel.id);
    return other ? [{ before: kernel, after: other }] : [];
  });
  const [first, second] = [before.kernels[0], after.kernels[0]];
  const alone = before.kernels.length === 1 && after.kernels.length === 1;
  return same.length === 0 && alone && first && second ? [{ before: first, after: second }] : same;
}

export function compareRuns(before: Run, after: Run): Comparison {
  const pairs = pairKernels(before, after);
  const [earlier, later] = [answersByKernel(before), answersByKernel(after)];
  const compared = { cells: 0, checks: 0 };
  const changes = pairs.flatMap((pair): Change[] => {
    const [old, young] = [earlier.get(pair.before.id) ?? new Map(), later.get(pair.after.id) ?? new Map()];
    for (const [meaning, answer] of old) if (young.has(meaning)) compared[isCell(answer) ? "cells" : "checks"] += 1;
    return changesBetween(old, young);
  });
  return {
    pairs,
    gone: before.kernels.filter((kernel) => !pairs.some((pair) => pair.before === kernel)),
    appeared: after.kernels.filter((kernel) => !pairs.some((pair) => pair.after === kernel)),
    compared,
    health: pairs.filter((pair) => healthOf(pair.before) !== healthOf(pair.after)),
    changes,
  };
}

type Answers = Map<string, Answer>;

function answersByKernel({ cells, checks }: Run): Map<string, Answers> {
  const kernels = new Map<string, Answers>();
  for (const answers of [cells, checks])
    for (const answer of answers) {
      const own = kernels.get(answer.kernel) ?? new Map<string, Answer>();
      kernels.set(answer.kernel, own.set(meaningOf(answer), answer));
    }
  return kernels;
}

function changesBetween(before: Answers, after: Answers): Change[] {
  const changes: Change[] = [];
  for (const [meaning, old] of before) {
    const young = after.get(meaning);
    const aspects = young === undefined ? [] : differingAspects(old, young);
    if (young === undefined) changes.push({ kind: "gone", before: old });
    else if (aspects.length > 0) changes.push({ kind: "changed", aspects, before: old, after: young });
  }
  for (const [meaning, young] of after) if (!before.has(meaning)) changes.push({ kind: "appeared", after: young });
  return changes;
}

/** Status and titles, without the numbers in them: a line of source or a time is no difference. */
function healthOf({ health }: RunKernel): string {
  const titles = health.findings.map(({ kind, title }) => `${kind}: ${title.replace(/\d+(\.\d+)*/g, "0")}`);
  return [health.status, ...new Set(titles.sort())].join("\n");
}
