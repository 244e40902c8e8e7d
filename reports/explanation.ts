/**
 * Why two answers to one question differ, as far as the oracle's rules tell. A rule quotes every sentence its answer
 * rests on, so one sentence that reads differently brings others along; those both kernels know explain nothing as
 * long as there is one that only one of them knows. A sentence that only moved to another function explains nothing.
 */
import { type Answer, type Run, ruleOf, sentencesOf } from "../lab/compare/run.ts";
import { groupBy } from "./group.ts";

/** Sentences of the oracle that are in force on that side only. */
export interface Explanation {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Every sentence that is in force on a kernel, without its function, by the kernel's id. */
export type Vocabulary = ReadonlyMap<string, ReadonlySet<string>>;

export function vocabularyOf({ cells, checks }: Run): Vocabulary {
  const rules = new Map<string, Set<string>>();
  for (const answers of [cells, checks])
    for (const answer of answers) {
      const own = rules.get(answer.kernel) ?? new Set<string>();
      rules.set(answer.kernel, own.add(ruleOf(answer)));
    }
  return new Map([...rules].map(([kernel, own]) => [kernel, new Set([...own].flatMap(sentencesOf).map(textOf))]));
}

/** What the runs know of the oracle on either side. */
export interface Vocabularies {
  readonly before: Vocabulary;
  readonly after: Vocabulary;
}

/** A rule that is known of one side only explains nothing. */
export function explain(before: Answer | undefined, after: Answer | undefined, known: Vocabularies): Explanation {
  const [old, young] = [before && ruleOf(before), after && ruleOf(after)];
  if (!before || !after || !old || !young || old === young) return { before: [], after: [] };
  const [earlier, later] = [sentencesOf(old), sentencesOf(young)];
  const whole = {
    before: without(earlier, new Set(later.map(textOf))),
    after: without(later, new Set(earlier.map(textOf))),
  };
  const narrowed = {
    before: without(whole.before, known.after.get(after.kernel)),
    after: without(whole.after, known.before.get(before.kernel)),
  };
  return isExplained(narrowed) ? narrowed : whole;
}

/** A sentence without the function it is about. */
function textOf(sentence: string): string {
  return sentence.replace(/^\w+: /, "");
}

function without(sentences: readonly string[], texts: ReadonlySet<string> = new Set()): string[] {
  return sentences.filter((sentence) => !texts.has(textOf(sentence)));
}

export function isExplained({ before, after }: Explanation): boolean {
  return before.length + after.length > 0;
}

/** Same for explanations that are one: what is new is enough to tell, and what is gone where nothing is. */
export function explanationKey({ before, after }: Explanation): string {
  return JSON.stringify(after.length > 0 ? ["after", after] : ["before", before]);
}

/** Every sentence of explanations with one key. */
export function uniteExplanations(all: readonly Explanation[]): Explanation {
  const union = (side: keyof Explanation) => [...new Set(all.flatMap((one) => one[side]))].sort();
  return { before: union("before"), after: union("after") };
}

/** Sentences all of them rest on. */
export function sharedSentences(answers: readonly Answer[]): string[] {
  const rules = [...groupBy(answers, ruleOf).keys()].filter((rule) => rule !== "").map(sentencesOf);
  const [first = [], ...others] = rules;
  return first.filter((sentence) => others.every((other) => other.includes(sentence)));
}
