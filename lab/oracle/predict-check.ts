/**
 * Predicts one check on one kernel: takes its steps on a lower device of its own, then looks. What the steps and looks
 * mean is written at their types in the model; every value is the text a run observes.
 */
import { type FramesLook, namedEndpoints } from "../model/frames-look.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import type { CheckLook, CheckSpec, CheckStep } from "../model/scenario.ts";
import { isShown, type ShownLook } from "../model/shown-look.ts";
import { EXTERNAL, GENERATED, LOWER, stepOf, whoseIs } from "./check-steps.ts";
import { converse } from "./conversation.ts";
import { copiesAt, hostOf, startFlow } from "./flow.ts";
import type { DriverFacts } from "./generations.ts";
import { predictFor } from "./generations.ts";
import type { Judge } from "./judge.ts";
import { decisionsAbout, makeJudge } from "./judge.ts";
import { predictFrames } from "./predict-frames.ts";
import { predictPayload } from "./predict-payload.ts";
import { predictStacks } from "./predict-stacks.ts";
import { ADDRESS_RULES, MODE_RULES, MTU_RULES } from "./rules/control.ts";
import type { RuleId, Rules } from "./rules.ts";
import { RULES } from "./rules.ts";
import { shownOf } from "./shown.ts";
import { SHOWN_RULES } from "./shown-rules.ts";
import type { Outcome } from "./step.ts";
import { TALK_PLANS } from "./talks.ts";
import { transmit } from "./transmit.ts";
import type { Place, Station, World } from "./world.ts";
import { addressAt, NOBODY } from "./world.ts";

export interface CheckPrediction {
  readonly value: string;
  /** The kernel's decisions the value rests on, `function: sentence; function: sentence`. */
  readonly rule: string;
  readonly extrapolated?: true;
}

/** @param rules another table than the oracle's own, for tests that turn a rule round. */
export function predictCheck(check: CheckSpec, kernel: KernelVersion, rules: Rules = RULES): CheckPrediction {
  if (check.look.look === "payload") return predictPayload(check.look, kernel, rules);
  return predictFor(
    kernel,
    (facts) => predictBy(check, rules, facts),
    (one, other) => one.value === other.value,
  );
}

type Look<Kind extends CheckLook["look"]> = CheckLook & { readonly look: Kind };

/** Those that are looked at once steps are taken. */
type SteppedLook = Exclude<CheckLook, Look<"payload">>;

/** What was done and decided so far. */
interface Progress {
  readonly world: World;
  /** One judge a step. */
  readonly judges: readonly Judge[];
  /** Judges of the steps that were refused. */
  readonly refusals: readonly Judge[];
  readonly last: Outcome["error"];
}

function predictBy(check: CheckSpec, rules: Rules, facts: DriverFacts): CheckPrediction {
  const world = { lowers: [LOWER], stations: [], external: EXTERNAL, reflectiveRelay: check.reflectiveRelay ?? false };
  let progress: Progress = { world, judges: [], refusals: [], last: undefined };
  for (const step of check.steps) progress = take(progress, step, makeJudge(rules, facts));
  return lookAt(progress, check.look as SteppedLook, makeJudge(rules, facts));
}

function take({ world, judges, refusals }: Progress, step: CheckStep, judge: Judge): Progress {
  const outcome = stepOf(world, step)(world, judge);
  return {
    world: outcome.world,
    judges: [...judges, judge],
    refusals: outcome.error ? [...refusals, judge] : refusals,
    last: outcome.error,
  };
}

/** They say what an endpoint is like, never whether a step is refused. */
const SETTLES: ReadonlySet<RuleId> = new Set([
  "mode-default",
  "mtu-inherited",
  "passthru-takes-lower-address",
  "address-generated",
]);

function lookAt(progress: Progress, look: SteppedLook, judge: Judge): CheckPrediction {
  if (look.look === "error") {
    const last = progress.judges.at(-1);
    const decisions = progress.last ? last?.decisions.slice(-1) : last?.decisions.filter(({ id }) => !SETTLES.has(id));
    return { value: progress.last ?? "none", rule: judge.quote(decisions ?? []) };
  }
  if (isShown(look)) return lookAtShown(progress, look, judge);
  if (look.look === "frames") return lookAtFrames(progress, look, judge);
  if (look.look === "stacks") return predictStacks(look.setUp, progress.world.reflectiveRelay, judge);
  const named = look.look === "ping" || look.look === "copies" ? [look.from, look.to] : [look.device];
  if (named.some((place) => addressAt(progress.world, place) === undefined))
    return { value: "absent", rule: judge.quote(refusing(progress)) };
  if (look.look === "ping") return lookAtPing(progress, look, judge);
  if (look.look === "copies") return lookAtCopies(progress, look, judge);
  return lookAtAttribute(progress, look, judge);
}

