/** What can become of a frame, and how it is told. Pure. */
import type { CellResult, Trace } from "../lab/model/results.ts";
import type { Hop } from "./trace-way.ts";

/** All there is. Without a trace the middle ones cannot be told apart. */
export const FATES = [
  "delivered",
  "dropped at",
  "passed to the lower host",
  "filtered without a copy",
  "queue overflow",
  "device down",
  "unknown",
] as const;
export type Fate = (typeof FATES)[number];

export interface Told {
  readonly fate: Fate;
  readonly detail: string;
  /** Probes whose silence it rests on: of each list one is enough. */
  readonly rests: readonly (readonly string[])[];
}

export const told = (fate: Fate, detail: string, ...rests: Told["rests"]): Told => ({ fate, detail, rests });

/** Who let go of it, as a part of a sentence. */
export function by(drop: Hop | undefined): string {
  return drop ? `, let go of by ${drop.caller}${drop.reason ? ` (${drop.reason})` : ""}` : "";
}

/** Why the run that was traced could not be judged: silence of its taps means nothing. Undefined where it could. */
export function doubt({ verdict, reason }: CellResult, trace: Trace): string | undefined {
  const [judged, why] = trace.observed ? [trace.verdict, trace.reason] : [verdict, reason];
  return judged === "inconclusive" ? (why ?? "the lab could not tell") : undefined;
}
