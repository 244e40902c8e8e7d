/**
 * Predicts whether an IPv6 address passes duplicate address detection at the source of a pair, with nobody else having it.
 * A reflecting switch may hand its own solicitation back to it: see docs/duplicate-address-detection.md.
 */
import type { Conversation } from "../model/cell.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import { buildWorld, ENDS } from "./cell-world.ts";
import { placesBehind } from "./flow.ts";
import type { DriverFacts } from "./generations.ts";
import { predictFor } from "./generations.ts";
import { decisionsAbout, makeJudge } from "./judge.ts";
import type { Rules } from "./rules.ts";
import { RULES } from "./rules.ts";
import { arrives } from "./stack.ts";

export interface Detection extends Pick<Conversation, "placement" | "reflectiveRelay" | "source" | "destination"> {
  /** Whether the source's stack marks its solicitations with a nonce (RFC 7527): sysctl `enhanced_dad`, 1 unless set. */
  readonly enhanced: boolean;
}

export interface DetectionPrediction {
  readonly value: "passed" | "failed";
  readonly rule: string;
  readonly extrapolated?: true;
}

/** @throws RangeError where its ends cannot exist at once. */
export function predictDetection(
  detection: Detection,
  kernel: KernelVersion,
  rules: Rules = RULES,
): DetectionPrediction {
  return predictFor(
    kernel,
    (facts) => predictBy(detection, rules, facts),
    (one, other) => one.value === other.value,
  );
}

function predictBy(detection: Detection, rules: Rules, facts: DriverFacts): DetectionPrediction {
  const { world, error } = buildWorld({ ...detection, traffic: "nd" }, makeJudge(rules, facts));
  if (error) throw new RangeError(`two ends of ${detection.placement} cannot exist at once: ${error}`);
  const judge = makeJudge(rules, facts);
  const { source } = ENDS[detection.placement];
  const joined = judge.ask("solicited-group-is-joined", undefined);
  const own = { from: source, to: source, addressing: "group", joined, tagged: false } as const;
  const collides = arrives(world, judge, own) && !judge.ask("own-nonce-is-ignored", undefined, detection.enhanced);
  const rule = judge.quote(decisionsAbout(judge, placesBehind(world, source)));
  return { value: collides ? "failed" : "passed", rule };
}
