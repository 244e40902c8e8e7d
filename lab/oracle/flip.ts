/** The oracle with one rule turned round, or stuck at one answer. */
import { RULES, type RuleId, type Rules } from "./rules.ts";

export function withDecision(id: RuleId, decide: (...args: unknown[]) => boolean): Rules {
  return { ...RULES, [id]: { ...RULES[id], decide } };
}

export function withFlipped(id: RuleId): Rules {
  const decide = RULES[id].decide as (...args: unknown[]) => boolean;
  return withDecision(id, (...args) => !decide(...args));
}

export const withStuck = (id: RuleId, answer: boolean): Rules => withDecision(id, () => answer);
