/** The checks of one scenario on one kernel: worlds built side by side, looked at, judged; in turns where they take cables. */
import { randomBytes } from "node:crypto";
import { KernelError } from "../base/errors.ts";
import { Scope } from "../base/scope.ts";
import { namedEndpoints } from "../model/frames-look.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import type { CheckResult } from "../model/results.ts";
import type { CheckLook, CheckSpec } from "../model/scenario.ts";
import { isShown } from "../model/shown-look.ts";
import { type CheckPrediction, predictCheck } from "../oracle/predict-check.ts";
import { type BuiltCheck, buildChecks, removeChecks } from "../topology/check-script.ts";
import { shownValue } from "../topology/check-shown.ts";
import { type StandingWorlds, standingWorlds } from "../topology/check-stage.ts";
import { type CheckWorld, checkWorlds, deviceName, endpointAt } from "../topology/check-world.ts";
import { judgeCheck } from "../verdict/check.ts";
import { captureName } from "./capture-name.ts";
import type { Ground } from "./cell-batch.ts";
import type { CellsOptions } from "./cells-run.ts";
import { runCopies } from "./copies-run.ts";
import { runFrames } from "./frames-run.ts";
import { runStacks } from "./gateways-run.ts";
import type { LookOptions } from "./look-options.ts";
import { runPings } from "./pings-run.ts";
import type { Seen } from "./seen.ts";
import { stacksChecks } from "./stacks-check.ts";

export interface ChecksAsked {
  readonly scenario: string;
  readonly kernel: string;
  readonly version: KernelVersion;
  readonly checks: readonly CheckSpec[];
}

/** A check's name among the tests of a run: its id in the results is unique within scenario and kernel only. */
export function checkId(scenario: string, kernel: string, check: string): string {
  return `${scenario} ${kernel} ${check}`;
}

/** @param judged given results as they come: what came before a crash, or before the lab itself failed, stands. */
export async function runChecks(
  ground: Ground,
  run: ChecksAsked,
  options: CellsOptions,
  judged: (results: readonly CheckResult[]) => void,
): Promise<void> {
  const stacks = stacksChecks(run.checks);
  const others = run.checks.filter(({ look }) => look.look !== "stacks");
  const capture = `captures/${captureName(run.kernel)}-${run.scenario}-stacks${options.suffix}.pcapng`;
  const keep = (seen: ReadonlyMap<string, Seen>) =>
    judged(
      run.checks.flatMap((check) => {
        const one = seen.get(check.id);
        return one ? [resultOf(run, check, one)] : [];
      }),
    );
  keep(await runStacks(ground, stacks, { ...options, capture }));
  if (others.length > 0) await lookInWorlds(ground, { ...run, checks: others }, options, keep);
}

/** @param keep given, by check's id, what was seen on a lower device of its own: of all worlds that stood side by side. */
async function lookInWorlds(
  ground: Ground,
  run: ChecksAsked,
  options: CellsOptions,
  keep: (seen: ReadonlyMap<string, Seen>) => void,
): Promise<void> {
  const turns = standingWorlds(checkWorlds(run.checks), ground.stage);
  for (const [index, standing] of turns.entries()) {
    const turn = turns.length > 1 ? `-${String(index + 1).padStart(2, "0")}` : "";
    const captureOf = (what: string) =>
      `captures/${captureName(run.kernel)}-${run.scenario}-${what}${turn}${options.suffix}.pcapng`;
    keep(await lookAtAll(standing, ground, captureOf, options));
  }
}

