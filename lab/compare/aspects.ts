/**
 * Where two answers to one question differ. Compared is what was observed and how it was judged; not what one run and
 * the next never share (times, frame numbers) nor what the driver's hash filter decides anew each time (`leaked`).
 */
import type { Observed } from "../model/results.ts";
import { type Answer, isCell } from "./run.ts";

/** `answer`: what a check observed. `outcome`: how far a conversation came. `as`: the packet types of the copies. */
export type Aspect = "error" | "outcome" | "copies" | "echo" | "wire" | "as" | "answer" | "verdict";

const COUNTS = ["outcome", "copies", "echo", "wire"] as const;

/** None when they are the same. A cell that could not be judged says nothing but that. */
export function differingAspects(before: Answer, after: Answer): Aspect[] {
  const verdict: Aspect[] = judgementOf(before) === judgementOf(after) ? [] : ["verdict"];
  if (before.verdict === "inconclusive" || after.verdict === "inconclusive") return verdict;
  if (isCell(before) && isCell(after)) return [...differingCounts(before.observed, after.observed), ...verdict];
  return before.observed === after.observed ? verdict : ["answer", ...verdict];
}

/** What is refused as predicted is as expected: the refusal itself is observed. */
function judgementOf({ verdict }: Answer): Answer["verdict"] {
  return verdict === "unsupported" ? "match" : verdict;
}

/** The packet types of a copy that is new or gone are no difference of their own. */
function differingCounts(before: Observed, after: Observed): Aspect[] {
  if (before.error !== after.error) return ["error"];
  const counts = COUNTS.filter((count) => before[count] !== after[count]);
  const sameTypes = typesOf(before) === typesOf(after) || counts.includes("copies");
  return sameTypes ? counts : [...counts, "as"];
}

function typesOf({ as = [] }: Observed): string {
  return [...as].sort().join("+");
}

type Observation = Pick<Observed, "copies" | "echo" | "wire" | "as" | "outcome" | "error">;

/** What a baseline keeps of what was observed or expected, in one order. */
export function observationOf({ copies, echo, wire, as, outcome, error }: Observation): Observation {
  const present = Object.entries({ copies, echo, wire, as, outcome, error }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present);
}
