/** What became of one question between two runs, as a class a reader can filter by. Pure. */
import type { Verdict } from "../model/vocabulary.ts";

export const CHANGE_CLASSES = [
  "newly-failing",
  "coverage-lost",
  "disappeared",
  "changed",
  "still-failing",
  "fixed",
  "appeared",
  "same",
] as const;
export type ChangeClass = (typeof CHANGE_CLASSES)[number];

/** One side of a comparison: how it was judged, and a text that is the same for the same behaviour. */
export interface ClassedAnswer {
  readonly verdict: Verdict;
  readonly behaviour: string;
}

/**
 * `coverage-lost`: it was told before and cannot be told now, because it became inconclusive or is refused. What became a
 * mismatch is `newly-failing`, whatever it was; one that stays a mismatch is `still-failing`, whatever it does now.
 * What could not be told before and can be now has `appeared`.
 */
export function changeClass(before: ClassedAnswer | undefined, after: ClassedAnswer | undefined): ChangeClass {
  if (before === undefined) return after === undefined ? "same" : "appeared";
  if (after === undefined) return "disappeared";
  if (after.verdict === "mismatch") return before.verdict === "mismatch" ? "still-failing" : "newly-failing";
  if (after.verdict === "inconclusive") return before.verdict === "inconclusive" ? "same" : "coverage-lost";
  if (after.verdict === "unsupported" && before.verdict !== "unsupported")
    return before.verdict === "inconclusive" ? "same" : "coverage-lost";
  if (before.verdict === "mismatch") return "fixed";
  if (before.verdict === "inconclusive" || before.verdict !== after.verdict) return "appeared";
  return before.behaviour === after.behaviour ? "same" : "changed";
}
