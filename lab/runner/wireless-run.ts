/** The wireless scenario on one kernel: a network of simulated radios made, spoken over, listened to, judged. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError, KernelError, tail } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { Scope } from "../base/scope.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import type { CheckResult } from "../model/results.ts";
import type { WirelessSpec } from "../model/wireless.ts";
import { predictFor } from "../oracle/generations.ts";
import { predictWireless } from "../oracle/wireless.ts";
import {
  fourAddressInterfaces,
  NO_ASSOCIATION,
  NO_PROGRAM,
  NO_RADIOS,
  refusedPorts,
  wirelessRemoval,
  wirelessScript,
} from "../topology/wireless-script.ts";
import { parseRecording } from "../traffic/records.ts";
import { writeWirelessCapture } from "../traffic/wireless-capture.ts";
import { planWireless, type WirelessPlan } from "../traffic/wireless-plan.ts";
import {
  RECORDERS,
  recordedInterfaces,
  recordsOf,
  wirelessPings,
  wirelessTraffic,
} from "../traffic/wireless-script.ts";
import { judgeCheck } from "../verdict/check.ts";
import { captureName } from "./capture-name.ts";
import type { Seen } from "./seen.ts";
import type { SlowOptions } from "./slow-options.ts";
import { lookIn } from "./wireless-look.ts";

export interface WirelessAsked {
  readonly scenario: string;
  readonly kernel: string;
  readonly version: KernelVersion;
  readonly specs: readonly WirelessSpec[];
}

const DEADLINE = 180_000;

/**
 * Every question, judged; `unsupported` with its reason where the kernel has no simulated radios.
 * @throws EnvironmentError when the network cannot be made for another reason.
 */
export async function runWireless(
  executor: Executor,
  run: WirelessAsked,
  options: SlowOptions,
): Promise<CheckResult[]> {
  await using scope = new Scope();
  scope.defer("the simulated radios", () => executor.run(wirelessRemoval()).catch(goneWithThePlace));
  options.phase("topology");
  const built = await options.seconds.during("topology", () =>
    executor.run(wirelessScript(executor), { deadline: DEADLINE }),
  );
  if (built.status === NO_RADIOS) return withoutRadios(run, built.stderr);
  if (built.status !== 0) throw unbuilt(executor, built.status, built.stderr);
  const output = built.stdout.toString();
  const plan = planWireless(fourAddressInterfaces(output));
  const { pings, seen } = await playAndRecord(executor, plan, options);
  const capture = `captures/${captureName(run.kernel)}-${run.scenario}.pcapng`;
  writeFileSync(join(options.directory, capture), seen.bytes);
  const look = lookIn({ plan, seen, pings, ports: refusedPorts(output), capture });
  return run.specs.map((spec) => resultOf(run, spec, look(spec)));
}

async function playAndRecord(executor: Executor, plan: WirelessPlan, options: SlowOptions) {
  const nonce = randomBytes(4).readUInt32BE();
  options.phase("traffic");
  const played = await options.seconds.during("traffic", () =>
    executor.run(wirelessTraffic(executor, plan, nonce), { deadline: DEADLINE }),
  );
  if (played.status !== 0)
    throw new EnvironmentError(`${executor.place}: the wireless traffic ended with status ${played.status}`, {
      detail: tail(played.stderr),
    });
  options.phase("decode");
  const seen = await options.seconds.during("decode", () => readBack(executor, plan, nonce, options.application));
  return { pings: wirelessPings(played.stdout.toString()), seen };
}

/** Questions a crash or the lab's failure left without an answer. */
export function lostWireless(run: WirelessAsked, reason: string): CheckResult[] {
  return run.specs.map((spec) => resultOf(run, spec, { value: "", doubt: reason }));
}

/** A place without any: on the running kernel radios are the machine's own affair. */
export function withoutRadios(run: WirelessAsked, said: string): CheckResult[] {
  const reason = `no simulated radios (mac80211_hwsim): ${tail(said, 1)}`;
  return run.specs.map((spec) => ({
    ...resultOf(run, spec, { value: "no radios" }),
    verdict: "unsupported",
    reason,
  }));
}

async function readBack(executor: Executor, plan: WirelessPlan, nonce: number, application: string) {
  const recordings = [];
  for (const recorder of RECORDERS) {
    const chunks: Buffer[] = [];
    for await (const chunk of executor.get(recordsOf(executor, recorder))) chunks.push(chunk);
    const recording = parseRecording(Buffer.concat(chunks));
    recordings.push({ air: recorder === "air", interfaces: recordedInterfaces(plan, recorder), recording });
  }
  return writeWirelessCapture(recordings, nonce, application);
}

function unbuilt(executor: Executor, status: number, stderr: string): EnvironmentError {
  const { place } = executor;
  if (status === NO_PROGRAM)
    return new EnvironmentError(`${place}: there is no "${tail(stderr, 1)}"`, {
      mend: "a kernel that reads disks (virtio_blk, ext4) gets the programs of the workbench",
    });
  const what = status === NO_ASSOCIATION ? "not every station associated" : `ended with status ${status}`;
  return new EnvironmentError(`${place}: the wireless network: ${what}`, { detail: tail(stderr) });
}

function goneWithThePlace(error: unknown): void {
  if (!(error instanceof KernelError)) throw error;
}

function resultOf(run: Omit<WirelessAsked, "specs">, spec: WirelessSpec, seen: Seen): CheckResult {
  const prediction = predictFor(
    run.version,
    () => predictWireless(spec),
    (one, other) => one.value === other.value,
  );
  return {
    id: spec.id,
    scenario: run.scenario,
    kernel: run.kernel,
    ...(spec.claim ? { claim: spec.claim } : {}),
    text: spec.text,
    expected: prediction.value,
    observed: seen.value,
    rule: prediction.rule,
    ...(prediction.extrapolated ? { extrapolated: true } : {}),
    ...judgeCheck(prediction.value, seen.value, seen.doubt),
    evidence: seen.evidence ?? [],
  };
}
