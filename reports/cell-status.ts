/**
 * The closed set of what a place in a matrix can say, for reports with room for more than a glyph. *Not measured* is a
 * status of its own and never looks like *not reached*. Whether it was expected is said beside it, never by it.
 */
import type { CellResult } from "../lab/model/results.ts";
import { isOneWay } from "./traffic-text.ts";

export const CELL_STATUSES = [
  "reached",
  "not-reached",
  "duplicated",
  "echoed",
  "unsupported",
  "inconclusive",
  "not-measured",
] as const;
export type CellStatus = (typeof CELL_STATUSES)[number];

/** What is said of each, and the glyph of one that has no code of its own. */
export const STATUS_TEXT: Readonly<Record<CellStatus, { readonly text: string; readonly meaning: string }>> = {
  reached: { text: "reached", meaning: "one copy arrived, or the conversation came to its end" },
  "not-reached": { text: "not reached", meaning: "the frame was seen leaving, nothing arrived; or no answer came" },
  duplicated: { text: "duplicated", meaning: "more than one copy arrived" },
  echoed: { text: "echoed", meaning: "the sender got its own frame back as well" },
  unsupported: { text: "unsupported", meaning: "the kernel refused to build it" },
  inconclusive: { text: "inconclusive", meaning: "the lab could not tell, and says why" },
  "not-measured": { text: "not measured", meaning: "asked of another kernel, not of this one" },
};

type Seen = Pick<CellResult, "observed" | "verdict" | "traffic">;

/** The most telling one where several fit: a frame that arrived twice and came back is `duplicated`. */
export function cellStatus(cell: Seen | undefined): CellStatus {
  if (cell === undefined) return "not-measured";
  const { observed, verdict } = cell;
  if (verdict === "inconclusive") return "inconclusive";
  if (verdict === "unsupported" || observed.error !== undefined) return "unsupported";
  if (observed.outcome !== undefined) return isAtItsEnd(cell) ? "reached" : "not-reached";
  if (observed.copies === undefined) return "inconclusive";
  if (observed.copies > 1) return "duplicated";
  if ((observed.echo ?? 0) > 0) return "echoed";
  return observed.copies === 1 ? "reached" : "not-reached";
}

function isAtItsEnd({ observed: { outcome }, traffic }: Seen): boolean {
  return outcome === "answered" || (outcome === "heard" && isOneWay({ traffic }));
}
