/** Plays a plan in every part of a stage, and takes the records home as one recording by one clock. */
import type { RunResult } from "../base/executor.ts";
import { interfaceOf } from "../model/topology.ts";
import type { Part, Stage } from "../topology/stage.ts";
import { dropsBetween, requireStill } from "./counters.ts";
import { frameId } from "./frame.ts";
import { behindCrossing, CROSSINGS, playWithInterlude } from "./joint-interlude.ts";
import { type JointScript, jointScripts } from "./joint-script.ts";
import type { Plan } from "./plan.ts";
import { planInterfaces } from "./plan-lines.ts";
import type { PlannedFrame } from "./planned-frame.ts";
import { agentFailure, type Played, playPlan } from "./play.ts";
import { relayStates } from "./play-script.ts";
import { parseRecording, type Recording } from "./records.ts";
import { lostSignal } from "./sides-in-step.ts";
import { behindFrames, crossingSignals, type Signal, signalsOf } from "./signals.ts";
import { type Crossing, timeLine } from "./time-line.ts";

/** A plan as it was played, its times by one clock. */
export interface JointlyPlayed extends Played {
  /** Microseconds by which times of different parts may be off against one another; absent where one clock served all. */
  readonly clockError?: number;
}

/** Milliseconds for everything, where the slowest place is no slower than usual. */
const DEADLINE = 120_000;
/** What an agent says, in the lab's hands, when it sees whatever is sent to it. */
const READY = "write /proc/self/fd/2 ready\n";

/**
 * The topology of the plan must be up on the stage.
 * @throws EnvironmentError when an agent fails, or when the parts did not wait for one another; what was not seen is no
 * failure, but missing in the records.
 */
export async function playOn({ parts }: Stage, plan: Plan): Promise<JointlyPlayed> {
  const [only] = parts;
  if (only && parts.length === 1) return playPlan(only.executor, plan);
  const started = performance.now();
  const signals = plan.interlude ? crossingSignals(behindFrames(plan), parts, CROSSINGS) : signalsOf(plan, parts);
  const slowness = Math.max(...parts.map(({ executor }) => executor.slowness ?? 1));
  const results = plan.interlude
    ? await playWithInterlude(parts, plan, signals, slowness)
    : await playAll(parts, jointScripts(plan, parts, signals, slowness));
  const recordings = results.map((stdout) => parseRecording(stdout));
  const names = planInterfaces(plan);
  for (const [index, recording] of recordings.entries()) requireOrder(parts[index] as Part, recording, plan, signals);
  const reference = recordings.at(-1) as Recording;
  const others = recordings.slice(0, -1).map((recording, index) => ({
    recording,
    cables: crossingsOf(plan, parts[index] as Part, names),
  }));
  const { recording, clocks } = timeLine(others, reference, plan.nonce);
  const clockError = Math.max(...clocks.map((clock) => Math.ceil((clock?.error ?? Number.POSITIVE_INFINITY) / 1000)));
  return {
    recording,
    drops: new Map(recordings.flatMap((one, index) => [...dropsIn(one, parts[index] as Part)])),
    seconds: (performance.now() - started) / 1000,
    ...(Number.isFinite(clockError) ? { clockError } : {}),
  };
}

/** What each agent recorded. All begin when all are ready; when one fails, the others are told nothing more. */
async function playAll(parts: readonly Part[], scripts: readonly JointScript[]): Promise<Buffer[]> {
  const ready = parts.map(() => openPromise());
  const all = Promise.all(ready.map(({ promise }) => promise));
  all.catch(() => {}); // the failure itself is told by whoever failed
  const played = parts.map(async (part, index): Promise<Buffer> => {
    const { resolve, reject } = ready[index] as (typeof ready)[number];
    try {
      return await playPart(part, scripts[index] as JointScript, all, resolve);
    } catch (error) {
      reject(error);
      throw error;
    }
  });
  const ended = await Promise.allSettled(played);
  const failed = ended.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  return Promise.all(played);
}

function openPromise(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let resolve = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<void>((fulfil, refuse) => {
    [resolve, reject] = [fulfil, refuse];
  });
  return { promise, resolve, reject };
}

async function playPart(
  { executor }: Part,
  { prologue, rest }: JointScript,
  everybody: Promise<unknown>,
  ready: () => void,
): Promise<Buffer> {
  const text = (lines: readonly string[]) => Buffer.from(`${lines.join("\n")}\n`);
  async function* pieces() {
    yield Buffer.concat([text(prologue), Buffer.from(READY)]);
    await everybody;
    yield text(rest);
  }
  const onOutput = (stream: "stdout" | "stderr") => {
    if (stream === "stderr") ready(); // an agent that fails says so there, too, and then ends
  };
  const result: RunResult = await executor.run(`exec ${executor.agent} play`, {
    stdin: pieces(),
    onOutput,
    deadline: DEADLINE,
  });
  if (result.status !== 0) throw agentFailure(executor, result);
  return result.stdout;
}

function crossingsOf(plan: Plan, part: Part, names: readonly string[]): Crossing[] {
  const numbers = new Map(names.map((name, number) => [name, number]));
  return plan.topologies
    .flatMap(({ lowers }) => lowers)
    .filter(({ name, port }) => part.has(name) && !part.has(port))
    .map(({ name, port }) => ({ near: numbers.get(name) as number, far: numbers.get(port) as number }));
}

/** Devices of one name may be in several places (`lo`), and those of the plan in one alone. */
function dropsIn({ texts }: Recording, part: Part): [string, number][] {
  const [before = "", after = ""] = texts.filter((text) => text.includes("|"));
  requireStill(part.executor.place, before, after);
  return [...dropsBetween(before, after)].filter(([name]) => part.has(name));
}

/** The signal a frame of the plan is behind, wherever its sender is. */
type Behind = (frame: PlannedFrame, isSwitch: boolean) => Pick<Signal, "moment" | "round">;

/** Probes went when their part had been told to begin, or had everybody's; fences when everybody's probes had arrived. */
function behindRound(plan: Plan): Behind {
  const rounds = relayStates(plan);
  return ({ fence, reflectiveRelay }, isSwitch) => ({
    moment: isSwitch ? "sent" : fence ? "go" : "begin",
    round: rounds.indexOf(reflectiveRelay),
  });
}

/**
 * By the part's own clock.
 * @throws EnvironmentError when it did not wait: a signal was lost, or too late, and fences prove nothing.
 */
function requireOrder(part: Part, { records, sent }: Recording, plan: Plan, signals: readonly Signal[]): void {
  const seen = new Map<number, bigint>();
  for (const { kind, packetType, data, time } of records) {
    const id = kind === "tap" && packetType !== "outgoing" ? frameId(data, plan.nonce) : undefined;
    if (id !== undefined && !seen.has(id)) seen.set(id, time);
  }
  const sentAt = new Map(sent.map(({ data, time }) => [frameId(data, plan.nonce), time]));
  const isSwitch = plan.topologies.some((topology) => part.has(topology.switch));
  const behind = plan.interlude ? behindCrossing : behindRound(plan);
  for (const frame of plan.frames) {
    if (!part.has(interfaceOf(frame.from))) continue;
    const { moment, round } = behind(frame, isSwitch);
    const time = sentAt.get(frame.id) ?? 0n;
    const late = signals.find(
      (signal) =>
        signal.moment === moment &&
        signal.round === round &&
        part.has(signal.to) &&
        (seen.get(signal.id) ?? time) >= time,
    );
    if (late) throw lostSignal(part, late);
  }
}
