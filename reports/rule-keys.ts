/** Short names for the oracle's sentences: the function each is about, with a number where there are several of it. */
import { groupBy } from "./group.ts";

export interface RuleKeys {
  /** Key and sentence, by key. */
  readonly sentences: readonly (readonly [key: string, sentence: string])[];
  readonly keyOf: (sentence: string) => string;
}

export function ruleKeys(sentences: readonly string[]): RuleKeys {
  const distinct = [...new Set(sentences)].sort();
  const functions = groupBy(distinct, (sentence) => /^\w+(?=: )/.exec(sentence)?.[0] ?? "other");
  const named = [...functions].flatMap(([name, own]) =>
    own.map((sentence, place) => [own.length === 1 ? name : `${name}/${place + 1}`, sentence] as const),
  );
  const keys = new Map(named.map(([key, sentence]) => [sentence, key]));
  return { sentences: named, keyOf: (sentence) => keys.get(sentence) ?? sentence };
}
