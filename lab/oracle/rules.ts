/**
 * The table of rules: every decision the oracle makes, by name. A prediction may be made by another table, in which a
 * test has turned one round. Written from the source of the kernels in `generations.ts`, which knows their differences.
 */
import type { DriverFacts } from "./generations.ts";
import type { Rule, Wording } from "./rule.ts";
import { ARRIVAL_RULES } from "./rules/arrival.ts";
import { ADDRESS_CHANGE_RULES, FILTER_RULES, LIFE_RULES } from "./rules/change.ts";
import { ADDRESS_RULES, MODE_RULES, MTU_RULES, REFUSAL_RULES } from "./rules/control.ts";
import { CONVERSATION_RULES } from "./rules/conversation.ts";
import { MESSAGE_RULES, NODE_RULES, PORT_RULES } from "./rules/device.ts";
import { FRAMES_RULES } from "./rules/frames.ts";
import { LOWER_RULES } from "./rules/lower.ts";
import { RECEIVE_RULES } from "./rules/receive.ts";
import { STACKS_RULES } from "./rules/stacks.ts";
import { SWITCH_RULES } from "./rules/switch.ts";
import { TRANSMIT_RULES } from "./rules/transmit.ts";

export const RULES = {
  ...TRANSMIT_RULES,
  ...SWITCH_RULES,
  ...LOWER_RULES,
  ...RECEIVE_RULES,
  ...ARRIVAL_RULES,
  ...CONVERSATION_RULES,
  ...STACKS_RULES,
  ...FRAMES_RULES,
  ...MTU_RULES,
  ...MODE_RULES,
  ...ADDRESS_RULES,
  ...REFUSAL_RULES,
  ...ADDRESS_CHANGE_RULES,
  ...FILTER_RULES,
  ...LIFE_RULES,
  ...MESSAGE_RULES,
  ...PORT_RULES,
  ...NODE_RULES,
} as const;

export type Rules = typeof RULES;
export type RuleId = keyof Rules;
/** What a rule is asked with. */
export type ArgumentsOf<Id extends RuleId> = Rules[Id] extends Rule<infer Args> ? Args : never;

export const RULE_IDS = Object.keys(RULES) as readonly RuleId[];

/** The functions and the sentence of a rule on one kernel. */
export function wordingOf(rules: Rules, id: RuleId, facts: DriverFacts): Wording {
  const { functions, text, varies }: Pick<Rule, "functions" | "text" | "varies"> = rules[id];
  return { functions, text, ...varies?.(facts) };
}
