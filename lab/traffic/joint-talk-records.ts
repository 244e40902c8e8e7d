/**
 * Recordings of one plan of talks by several agents as one: stretch by stretch, from one text to the next, which all of them
 * have in the same order; within a stretch by time, by the clock of the last one. Pure.
 */
import { EnvironmentError } from "../base/errors.ts";
import type { ClockFit } from "./clock-fit.ts";
import { isFrame, type StreamRecord, type TalkRecording } from "./records.ts";
import { type Crossing, clockOf } from "./time-line.ts";

/** What one agent recorded, and the ways from it to the one whose clock counts. */
export interface RecordedTalks {
  readonly recording: TalkRecording;
  readonly cables: readonly Crossing[];
}

export interface JoinedTalks {
  readonly recording: TalkRecording;
  /** Nanoseconds that times of different agents may be off against one another; absent where nothing tells. */
  readonly clockError?: number;
}

/** What lies between two texts: a mark, or all counters of a look. */
interface Stretch {
  readonly texts: StreamRecord[];
  readonly records: StreamRecord[];
}

/**
 * @param reference whose clock it becomes.
 * @throws EnvironmentError when they do not have the same marks.
 */
export function joinTalks(others: readonly RecordedTalks[], reference: TalkRecording, nonce: number): JoinedTalks {
  const clocks = others.map(({ recording, cables }) =>
    clockOf(framesOf(recording), framesOf(reference), cables, nonce),
  );
  const origin = framesOf(reference).records[0]?.time ?? 0n;
  const parts = [
    ...others.map(({ recording }, index) => onClock(recording, origin, clocks[index])),
    reference.stream,
  ].map(stretchesOf);
  const [first = []] = parts;
  if (parts.some((one) => one.length !== first.length))
    throw new EnvironmentError("the agents of a neighbourhood did not play the same rounds");
  const stream = first.flatMap((_, index) => joined(parts.map((one) => one[index] as Stretch)));
  const drops = [...others.map(({ recording }) => recording), reference].reduce((sum, one) => sum + one.drops, 0);
  const errors = clocks.map((clock) => clock?.error ?? Number.POSITIVE_INFINITY);
  const clockError = Math.max(...errors);
  return { recording: { stream, drops }, ...(Number.isFinite(clockError) ? { clockError } : {}) };
}

function framesOf({ stream }: TalkRecording) {
  return { records: stream.filter(isFrame) };
}

function onClock(recording: TalkRecording, origin: bigint, clock: ClockFit | undefined): StreamRecord[] {
  const start = framesOf(recording).records[0]?.time ?? 0n;
  if (!clock) return [...recording.stream];
  const moved = (time: bigint) => origin + BigInt(Math.round(clock.offset + clock.rate * Number(time - start)));
  return recording.stream.map((record) => ({ ...record, time: moved(record.time) }));
}

/** A mark is a stretch's only text; counters of all namespaces are texts of one. What comes before the first is nobody's. */
function stretchesOf(stream: readonly StreamRecord[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const record of stream) {
    const last = stretches.at(-1);
    if (record.kind === "end") continue;
    if (record.kind !== "text") last?.records.push(record);
    else if (last && last.records.length === 0 && isCounters(record) && last.texts.every(isCounters))
      last.texts.push(record);
    else stretches.push({ texts: [record], records: [] });
  }
  return stretches;
}

function isCounters({ data }: StreamRecord): boolean {
  return data.subarray(0, 3).toString() === "ns ";
}

function joined(stretches: readonly Stretch[]): StreamRecord[] {
  const [first] = stretches;
  const texts = first?.texts.every(isCounters) ? stretches.flatMap((one) => one.texts) : (first?.texts ?? []);
  return [...texts, ...byTime(stretches.map(({ records }) => records))];
}

/** The earliest first; each agent's stay in their order. */
function byTime(queues: readonly (readonly StreamRecord[])[]): StreamRecord[] {
  const heads = queues.map((records) => ({ records, at: 0 }));
  const line: StreamRecord[] = [];
  for (;;) {
    const open = heads.filter(({ records, at }) => at < records.length);
    if (open.length === 0) return line;
    const time = ({ records, at }: (typeof heads)[number]) => (records[at] as StreamRecord).time;
    const next = open.reduce((a, b) => (time(b) < time(a) ? b : a));
    line.push(next.records[next.at++] as StreamRecord);
  }
}
