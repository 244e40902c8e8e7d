/** A claim's verdict on one kernel, put together from its parts. */
import type { Claim } from "../lab/model/claim.ts";
import { foundText, type PartFinding, type PartState, partText } from "./claims-finding.ts";
import { findPart, type KernelAnswers } from "./claims-part.ts";
import { groupBy } from "./group.ts";

/** `answered`: a question is no claim that could hold. `unasked`: nothing of it is in the results. */
export type ClaimWord =
  | "holds"
  | "holds in part"
  | "does not hold"
  | "answered"
  | "cannot be told"
  | "unsupported"
  | "unasked";

export interface ClaimVerdict {
  readonly word: ClaimWord;
  /** The word with its reasons. */
  readonly sentence: string;
  readonly parts: readonly PartFinding[];
}

export function judgeClaim(claim: Claim, answers: KernelAnswers): ClaimVerdict {
  const parts = claim.parts.map((part) => findPart(part, answers));
  const word = wordOf(parts);
  return { word, sentence: sentenceOf(word, parts), parts };
}

const OPEN: readonly PartState[] = ["untold", "unasked", "refused", "lacking"];

function wordOf(parts: readonly PartFinding[]): ClaimWord {
  const states = new Set(parts.map(({ state }) => state));
  const has = (...wanted: PartState[]) => wanted.some((state) => states.has(state));
  if (has("mixed") || (has("holds") && has("fails"))) return "holds in part";
  if (has("fails")) return "does not hold";
  if (has("holds")) return "holds";
  if (has("answered")) return "answered";
  if (has("untold")) return "cannot be told";
  return has("refused") ? "unsupported" : "unasked";
}

const OPEN_WORDS: readonly ClaimWord[] = ["unasked", "cannot be told", "unsupported"];

/** The word with its reasons, and what could not be told; answers to questions are apart. */
function sentenceOf(word: ClaimWord, parts: readonly PartFinding[]): string {
  const open = parts.filter(({ state }) => OPEN.includes(state));
  const why = [...new Set(open.map(({ found }) => found))].join("; ");
  if (word === "unasked") return why;
  if (word === "cannot be told" || word === "unsupported") return `${word}: ${why}`;
  return [statement(word, parts), ...untold(open)].join("; ");
}

/** The sentence without what could not be told, for who shows every part. */
export function toldText({ word, parts }: ClaimVerdict): string {
  return OPEN_WORDS.includes(word) ? sentenceOf(word, parts) : statement(word, parts);
}

/** The word, with how far it goes. */
export function headOf(word: ClaimWord, parts: readonly PartFinding[]): string {
  const isWhole = !parts.some(({ state }) => OPEN.includes(state));
  if (word === "unasked") return "not asked";
  return isWhole || !["holds", "answered"].includes(word) ? word : `${word} as far as it was asked`;
}

/** The word and what speaks against the claim; of one that holds, what is to be said beside it. */
function statement(word: ClaimWord, parts: readonly PartFinding[]): string {
  const remarks = parts.flatMap(({ state, beside }) => (state === "holds" ? beside : []));
  if (word === "holds" || word === "answered") return [headOf(word, parts), ...remarks].join("; ");
  const against = parts.filter(({ state }) => state === "mixed" || state === "fails");
  const found = against.map((finding) => againstText(finding, parts.length === 1));
  return [`${word}: ${found.join("; ")}`, ...remarks].join("; ");
}

/** What is claimed in one part alone need not be said again. */
function againstText(finding: PartFinding, isAlone: boolean): string {
  const { part, state } = finding;
  if (isAlone && state === "fails") return foundText(finding);
  return `${state === "mixed" ? "not always true" : "not true"} that ${partText(part)}: ${foundText(finding)}`;
}

/** Parts that lack the same thing are said together. */
function untold(open: readonly PartFinding[]): string[] {
  return [...groupBy(open, ({ found }) => found)].map(
    ([found, own]) => `not told: ${own.map(({ part }) => partText(part)).join(", ")} (${found})`,
  );
}

/** Whether two verdicts differ in what was told: what only one of them could tell is no difference. */
export function hasChanged(before: ClaimVerdict, after: ClaimVerdict): boolean {
  return before.parts.some((old, place) => {
    const young = after.parts[place];
    return young !== undefined && isTold(old) && isTold(young) && toldKey(old) !== toldKey(young);
  });
}

/** A question's answers are compared one by one, elsewhere. */
function isTold({ state }: PartFinding): boolean {
  return state === "refused" || (state !== "answered" && !OPEN.includes(state));
}

const toldKey = ({ state, found }: PartFinding): string => JSON.stringify([state, found]);