/** The decisions steps were refused by. */
const refusing = ({ refusals }: Progress) => refusals.flatMap(({ decisions }) => decisions.slice(-1));

const ATTRIBUTE_RULES = { mode: MODE_RULES, mtu: MTU_RULES, address: ADDRESS_RULES } as const;

function lookAtAttribute(progress: Progress, { look, device }: Look<"mode" | "mtu" | "address">, judge: Judge) {
  const station = progress.world.stations.find(({ name }) => name === device);
  const told = look !== "mode" || judge.ask("mode-is-told", device);
  const decisions = [...progress.judges, judge]
    .flatMap((each) => each.decisions)
    .filter(({ id, about }) => about === device && Object.hasOwn(ATTRIBUTE_RULES[look], id));
  const refused = refusing(progress).filter(({ about }) => about === device);
  return {
    value: station && told ? attribute(station, device, look) : "absent",
    rule: judge.quote([...decisions, ...refused]),
  };
}

function attribute(station: Station, device: keyof typeof GENERATED, look: "mode" | "mtu" | "address"): string {
  if (look !== "address") return String(station[look]);
  if (station.address === LOWER.address) return "lower";
  return station.address === GENERATED[device] ? "generated" : "given";
}

/** What is shown rests on whatever was decided about the device, and about its lower device. */
function lookAtShown(progress: Progress, look: ShownLook, judge: Judge): CheckPrediction {
  const value = shownOf(progress.world, look, judge, whoseIs);
  const device = "device" in look ? look.device : "port";
  const steps = progress.judges.flatMap((each) => each.decisions);
  const own = [...steps, ...judge.decisions].filter(
    ({ id, about }) => SHOWN_RULES[look.look].has(id) && isOf(about, device),
  );
  const refused = refusing(progress).filter(({ about }) => isOf(about, device));
  return { value, rule: judge.quote([...own, ...refused]) };
}

/** A lower device's condition is the doing of all its endpoints. */
const isOf = (about: string | undefined, device: string): boolean =>
  about === undefined || about === device || device === "lower";

function lookAtPing(progress: Progress, { from, to }: Look<"ping">, judge: Judge): CheckPrediction {
  const meeting = { world: progress.world, source: from, destination: to, told: false };
  const { outcome, decisions } = converse(meeting, TALK_PLANS.icmp, judge);
  const rule = judge.quote([...refusing(progress), ...decisions.flat()]);
  return { value: outcome === "answered" ? "reached" : "not reached", rule };
}

function lookAtCopies(progress: Progress, { from, to, at }: Look<"copies">, judge: Judge): CheckPrediction {
  const world = { ...progress.world, stations: progress.world.stations.map((each) => ({ ...each, open: true })) };
  const [source = NOBODY, destination = NOBODY] = [addressAt(world, from), addressAt(world, to)];
  const flow = startFlow(world, judge, { source, destination });
  transmit(flow, from);
  const counts = at.map((name) => {
    const place = name === "lower-host" ? LOWER.name : name;
    return `${name}=${addressAt(world, place) === undefined ? "absent" : copiesAt(flow, place).length}`;
  });
  const places = placesOf(
    world,
    at.map((name) => (name === "lower-host" ? hostOf(LOWER.name) : name)),
  );
  return { value: counts.join(" "), rule: judge.quote([...refusing(progress), ...decisionsAbout(judge, places)]) };
}

function lookAtFrames(progress: Progress, look: FramesLook, judge: Judge): CheckPrediction {
  if (namedEndpoints(look).some((name) => addressAt(progress.world, name) === undefined))
    return { value: "absent", rule: judge.quote(refusing(progress)) };
  const { value, about, beside } = predictFrames(progress.world, look, judge);
  const made = progress.judges.flatMap(({ decisions }) =>
    decisions.filter(({ id }) => id === "nested-on-the-real-one"),
  );
  const quoted = judge.quote([...made, ...refusing(progress), ...decisionsAbout(judge, about)]);
  return { value, rule: [quoted, ...beside].join("; ") };
}

/** These, and the devices the frame arrives on before it gets to them. */
function placesOf(world: World, places: readonly Place[]): readonly Place[] {
  return [...places, ...world.lowers.map(({ name }) => name)];
}
