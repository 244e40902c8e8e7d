/** Predicts a check of whole IP stacks: see the set-ups' types in the model for what each value means. */
import type { StacksSetUp } from "../model/stacks-look.ts";
import type { Judge } from "./judge.ts";
import { gateway } from "./stacks-gateway.ts";
import { hostMacvlan } from "./stacks-host-macvlan.ts";
import { ownQuestion } from "./stacks-own-question.ts";
import type { StacksPrediction } from "./stacks-prediction.ts";
import { severalAddresses } from "./stacks-several-addresses.ts";

export function predictStacks(setUp: StacksSetUp, reflectiveRelay: boolean, judge: Judge): StacksPrediction {
  if (setUp.what === "gateway") return gateway(setUp, reflectiveRelay, judge);
  if (setUp.what === "several-addresses") return severalAddresses(setUp);
  if (setUp.what === "own-question") return ownQuestion(setUp, reflectiveRelay, judge);
  return hostMacvlan(setUp, reflectiveRelay, judge);
}