/** @param captureOf the path of a capture, by what is looked at. */
async function lookAtAll(
  { worlds, stage }: StandingWorlds,
  { executor, clocksOff }: Ground,
  captureOf: (what: string) => string,
  options: CellsOptions,
): Promise<Map<string, Seen>> {
  await using scope = new Scope();
  const remove = () => removeChecks(stage, worlds).catch(goneWithThePlace);
  scope.defer("the checks' devices", remove, executor.slowness);
  const built = await buildChecks(stage, worlds);
  const builtOf = new Map(worlds.map((world, index) => [world, built[index] as BuiltCheck]));
  const of = (look: CheckLook["look"]) =>
    [...builtOf]
      .filter(([world, one]) => world.check.look.look === look && endsExist(world, one))
      .map(([world, one]) => withoutRefused(world, one));
  const looking = (what: string): LookOptions => ({
    ...options,
    capture: captureOf(what),
    ...(clocksOff ? { clocksOff } : {}),
  });
  const nonce = () => randomBytes(4).readUInt32BE();
  const copies = await runCopies(stage, of("copies"), nonce(), looking("copies"));
  const pings = await runPings(stage, of("ping"), nonce(), looking("pings"));
  const frames = await runFrames(stage, of("frames"), nonce, looking("frames"));
  const sent = new Map([...copies, ...pings, ...frames]);
  return new Map([...builtOf].map(([world, one]) => [world.check.id, sent.get(world.number) ?? lookAt(world, one)]));
}

/** Checks that a crash left without a judgement. */
export function lostChecks(run: ChecksAsked, reason: (check: CheckSpec) => string): CheckResult[] {
  return run.checks.map((check) => resultOf(run, check, { value: "", doubt: reason(check) }));
}

/** A crash is told of by what was asked meanwhile; of a guest that is gone nothing is left to remove. */
function goneWithThePlace(error: unknown): void {
  if (!(error instanceof KernelError)) throw error;
}

/** Both ends of a look that sends traffic: a refused endpoint is `absent`, not a failure of the traffic. */
function endsExist(world: CheckWorld, built: BuiltCheck): boolean {
  const { look } = world.check;
  if (look.look === "frames") return namedEndpoints(look).every((end) => built.devices.has(end));
  if (look.look !== "copies" && look.look !== "ping") return true;
  return [look.from, look.to].every((end) => end === "external" || built.devices.has(end));
}

/** The world as the kernel let it be: an endpoint it refused is nowhere to be sent to or listened at. */
function withoutRefused(world: CheckWorld, { devices }: BuiltCheck): CheckWorld {
  const roles = ["first", "second", "third"] as const;
  const made = new Set(roles.filter((role) => devices.has(role)).map((role) => deviceName(world, role)));
  const endpoints = world.topology.endpoints.filter(({ name }) => made.has(name));
  return { ...world, topology: { ...world.topology, endpoints } };
}

function lookAt(world: CheckWorld, built: BuiltCheck): Seen {
  const { look } = world.check;
  if (look.look === "error") return { value: built.errors.at(-1) ?? "none" };
  if (isShown(look)) return { value: shownValue(world, look, built.sections, built.lastMessage) };
  const sends =
    look.look === "payload" ||
    look.look === "copies" ||
    look.look === "ping" ||
    look.look === "frames" ||
    look.look === "stacks";
  if (sends) return { value: "absent" };
  const device = built.devices.get(look.device);
  if (!device) return { value: "absent" };
  if (look.look === "address") return { value: addressKind(world, look.device, device.address) };
  return { value: String(device[look.look]) };
}

/** Whose address a device has: its lower device's, the one it was given, or one the kernel made up. */
function addressKind(world: CheckWorld, device: "first" | "second" | "third", address: string): string {
  if (address === world.lower.address) return "lower";
  return address === endpointAt(world, device)?.address ? "given" : "generated";
}

export function resultOf(run: Omit<ChecksAsked, "checks">, check: CheckSpec, seen: Seen): CheckResult {
  const prediction: CheckPrediction = predictCheck(check, run.version);
  return {
    id: check.id,
    scenario: run.scenario,
    kernel: run.kernel,
    ...(check.claim ? { claim: check.claim } : {}),
    text: check.text,
    expected: prediction.value,
    observed: seen.value,
    rule: prediction.rule,
    ...(prediction.extrapolated ? { extrapolated: true } : {}),
    ...judgeCheck(prediction.value, seen.value, seen.doubt, seen.missing),
    evidence: seen.evidence ?? [],
  };
}
