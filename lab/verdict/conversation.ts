/**
 * Verdicts on conversations: how far each try came, held against how far it was predicted to come. That something did not
 * arrive counts only where a fence arrived there afterwards. Pure.
 */
import type { Conversation } from "../model/cell.ts";
import type { Evidence, Expected, Observed } from "../model/results.ts";
import type { SeenAt, Try } from "../model/try.ts";
import type { Outcome, Talk } from "../model/vocabulary.ts";
import type { Judgement } from "./judge.ts";

export interface ConversationEvidence {
  readonly cell: Conversation;
  readonly tries: readonly Try[];
  /** Frames the capture itself dropped. */
  readonly captureDrops: number;
  /** What devices between its ends dropped meanwhile. */
  readonly drops: readonly { readonly interface: string; readonly frames: number }[];
  /** How often the kernel's table of neighbours was full. */
  readonly overflows: number;
  /** Path of the capture within the run's directory. */
  readonly capture: string;
}

const RESOLVING: readonly Talk[] = ["arp", "nd"];

/** To resolve is to be told an address and take it: what there was to say then leaves. */
export function outcomeOf({ traffic }: Pick<Conversation, "traffic">, one: Try): Outcome {
  if (RESOLVING.includes(traffic)) return one.left ? "answered" : one.told ? "heard" : "unheard";
  if (one.answered) return "answered";
  if (one.heard) return "heard";
  return one.left ? "unheard" : "unresolved";
}

export function judgeConversation(expected: Expected, evidence: ConversationEvidence): Judgement {
  const { cell, tries } = evidence;
  const outcomes = tries.map((one) => outcomeOf(cell, one));
  const outcome = outcomes.at(-1);
  const observed: Observed = {
    ...(outcome ? { outcome, tries: outcomes } : {}),
    ...duplicatesPart(tries.at(-1)),
  };
  const shown = evidenceOf(evidence);
  const doubts = doubtsOf(evidence, outcomes);
  if (doubts.length > 0) return { observed, verdict: "inconclusive", reason: doubts.join("; "), evidence: shown };
  if (outcome === expected.outcome) return { observed, verdict: "match", evidence: shown };
  const reason = `expected ${expected.outcome}, observed ${outcome}`;
  return { observed, verdict: "mismatch", reason, evidence: shown };
}

function duplicatesPart(last: Try | undefined): Pick<Observed, "duplicates"> {
  return last?.duplicates ? { duplicates: { ...last.duplicates } } : {};
}

/** Its end is its own proof; of anything less, the last try must show that more could have been seen. */
function doubtsOf(evidence: ConversationEvidence, outcomes: readonly Outcome[]): string[] {
  const { cell, tries, captureDrops, drops, overflows } = evidence;
  const last = tries.at(-1);
  if (!last) return ["it was never tried"];
  if (outcomes.at(-1) === "answered") return heardToo(cell, last);
  const doubts = tries.flatMap((one) => doubtsOfTry(one, cell));
  if (new Set(outcomes).size > 1) doubts.push(`its tries ended differently: ${outcomes.join(", ")}`);
  if (captureDrops > 0) doubts.push(`the capture dropped ${captureDrops} frames`);
  for (const { interface: name, frames } of drops)
    doubts.push(`"${name}" dropped ${frames} frames while conversations were held`);
  if (overflows > 0) doubts.push(`the kernel's table of neighbours was full ${overflows} times`);
  return [...new Set(doubts)];
}

/** An answer by somebody who was not heard of is nobody's. To resolve, nothing need be heard. */
function heardToo({ traffic }: Conversation, { heard, destination }: Try): string[] {
  const isCredible = heard || RESOLVING.includes(traffic);
  return isCredible ? [] : [`it was answered, and nothing was heard or seen leaving at "${destination.interface}"`];
}

function doubtsOfTry(one: Try, { neighbours, destination }: Conversation): string[] {
  if (one.sent === undefined) return ["a try was never made"];
  if (one.sent !== 0) return [`the sender's stack refused a try with errno ${one.sent}`];
  if (!one.left && (neighbours || !one.asked)) return [`nothing was seen leaving "${one.source.interface}"`];
  // Frames are seen on a lower device that its endpoints take before its own stack does.
  if (one.arrived && !one.heard && destination.kind !== "lower-host")
    return [`it was seen coming to "${one.destination.interface}", whose stack did not hear it`];
  const unfenced = [one.source, one.destination].filter(({ control }) => control.length === 0);
  return unfenced.map((end) => `no fence was seen at "${end.interface}", so nothing missing there means anything`);
}

/** Frames of the last try, at both ends; more than these show no more. */
const FRAMES_SHOWN = 8;
const CONTROLS_SHOWN = 1;

function evidenceOf({ tries, capture }: ConversationEvidence): Evidence[] {
  const last = tries.at(-1);
  if (!last) return [];
  return [last.source, last.destination].map(({ interface: name, frames, control }: SeenAt) => ({
    capture,
    interface: name,
    frames: frames.slice(0, FRAMES_SHOWN),
    control: control.slice(0, CONTROLS_SHOWN),
  }));
}
