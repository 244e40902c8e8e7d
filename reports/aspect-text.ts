/** One aspect of what was observed in words: `2 copies`, `no echo to the sender`, `refused: EINVAL`. */
import type { Aspect } from "../lab/compare/aspects.ts";
import { type Answer, isCell } from "../lab/compare/run.ts";
import type { CellResult, Expected, Observed } from "../lab/model/results.ts";
import type { Outcome } from "../lab/model/vocabulary.ts";
import { copiesText, countsText } from "./cell-text.ts";

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  answered: "answered",
  heard: "heard",
  unheard: "sent and not heard",
  unresolved: "not sent: the next hop's address is not known",
};

/** Undefined where the counts do not say. */
export type Words = (counts: Observed | Expected) => string | undefined;

export const WORDS: Readonly<Record<"error" | "outcome" | "copies" | "echo" | "wire" | "as", Words>> = {
  error: ({ error }) => (error === undefined ? "not refused" : `refused: ${error}`),
  outcome: ({ outcome }) => (outcome === undefined ? undefined : OUTCOMES[outcome]),
  copies: ({ copies }) => copiesText(copies),
  echo: ({ echo }) =>
    echo === undefined ? undefined : `${echo || "no"} ${echo > 1 ? "echoes" : "echo"} to the sender`,
  wire: ({ wire }) => (wire === undefined ? undefined : `${wire || "not"} on the wire`),
  as: ({ as }) => (as === undefined ? undefined : `arrives as ${as.join(" and ") || "no packet type"}`),
};

/** What was observed; with what was expected instead where that made it a mismatch. */
export function withExpectation(words: Words, { observed, expected, verdict }: CellResult): string {
  const [seen, wanted] = [words(observed), words(expected)];
  const wrong = verdict === "mismatch" && wanted !== undefined && wanted !== seen;
  return `${seen}${wrong ? ` (expected: ${wanted})` : ""}`;
}

/** One side of a change. */
export function aspectText(aspect: Aspect, answer: Answer): string {
  const { verdict, reason } = answer;
  const isOdd = verdict === "mismatch" || verdict === "inconclusive";
  if (aspect === "verdict") return `${verdict}${isOdd && reason ? `: ${reason}` : ""}`;
  if (!isCell(answer))
    return `${answer.observed || "nothing"}${verdict === "mismatch" ? ` (expected: ${answer.expected})` : ""}`;
  if (aspect === "answer") return countsText(answer.observed);
  return withExpectation(aspect === "error" ? refusalWords : WORDS[aspect], answer);
}

/** What is not refused is worth more than that word. */
const refusalWords: Words = (counts) =>
  counts.error !== undefined || (counts.copies ?? counts.outcome) === undefined
    ? WORDS.error(counts)
    : countsText(counts);
