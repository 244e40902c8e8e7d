/** What a run tells while it runs: the whole contract between the engine and whoever shows progress. */

import type { FindingKind } from "./finding.ts";
import type { CellResult, CheckResult } from "./results.ts";
import type { Verdict } from "./vocabulary.ts";

export const PHASES = [
  "image",
  "boot",
  "topology",
  "traffic",
  "decode",
  "teardown",
  "refusals",
  "conversations",
  "checks",
] as const;
export type Phase = (typeof PHASES)[number];

export type RunEvent =
  /** First event; kernels are as typed, cells counts those selected on each kernel. */
  | { readonly event: "start"; readonly kernels: readonly string[]; readonly scenarios: readonly string[] }
  /** A kernel enters a phase. */
  | { readonly event: "phase"; readonly kernel: string; readonly phase: Phase; readonly detail?: string }
  /** Something worth saying: a rebuilt cache entry, a kernel being fetched. */
  | { readonly event: "note"; readonly kernel?: string; readonly text: string }
  /** An answer, told when its kernel is done. */
  | {
      readonly event: "cell" | "check";
      readonly kernel: string;
      readonly scenario: string;
      readonly id: string;
      readonly verdict: Verdict;
      readonly reason?: string;
    }
  /** A kernel is done: counts by verdict. */
  | {
      readonly event: "kernel-end";
      readonly kernel: string;
      readonly seconds: number;
      readonly counts: Readonly<Record<string, number>>;
    }
  /** A kernel misbehaves: told as soon as it shows, once per title. */
  | { readonly event: "finding"; readonly kernel: string; readonly kind: FindingKind; readonly title: string }
  /** Last event of a run that came to its end: counts by verdict. */
  | {
      readonly event: "end";
      readonly seconds: number;
      readonly counts: Readonly<Record<Verdict, number>>;
      readonly exitCode: number;
    }
  /** Last event of one that did not: what people are told. */
  | { readonly event: "failure"; readonly text: string; readonly exitCode: number };

export type Listener = (event: RunEvent) => void;

/** The event that tells of an answer. */
export function answerEvent(answer: CellResult | CheckResult): RunEvent {
  const { kernel, scenario, id, verdict, reason } = answer;
  const event = "placement" in answer ? "cell" : "check";
  return { event, kernel, scenario, id, verdict, ...(reason === undefined ? {} : { reason }) };
}
