/** Asks the rules one prediction rests on, and remembers which of them decided what about whom. */
import type { DriverFacts } from "./generations.ts";
import type { Rule } from "./rule.ts";
import type { ArgumentsOf, RuleId, Rules } from "./rules.ts";
import { wordingOf } from "./rules.ts";

export interface Decision {
  readonly id: RuleId;
  /** Whom it decides about: an endpoint, a device frames arrive on, a host; undefined: the frame itself. */
  readonly about: string | undefined;
}

export interface Judge {
  readonly facts: DriverFacts;
  ask<Id extends RuleId>(id: Id, about: string | undefined, ...args: ArgumentsOf<Id>): boolean;
  /** The decisions worth quoting so far, in order. */
  readonly decisions: readonly Decision[];
  /** `function: sentence` of the decisions chosen, each once, joined with `; `. */
  quote(chosen: readonly Decision[]): string;
}

function isQuoted(rule: Pick<Rule, "quoted">, outcome: boolean): boolean {
  if (rule.quoted === undefined) return true;
  return rule.quoted === "when-true" ? outcome : rule.quoted === "when-false" && !outcome;
}

export function makeJudge(rules: Rules, facts: DriverFacts): Judge {
  const decisions: Decision[] = [];
  return {
    facts,
    decisions,
    ask(id, about, ...args) {
      const rule = rules[id] as unknown as Rule<typeof args>;
      const outcome = rule.decide(...args);
      if (isQuoted(rule, outcome)) decisions.push({ id, about });
      return outcome;
    },
    quote(chosen) {
      const ids = new Set(chosen.map(({ id }) => id));
      return [...new Set([...ids].map((id) => sentenceOf(rules, id, facts)))].join("; ");
    },
  };
}

/** The decisions about the frame itself and about these. */
export function decisionsAbout(
  judge: Pick<Judge, "decisions">,
  places: readonly (string | undefined)[],
): readonly Decision[] {
  return judge.decisions.filter(({ about }) => about === undefined || places.includes(about));
}

/** Sentences are asked for by the thousand, and there are few. */
const SENTENCES = new WeakMap<Rules, WeakMap<DriverFacts, Map<RuleId, string>>>();

function sentenceOf(rules: Rules, id: RuleId, facts: DriverFacts): string {
  const byFacts = SENTENCES.get(rules) ?? new WeakMap<DriverFacts, Map<RuleId, string>>();
  SENTENCES.set(rules, byFacts);
  const byId = byFacts.get(facts) ?? new Map<RuleId, string>();
  byFacts.set(facts, byId);
  const known = byId.get(id);
  if (known !== undefined) return known;
  const { functions, text } = wordingOf(rules, id, facts);
  const sentence = `${functions[0]}: ${text}`;
  byId.set(id, sentence);
  return sentence;
}
