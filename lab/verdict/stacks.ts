/**
 * What tries of talks between stacks came to, and why they may prove nothing. That something did not arrive counts only
 * where a fence arrived there afterwards. Pure.
 */
import type { Evidence } from "../model/results.ts";
import type { SeenAt, Try } from "../model/try.ts";
import type { Outcome } from "../model/vocabulary.ts";

export interface Talked {
  readonly outcome: Outcome;
  readonly doubts: readonly string[];
}

export function talkedOf(tries: readonly Try[], drops: number): Talked {
  const outcomes = tries.map(outcomeOf);
  const outcome = outcomes.at(-1) ?? "unresolved";
  if (outcome === "answered") return { outcome, doubts: [] };
  const doubts = tries.length === 0 ? ["it was never tried"] : tries.flatMap(doubtsOf);
  if (new Set(outcomes).size > 1) doubts.push(`its tries ended differently: ${outcomes.join(", ")}`);
  if (drops > 0) doubts.push(`the capture dropped ${drops} frames`);
  return { outcome, doubts: [...new Set(doubts)] };
}

function outcomeOf(one: Try): Outcome {
  if (one.answered) return "answered";
  if (one.heard) return "heard";
  return one.left ? "unheard" : "unresolved";
}

function doubtsOf(one: Try): string[] {
  if (one.sent === undefined) return ["a try was never made"];
  if (one.sent !== 0) return [`the sender's stack refused a try with errno ${one.sent}`];
  if (!one.left && !one.asked) return [`nothing was seen leaving "${one.source.interface}"`];
  const unfenced = [one.source, one.destination].filter(({ control }) => control.length === 0);
  return unfenced.map((end) => `no fence was seen at "${end.interface}", so nothing missing there means anything`);
}

/** Frames of the last try, at both ends; more than these show no more. */
const FRAMES_SHOWN = 8;

export function talkEvidence(tries: readonly Try[], capture: string): Evidence[] {
  const last = tries.at(-1);
  if (!last) return [];
  return [last.source, last.destination].map(({ interface: name, frames, control }: SeenAt) => ({
    capture,
    interface: name,
    frames: frames.slice(0, FRAMES_SHOWN),
    control: control.slice(0, 1),
  }));
}
