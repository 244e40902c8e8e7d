/**
 * Real pings between real IP stacks, all at once. Each end is in a namespace of its own; a recorder in each sees what
 * leaves and what arrives; once the pings are over a fence frame is sent to each end, from its peer's own address, which
 * reaches it whatever its mode.
 */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import type { CheckWorld } from "../topology/check-world.ts";
import { NO_PING, pingScript, recordFile } from "./ping-script.ts";
import { devicesIn, PLACES, type PlannedPing } from "./planned-ping.ts";
import { parseRecording, type Recording } from "./records.ts";

/** What was recorded in one place: the interfaces by their number, and what they saw. */
export interface PlaceRecording {
  readonly interfaces: readonly string[];
  readonly recording: Recording;
}

export interface PlayedPings {
  /** By world number: whether an answer came back. */
  readonly answered: ReadonlyMap<number, boolean>;
  readonly recordings: readonly PlaceRecording[];
}

/** Milliseconds the whole script may take. */
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
export async function playPings(
  executor: Executor,
  pings: readonly PlannedPing[],
  nonce: number,
): Promise<PlayedPings> {
  const result = await executor.run(pingScript(executor, pings, nonce), { deadline: DEADLINE });
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
  const recordings: PlaceRecording[] = [];
  for (const place of PLACES) {
    const chunks: Buffer[] = [];
    for await (const chunk of executor.get(recordFile(executor, place))) chunks.push(chunk);
    recordings.push({ interfaces: devicesIn(pings, place), recording: parseRecording(Buffer.concat(chunks)) });
  }
  return { answered: answersIn(result.stdout.toString()), recordings };
}

/** A ping that itself failed says nothing. */
function answersIn(output: string): Map<number, boolean> {
  const answered = new Map<number, boolean>();
  for (const [, number, status] of output.matchAll(/^ping (\d+) (\d+)$/gm))
    if (status === "0" || status === "1") answered.set(Number(number), status === "0");
  return answered;
}
