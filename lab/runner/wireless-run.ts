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
import { ACCESS_POINT, accessPointOf, nodeOf } from "../topology/wireless.ts";
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
import { type WirelessSeen, writeWirelessCapture } from "../traffic/wireless-capture.ts";
import { frameFor, planWireless, type WirelessFrame, type WirelessPlan } from "../traffic/wireless-plan.ts";
import {
  RECORDERS,
  recordedInterfaces,
  recordsOf,
  wirelessPings,
  wirelessTraffic,
} from "../traffic/wireless-script.ts";
import { judgeCheck } from "../verdict/check.ts";
import { seeFrame, type WirelessObservation } from "../verdict/wireless.ts";
import { captureName } from "./cells-run.ts";
import type { Seen } from "./seen.ts";
import type { SlowOptions } from "./slow-options.ts";

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
  const capture = `captures/${captureName(run.kernel)}-${run.scenario}.pcapng`;
  const seen = await readBack(executor, plan, nonce, options.application);
  writeFileSync(join(options.directory, capture), seen.bytes);
  const pings = wirelessPings(played.stdout.toString());
  const ports = refusedPorts(output);
  const look = lookIn({ plan, seen, pings, ports, capture });
  return run.specs.map((spec) => resultOf(run, spec, look(spec)));
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

interface Material {
  readonly plan: WirelessPlan;
  readonly seen: WirelessSeen;
  readonly pings: ReadonlyMap<string, boolean>;
  readonly ports: ReadonlyMap<boolean, string>;
  readonly capture: string;
}

function lookIn(material: Material): (spec: WirelessSpec) => Seen {
  return (spec) => {
    if (spec.ask.what === "ping") return lookAtPing(material, spec, spec.ask);
    if (spec.ask.what === "frame") return lookAtFrame(material, spec, spec.ask);
    const refused = material.ports.get(spec.fourAddress);
    return refused === undefined ? { value: "", doubt: "nothing was said of the attempt" } : { value: refused };
  };
}

type Ask<What extends WirelessSpec["ask"]["what"]> = Extract<WirelessSpec["ask"], { what: What }>;

function observation({ seen }: Material, { id }: WirelessFrame): WirelessObservation {
  return { air: seen.air.get(id) ?? [], taps: seen.taps.get(id) ?? [] };
}

function lookAtFrame(material: Material, { fourAddress }: WirelessSpec, ask: Ask<"frame">): Seen {
  const { plan, seen, capture } = material;
  const node = nodeOf(ask.party, fourAddress);
  const [access, station] = [plan.accessInterface(node.station), node.station.interface];
  const isOut = ask.direction === "out";
  const frame = frameFor(plan, node, ask.direction, ask.to);
  const isGroup = ({ destination }: WirelessFrame) => destination === "ff:ff:ff:ff:ff:ff";
  const fences = plan.frames.filter(
    (one) =>
      one.wave === `${ask.direction}-fence` && one.device === (isOut ? station : access) && (isOut || isGroup(one)),
  );
  const probe = observation(material, frame);
  const facts = { probe, fences: fences.map((one) => observation(material, one)), drops: seen.drops, capture };
  const answers = isOut ? answersTo(material, node.address, probe, frame) : [];
  const { address: accessPoint } = accessPointOf(node.station);
  const addresses = { endpoint: node.address, station: node.station.address, accessPoint };
  const ends = isOut ? { leaves: station, receiver: access } : { leaves: access, receiver: node.interface };
  return seeFrame({ ask, ...ends, addresses }, { ...facts, answers });
}

/** What the access point sent to an address between this frame's time on the air and the next in its name. */
function answersTo(
  { seen, plan }: Material,
  address: string,
  { air }: WirelessObservation,
  { id, device }: WirelessFrame,
) {
  const from = air[0]?.frame ?? Number.POSITIVE_INFINITY;
  const later = plan.frames.filter((frame) => frame.device === device && frame.id > id);
  const probes = later.flatMap((one) => seen.air.get(one.id) ?? []).map(({ frame }) => frame);
  const pings = (seen.others.get(device) ?? []).filter(({ out, frame }) => out && frame > from);
  const until = Math.min(Number.POSITIVE_INFINITY, ...probes, ...pings.map(({ frame }) => frame));
  return seen.deauthentications.filter(({ receiver, frame }) => receiver === address && frame > from && frame < until);
}

function lookAtPing({ plan, seen, pings, capture }: Material, { fourAddress }: WirelessSpec, ask: Ask<"ping">): Seen {
  const node = nodeOf(ask.party, fourAddress);
  const others = seen.others.get(node.interface) ?? [];
  const access = plan.accessInterface(node.station);
  const fences = plan.frames.filter(({ wave, device }) => wave === "out-fence" && device === node.station.interface);
  const arrived = fences
    .flatMap(({ id }) => seen.taps.get(id) ?? [])
    .filter(({ interface: name }) => name === `${access}:host`);
  const evidence = [
    { capture, interface: node.interface, frames: others.map(({ frame }) => frame), control: [] },
    { capture, interface: `${access}:host`, frames: [], control: arrived.map(({ frame }) => frame) },
  ];
  const reached = pings.get(node.interface);
  if (reached) return { value: "reached", evidence };
  const value = "not reached";
  if (reached === undefined) return { value, evidence, doubt: "ping itself did not end" };
  if (!others.some(({ out }) => out)) return { value, evidence, doubt: `nothing was seen leaving "${node.interface}"` };
  if (arrived.length === 0) return { value, evidence, doubt: `no fence was seen at "${access}" in "${ACCESS_POINT}"` };
  return { value, evidence };
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
