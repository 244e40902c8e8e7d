/**
 * Predicts how far one conversation comes on one kernel: builds the smallest topology that has its two ends, and the
 * router where there is one, and lets them talk. On which of its ports a router answers for an address makes no
 * difference (`arp_process` with `arp_ignore` 0 does on both): what comes from either is from outside.
 */
import { type Conversation, cellName } from "../model/cell.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import type { Outcome } from "../model/vocabulary.ts";
import { buildWorld, ENDS } from "./cell-world.ts";
import { converse } from "./conversation.ts";
import type { DriverFacts } from "./generations.ts";
import { predictFor } from "./generations.ts";
import { makeJudge } from "./judge.ts";
import type { Rules } from "./rules.ts";
import { RULES } from "./rules.ts";
import { TALK_PLANS } from "./talks.ts";

/** `rule`: what decided about all its frames where it came to its end, else about the one that was lost. */
export interface ConversationPrediction {
  readonly outcome: Outcome;
  readonly rule: string;
  readonly extrapolated?: true;
}

/**
 * @param rules another table than the oracle's own, for tests that turn a rule round.
 * @throws RangeError where its ends cannot exist at once, or no router passes it on.
 */
export function predictConversation(
  cell: Conversation,
  kernel: KernelVersion,
  rules: Rules = RULES,
): ConversationPrediction {
  return predictFor(
    kernel,
    (facts) => predictBy(cell, rules, facts),
    (one, other) => one.outcome === other.outcome,
  );
}

function predictBy(cell: Conversation, rules: Rules, facts: DriverFacts): ConversationPrediction {
  const plan = TALK_PLANS[cell.traffic];
  const { world, error } = buildWorld(cell, makeJudge(rules, facts));
  if (error) throw new RangeError(`"${cellName(cell)}": its two ends cannot exist at once: ${error}`);
  if (cell.route === "router" && plan.sayings.some(({ to }) => to !== "other"))
    throw new RangeError(`"${cellName(cell)}": a router does not pass on group frames`);
  const judge = makeJudge(rules, facts);
  const { outcome, decisions } = converse(
    { world, ...ENDS[cell.placement], told: cell.neighbours === "static" },
    plan,
    judge,
  );
  const atEnd = outcome === "answered" || plan.sayings.length === 1;
  const telling = atEnd && outcome !== "unheard" ? decisions.flat() : (decisions.at(-1) ?? []);
  return { outcome, rule: judge.quote(telling) };
}
