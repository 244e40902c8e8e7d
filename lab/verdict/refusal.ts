/** Verdicts on what the kernel is expected to refuse: both orders were tried, the error is the observation. */
import type { Expected } from "../model/results.ts";
import type { Judgement } from "./judge.ts";

export interface Refused {
  /** The command that was tried. */
  readonly command: string;
  /** errno name, or undefined when the kernel allowed it. */
  readonly error: string | undefined;
}

/** `unsupported` only when every attempt was refused exactly as predicted. */
export function judgeRefusal(expected: Expected, attempts: readonly Refused[]): Judgement {
  const odd = attempts.find(({ error }) => error !== expected.error);
  const shown = odd ?? attempts[0];
  const observed = { ...(shown?.error ? { error: shown.error } : {}), ...(shown ? { at: shown.command } : {}) };
  if (!shown) return { observed, verdict: "inconclusive", reason: "it was never attempted", evidence: [] };
  if (!odd)
    return { observed, verdict: "unsupported", reason: `refused as predicted: ${expected.error}`, evidence: [] };
  const reason = `expected ${expected.error ?? "success"}, observed ${odd.error ?? "success"} at "${odd.command}"`;
  return { observed, verdict: "mismatch", reason, evidence: [] };
}
