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
import { type Decision, type Judge, makeJudge } from "./judge.ts";
import type { RuleId, Rules } from "./rules.ts";
import { RULES } from "./rules.ts";
import { TALK_PLANS } from "./talks.ts";

/** `rule`: what the driver decided about its frames where it came to its end, else all that decided about the one lost. */
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
  const atEnd = outcome === "answered" || (outcome === "heard" && plan.sayings.length === 1);
  return { outcome, rule: quoteOf(judge, atEnd ? decisions.flat() : (decisions.at(-1) ?? []), atEnd, cell) };
}

/** What stacks and switches do with any frame: where nothing was lost it goes without saying. */
const ORDINARY: ReadonlySet<RuleId> = new Set<RuleId>([
  "next-hop-is-asked-for",
  "solicited-group-is-joined",
  "arp-teaches-the-asked",
  "nd-teaches-the-asked",
  "stack-takes-its-own",
  "flooded-by-switch",
  "known-address-one-port",
  "host-to-the-wire",
]);

function quoteOf(judge: Judge, chosen: readonly Decision[], atEnd: boolean, { reflectiveRelay }: Conversation): string {
  const isTelling = ({ id }: Decision) =>
    !atEnd || !(ORDINARY.has(id) || (id === "back-out-of-its-port" && !reflectiveRelay));
  const telling = chosen.filter(isTelling);
  return judge.quote(telling.length > 0 ? telling : chosen);
}
