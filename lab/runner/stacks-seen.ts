/** What was seen of a check of IP stacks, as the text that is held against the prediction. */
import { type SitePlan, talkKey } from "../traffic/site-plan.ts";
import type { ReadSite } from "../traffic/site-records.ts";
import { talkEvidence, talkedOf } from "../verdict/stacks.ts";
import type { StacksCheck } from "./gateways-run.ts";
import type { Seen } from "./seen.ts";

/** `endpoint>host: answered; host>endpoint: heard`. */
export function seenTalks({ id }: StacksCheck, plan: SitePlan, read: ReadSite, capture: string): Seen {
  const own = plan.talks.filter(({ check }) => check === id);
  const told = own.map((talk) => {
    const tries = read.tries.get(talkKey(talk)) ?? [];
    return { ...talkedOf(tries, read.drops), name: talk.name, evidence: talkEvidence(tries, capture) };
  });
  const doubts = told.flatMap(({ name, doubts: each }) => each.map((doubt) => `${name}: ${doubt}`));
  return {
    value: told.map(({ name, outcome }) => `${name}: ${outcome}`).join("; "),
    ...(doubts.length > 0 ? { doubt: doubts.join("; ") } : {}),
    evidence: told.flatMap(({ evidence }) => evidence),
  };
}
