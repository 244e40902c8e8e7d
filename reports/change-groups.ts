/**
 * Changes by the rule that explains them. Where the oracle expects something else of the two sides, the sentences that
 * are in force on one side only are the explanation; where it expects the same of both, it explains nothing, and what
 * changed in the same way is shown with the sentences all of it rests on.
 */
import type { Aspect } from "../lab/compare/aspects.ts";
import type { Change } from "../lab/compare/changes.ts";
import { type Answer, isCell } from "../lab/compare/run.ts";
import type { CellResult } from "../lab/model/results.ts";
import { aspectText } from "./aspect-text.ts";
import { compareCells } from "./cell-order.ts";
import { type CellSet, cellSets } from "./cell-text.ts";
import {
  type Explanation,
  explain,
  explanationKey,
  isExplained,
  sharedSentences,
  uniteExplanations,
  type Vocabularies,
} from "./explanation.ts";
import { groupBy } from "./group.ts";

/** What changed in the same way; one aspect of it. */
export interface ChangeEntry {
  readonly changes: readonly Change[];
  /** Where, for cells; a check has its `title` instead. */
  readonly sets: readonly CellSet[];
  readonly title: string | undefined;
  /** In words; undefined on the side that has it not. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Sentences all of it rests on, on both sides where both are known. */
  readonly shared: readonly string[];
  /** With evidence on both sides, if there is one. */
  readonly example: Change;
}

export interface ChangeGroup {
  readonly kind: Change["kind"];
  readonly rules: Explanation;
  /** Every change once; in `entries` one that differs in two aspects is twice. */
  readonly changes: readonly Change[];
  readonly entries: readonly ChangeEntry[];
}

const KINDS: readonly Change["kind"][] = ["changed", "gone", "appeared"];

/** Changes with an explanation first, then those without, then what went away and what is new. */
export function groupChanges(changes: readonly Change[], known: Vocabularies): ChangeGroup[] {
  const explained = changes.map((change) => ({ change, rules: explain(change.before, change.after, known) }));
  const groups = groupBy(explained, ({ change, rules }) => `${change.kind} ${explanationKey(rules)}`);
  const folded = [...groups.values()].map((group): ChangeGroup => {
    const own = group.map(({ change }) => change);
    const { kind } = own[0] as Change;
    return { kind, rules: uniteExplanations(group.map(({ rules }) => rules)), changes: own, entries: entriesOf(own) };
  });
  const rank = ({ kind, rules }: ChangeGroup) => KINDS.indexOf(kind) * 2 + (isExplained(rules) ? 0 : 1);
  return folded.sort((a, b) => rank(a) - rank(b) || b.changes.length - a.changes.length);
}

interface AspectChange {
  readonly change: Change;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

function entriesOf(changes: readonly Change[]): ChangeEntry[] {
  const single = changes.flatMap(aspectChanges);
  const alike = groupBy(single, ({ change, before, after }) => JSON.stringify([titleOf(change), before, after]));
  const entries = [...alike.values()].map(entryOf);
  return entries.sort((a, b) => b.changes.length - a.changes.length);
}

/** The verdict goes without saying where what was observed differs too. */
function aspectChanges(change: Change): AspectChange[] {
  if (change.kind !== "changed") return [{ change, before: undefined, after: undefined }];
  const { before, after } = change;
  const telling = change.aspects.filter((aspect) => aspect !== "verdict" || change.aspects.length === 1);
  const side = (aspect: Aspect, answer: Answer) => aspectText(aspect, answer);
  return telling.map((aspect) => ({ change, before: side(aspect, before), after: side(aspect, after) }));
}

function entryOf(group: readonly AspectChange[]): ChangeEntry {
  const { change, before, after } = group[0] as AspectChange;
  const changes = group.map((one) => one.change);
  const cells = changes.map(answerOf).filter((answer): answer is CellResult => isCell(answer));
  const shows = ({ evidence }: Answer) => evidence.length > 0;
  const example = changes.find((one) => [one.before, one.after].every((answer) => !answer || shows(answer))) ?? change;
  return {
    changes,
    sets: cellSets(cells.sort(compareCells)),
    title: titleOf(change),
    before,
    after,
    shared: sharedSentences(sidesOf(changes)),
    example,
  };
}

/** The later side, as long as there is one. */
export function answerOf(change: Change): Answer {
  return change.kind === "gone" ? change.before : change.after;
}

function titleOf(change: Change): string | undefined {
  const answer = answerOf(change);
  return isCell(answer) ? undefined : `${answer.id}: ${answer.text}`;
}

function sidesOf(changes: readonly Change[]): Answer[] {
  return changes.flatMap(({ before, after }) => [before, after]).filter((side) => side !== undefined);
}
