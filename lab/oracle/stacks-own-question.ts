/** Whether an endpoint's stack is handed its own question for an address, and what it makes of that. */
import type { OwnQuestion } from "../model/stacks-look.ts";
import type { Judge } from "./judge.ts";
import { decisionsAbout } from "./judge.ts";
import { arrives } from "./stack.ts";
import { ENDPOINT } from "./stacks-host-macvlan.ts";
import type { StacksPrediction } from "./stacks-prediction.ts";
import { LOWER, stacksWorld } from "./stacks-world.ts";

export function ownQuestion(
  { endpoint, enhanced }: OwnQuestion,
  reflectiveRelay: boolean,
  judge: Judge,
): StacksPrediction {
  const { world, error } = stacksWorld([{ name: ENDPOINT, ...endpoint }], reflectiveRelay, judge);
  if (error) return { value: error, rule: judge.quote(judge.decisions.slice(-1)) };
  const made = judge.decisions.length;
  const joined = judge.ask("solicited-group-is-joined", undefined);
  const heard = arrives(world, judge, { from: ENDPOINT, to: ENDPOINT, addressing: "group", joined, tagged: false });
  const failed = heard && !judge.ask("own-nonce-is-ignored", undefined, enhanced);
  const about = decisionsAbout({ decisions: judge.decisions.slice(made) }, [ENDPOINT, LOWER]);
  return { value: `${failed ? "failed" : "passed"}, heard ${heard ? "itself" : "nothing"}`, rule: judge.quote(about) };
}
