/**
 * Verdicts on checks: one text held against another, unless there is a doubt about what was seen or the kernel has not
 * what it takes to look.
 */
import type { Verdict } from "../model/vocabulary.ts";

export interface CheckJudgement {
  readonly verdict: Verdict;
  readonly reason?: string;
}

export function judgeCheck(expected: string, observed: string, doubt?: string, missing?: string): CheckJudgement {
  if (missing !== undefined) return { verdict: "unsupported", reason: missing };
  if (doubt !== undefined) return { verdict: "inconclusive", reason: doubt };
  if (expected === observed) return { verdict: "match" };
  return { verdict: "mismatch", reason: `expected ${expected}, observed ${observed}` };
}
