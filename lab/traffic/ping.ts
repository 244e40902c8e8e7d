/**
 * Real pings between real IP stacks, all at once. Each end is in a namespace of its own; a recorder in each sees what
 * leaves and what arrives; once the pings are over a fence frame is sent to each end, from its peer's own address, which
 * reaches it whatever its mode.
 */
import { EnvironmentError } from "../base/errors.ts";
import type { RunResult } from "../base/executor.ts";
import type { CheckWorld } from "../topology/check-world.ts";
import { allOf, type Part, type Stage } from "../topology/stage.ts";
import { awaitFences, expectLines, fenceLines, idBehindFences, recorderLines, sideLines } from "./ping-fences.ts";
import { lateAnswers } from "./ping-late.ts";
import { enter, NO_PING, pingScript, settlingScript } from "./ping-script.ts";
import { type PingRecorder, type PlannedPing, pingDevices, recordersOf } from "./planned-ping.ts";
import { startPlayer } from "./player.ts";
import { parseRecording, type Recording } from "./records.ts";
import { requireSignals, type Side, SidesInStep } from "./sides-in-step.ts";
import { crossingSignals } from "./signals.ts";
import { type Recorded, sameClock, timeLine } from "./time-line.ts";

export interface PlayedPings {
  /** By world number: whether an answer came back. */
  readonly answered: ReadonlyMap<number, boolean>;
  /** Numbers of worlds whose answer came when the ping had given up. */
  readonly late: ReadonlySet<number>;
  /** Of all places, the interfaces by their number in `pingDevices`. */
  readonly recording: Recording;
  /** Microseconds by which times of different parts may be off against one another; absent where one clock served all. */
  readonly clockError?: number;
}

/** Milliseconds the pings may take. */
const DEADLINE = 90_000;
/** How often pings are sent that a guest stood still in. */
const TIMES = 3;
/** Cables are crossed once before the pings; and behind them as often as an answer to who has an address, and to an echo, take. */
const BEHIND = [1, 2, 3] as const;

/** Pings of worlds whose two ends exist. */
export function planPings(worlds: readonly CheckWorld[]): PlannedPing[] {
  let id = 1;
  return worlds.flatMap((world) => {
    const { look } = world.check;
    if (look.look !== "ping") return [];
    return [{ world, from: look.from, to: look.to, fences: { from: id++, to: id++ } }];
  });
}

/** @throws EnvironmentError when the pings could not be sent or recorded; an answer that never came is no error. */
export async function playPings(stage: Stage, pings: readonly PlannedPing[], nonce: number): Promise<PlayedPings> {
  await allOf(stage.parts, (part) => runScript(part, settlingScript(pings, part)));
  for (let times = 1; ; times++) {
    const played = await playOnce(stage, pings, nonce);
    if (played.late.size === 0 || times === TIMES) return played;
  }
}

async function playOnce(stage: Stage, pings: readonly PlannedPing[], nonce: number): Promise<PlayedPings> {
  const { parts } = stage;
  const slowness = Math.max(...parts.map(({ executor }) => executor.slowness ?? 1));
  const recorders = recordersOf(stage, pings).map(
    (recorder): Recorder => ({
      ...recorder,
      player: startPlayer(recorder.part.executor, "play", enter(recorder.place)),
      ...sideLines(pings),
    }),
  );
  const topologies = pings.map(({ world }) => world.topology);
  const signals = crossingSignals({ nonce, topologies, firstId: idBehindFences(pings) }, parts, 1 + BEHIND.length);
  const outside = recorders.filter(({ place }) => place === "external");
  const steps = new SidesInStep(outside, signals, slowness);
  const cross = async (...rounds: readonly number[]) => {
    if (signals.length > 0) for (const round of rounds) await steps.cross(round);
  };
  await tellAll(recorders, (recorder) => recorderLines(pings, recorder));
  await cross(0);
  const said = await allOf(parts, (part) => runScript(part, pingScript(pings, part)));
  await cross(...BEHIND);
  await tellAll(recorders, (recorder) => expectLines(pings, recorder, nonce));
  await tellAll(recorders, (recorder) => fenceLines(pings, recorder, nonce));
  await tellAll(recorders, () => [awaitFences(slowness)]);
  const recorded = await allOf(parts, (part) => recordedIn(part, pings, recorders));
  for (const [index, part] of parts.entries())
    requireSignals(part, (recorded[index] as Recorded).recording, nonce, signals);
  const answered = new Map(said.flatMap((stdout) => [...answersIn(stdout)]));
  const one = onOneClock(recorded, nonce);
  return { answered, late: lateAnswers(pings, answered, one.recording), ...one };
}

type Recorder = PingRecorder & Side;

async function tellAll(
  recorders: readonly Recorder[],
  lines: (recorder: Recorder) => readonly string[],
): Promise<void> {
  await Promise.all(recorders.map((recorder) => recorder.player.play(lines(recorder))));
}

/** @returns its standard output. */
async function runScript({ executor }: Part, script: string): Promise<string> {
  const result: RunResult = await executor.run(script, { deadline: DEADLINE });
  if (result.status === NO_PING) {
    throw new EnvironmentError(`${executor.place}: there is no "ping": command -v ping`, {
      mend: "apt-get install iputils-ping",
    });
  }
  if (result.status !== 0) {
    throw new EnvironmentError(`${executor.place}: the pings ended with status ${result.status}`, {
      detail: result.stderr,
    });
  }
  return result.stdout.toString();
}

/** What the recorders of one part saw, and its cables to where the switch is. */
async function recordedIn(
  part: Part,
  pings: readonly PlannedPing[],
  recorders: readonly Recorder[],
): Promise<Recorded> {
  const own = recorders.filter((recorder) => recorder.part === part);
  const recordings = await Promise.all(own.map(async ({ player }) => parseRecording(await player.end())));
  const numbers = new Map(pingDevices(pings).map((name, number) => [name, number]));
  const cables = pings
    .filter(({ world: { lower } }) => part.has(lower.name) && !part.has(lower.port))
    .map(({ world: { lower } }) => ({
      near: numbers.get(lower.name) as number,
      far: numbers.get(lower.port) as number,
    }));
  return { recording: sameClock(recordings), cables };
}

/** @param recorded by part, the switch's last. */
function onOneClock(recorded: readonly Recorded[], nonce: number): Pick<PlayedPings, "recording" | "clockError"> {
  const reference = recorded.at(-1) as Recorded;
  const { recording, clocks } = timeLine(recorded.slice(0, -1), reference.recording, nonce);
  const error = Math.max(...clocks.map((clock) => clock?.error ?? Number.POSITIVE_INFINITY));
  return { recording, ...(Number.isFinite(error) ? { clockError: Math.ceil(error / 1000) } : {}) };
}

/** A ping that itself failed says nothing. */
function answersIn(output: string): Map<number, boolean> {
  const answered = new Map<number, boolean>();
  for (const [, number, status] of output.matchAll(/^ping (\d+) (\d+)$/gm))
    if (status === "0" || status === "1") answered.set(Number(number), status === "0");
  return answered;
}
