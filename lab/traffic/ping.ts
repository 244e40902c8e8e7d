/**
 * Real pings between real IP stacks, all at once. Each end is in a namespace of its own; a recorder in each sees what
 * leaves and what arrives; once the pings are over a fence frame is sent to each end, from its peer's own address, which
 * reaches it whatever its mode.
 */
import { EnvironmentError } from "../base/errors.ts";
import type { RunResult } from "../base/executor.ts";
import type { CheckWorld } from "../topology/check-world.ts";
import type { Part, Stage } from "../topology/stage.ts";
import { awaitFences, crossingLines, fenceLines, recorderLines } from "./ping-fences.ts";
import { enter, NO_PING, pingScript, settlingScript } from "./ping-script.ts";
import { type PingRecorder, type PlannedPing, pingDevices, recordersOf } from "./planned-ping.ts";
import { type Player, startPlayer } from "./player.ts";
import { parseRecording, type Recording } from "./records.ts";
import { type Recorded, sameClock, timeLine } from "./time-line.ts";

export interface PlayedPings {
  /** By world number: whether an answer came back. */
  readonly answered: ReadonlyMap<number, boolean>;
  /** Of all places, the interfaces by their number in `pingDevices`. */
  readonly recording: Recording;
  /** Microseconds by which times of different parts may be off against one another; absent where one clock served all. */
  readonly clockError?: number;
}

/** Milliseconds the pings may take. */
const DEADLINE = 90_000;

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
  const { parts } = stage;
  await Promise.all(parts.map((part) => runScript(part, settlingScript(pings, part))));
  const recorders = recordersOf(stage, pings).map((recorder) => ({
    recorder,
    player: startPlayer(recorder.part.executor, "play", enter(recorder.place)),
  }));
  const all = (lines: (recorder: PingRecorder) => readonly string[]) =>
    Promise.all(recorders.map(({ recorder, player }) => player.play(lines(recorder))));
  await all((recorder) => recorderLines(pings, recorder, nonce));
  await all((recorder) => crossingLines(pings, recorder, "before", nonce));
  const said = await Promise.all(parts.map((part) => runScript(part, pingScript(pings, part))));
  const slowness = Math.max(...parts.map(({ executor }) => executor.slowness ?? 1));
  await all((recorder) => fenceLines(pings, recorder, nonce));
  await all((recorder) => crossingLines(pings, recorder, "behind", nonce));
  await all(() => [awaitFences(slowness)]);
  const recorded = await Promise.all(parts.map((part) => recordedIn(part, pings, recorders)));
  return { answered: new Map(said.flatMap((stdout) => [...answersIn(stdout)])), ...onOneClock(recorded, nonce) };
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
  recorders: readonly { readonly recorder: PingRecorder; readonly player: Player }[],
): Promise<Recorded> {
  const own = recorders.filter(({ recorder }) => recorder.part === part);
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
