/**
 * Recordings of several guests, each by a clock of its own, as one: their clocks are told from the frames that crossed the
 * cables both ways, and where the clocks cannot tell, what arrived comes after what was sent. Pure.
 */
import { type Bound, type ClockFit, fitClock } from "./clock-fit.ts";
import { frameId } from "./frame.ts";
import type { AgentRecord, Recording } from "./records.ts";

/** A cable between the interfaces of two guests, by the agents' numbers. */
export interface Crossing {
  readonly near: number;
  readonly far: number;
}

/** One guest's recording, and the cables that lead from it to where the reference clock is. */
export interface Recorded {
  readonly recording: Recording;
  readonly cables: readonly Crossing[];
}

export interface TimeLine {
  readonly recording: Recording;
  /** Of each recording but the reference; undefined where nothing went one of the ways. */
  readonly clocks: readonly (ClockFit | undefined)[];
}

/** @param reference whose clock it becomes: that of the switch, which all cables lead to. @param nonce the plan's */
export function timeLine(others: readonly Recorded[], reference: Recording, nonce: number): TimeLine {
  const clocks = others.map(({ recording, cables }) => clockOf(recording, reference, cables, nonce));
  const streams = [
    ...others.map(({ recording }, index) => onReference(recording.records, reference, clocks[index])),
    [...reference.records],
  ];
  const records = merged(streams, crossings(others), nonce);
  return { clocks, recording: joined([...others.map(({ recording }) => recording), reference], records) };
}

/** Recordings of several agents by one clock, as one. */
export function sameClock(recordings: readonly Recording[]): Recording {
  const records = recordings.flatMap((one) => one.records);
  return joined(
    recordings,
    records.sort((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time))),
  );
}

/** @param records of all of them, in order. */
function joined(all: readonly Recording[], records: readonly AgentRecord[]): Recording {
  const total = (counts: readonly number[]) => counts.reduce((sum, one) => sum + one, 0);
  const sum = (ring: "tap" | "host") =>
    [total(all.map(({ rings }) => rings[ring][0])), total(all.map(({ rings }) => rings[ring][1]))] as const;
  return {
    records,
    sent: records.filter(({ kind }) => kind === "sent"),
    texts: all.flatMap(({ texts }) => texts),
    rings: { tap: sum("tap"), host: sum("host") },
  };
}

/** By interface: what arrives there left the other one before. */
function crossings(others: readonly Recorded[]): Map<number, number> {
  return new Map(
    others.flatMap(({ cables }) => cables.flatMap(({ near, far }) => [[near, far] as const, [far, near] as const])),
  );
}

/** What a clock is told from. */
type Timed = Pick<Recording, "records">;

/** The clock of one recording against the reference's; undefined where nothing went one of the ways. */
export function clockOf(
  own: Timed,
  reference: Timed,
  cables: readonly Crossing[],
  nonce: number,
): ClockFit | undefined {
  const [ownStart, start] = [own.records[0]?.time ?? 0n, reference.records[0]?.time ?? 0n];
  const bounds = (out: Timed, from: "near" | "far", into: Timed) =>
    pairsOf(
      out,
      into,
      cables.map((cable) => [cable[from], cable[from === "near" ? "far" : "near"]] as const),
      nonce,
    );
  const bound = (mine: bigint, other: bigint): Bound => ({ x: Number(mine - ownStart), y: Number(other - start) });
  const fit = fitClock(
    bounds(own, "near", reference).map(([left, arrived]) => bound(left, arrived)),
    bounds(reference, "far", own).map(([left, arrived]) => bound(arrived, left)),
  );
  return fit;
}

/** When each frame left one interface and when it arrived at the other: the n-th copy out is the n-th in. */
function pairsOf(
  out: Timed,
  into: Timed,
  cables: readonly (readonly [number, number])[],
  nonce: number,
): (readonly [bigint, bigint])[] {
  return cables.flatMap(([from, to]) => {
    const left = passing(out.records, from, true, nonce);
    const arrived = passing(into.records, to, false, nonce);
    return [...left].flatMap(([id, times]) =>
      times.flatMap((time, index) => {
        const there = arrived.get(id)?.[index];
        return there === undefined ? [] : [[time, there] as const];
      }),
    );
  });
}

function passing(
  records: readonly AgentRecord[],
  name: number,
  outgoing: boolean,
  nonce: number,
): Map<number, bigint[]> {
  const times = new Map<number, bigint[]>();
  for (const record of records) {
    if (record.interface !== name || !isTap(record) || isOutgoing(record) !== outgoing) continue;
    const id = frameId(record.data, nonce);
    if (id === undefined) continue;
    const known = times.get(id);
    if (known) known.push(record.time);
    else times.set(id, [record.time]);
  }
  return times;
}

const isTap = ({ kind }: AgentRecord) => kind === "tap";
const isOutgoing = ({ packetType }: AgentRecord) => packetType === "outgoing";

function onReference(
  records: readonly AgentRecord[],
  reference: Recording,
  clock: ClockFit | undefined,
): AgentRecord[] {
  const [ownStart, start] = [records[0]?.time ?? 0n, reference.records[0]?.time ?? 0n];
  if (!clock) return [...records];
  return records.map((record) => {
    const y = clock.offset + clock.rate * Number(record.time - ownStart);
    return { ...record, time: start + BigInt(Math.round(y)) };
  });
}

/** A record with what it is of a crossing: the interface, direction and frame, and those it comes after. */
interface Entry {
  readonly record: AgentRecord;
  readonly own?: string;
  readonly before?: string;
}

function entryOf(record: AgentRecord, ways: ReadonlyMap<number, number>, nonce: number): Entry {
  const other = ways.get(record.interface);
  const id = other === undefined || !isTap(record) ? undefined : frameId(record.data, nonce);
  if (id === undefined) return { record };
  const own = `${record.interface} ${isOutgoing(record)} ${id}`;
  return isOutgoing(record) ? { record, own } : { record, own, before: `${other} true ${id}` };
}

/** The earliest first, but nothing that arrived before it left; times never run backwards. */
function merged(
  streams: readonly (readonly AgentRecord[])[],
  ways: ReadonlyMap<number, number>,
  nonce: number,
): AgentRecord[] {
  const queues = streams.map((stream) => ({ entries: stream.map((record) => entryOf(record, ways, nonce)), at: 0 }));
  const passed = new Map<string, number>();
  const count = (key: string | undefined) => (key === undefined ? 0 : (passed.get(key) ?? 0));
  const totals = new Map<string, number>();
  for (const { own, before } of queues.flatMap(({ entries }) => entries))
    if (own !== undefined && before === undefined) totals.set(own, (totals.get(own) ?? 0) + 1);
  // What a driver shows on a lower device and never sends (`macvlan_queue_xmit`, between bridge siblings) crossed nothing.
  const isEarly = ({ own, before }: Entry) =>
    before !== undefined && count(own) < (totals.get(before) ?? 0) && count(own) >= count(before);
  const line: AgentRecord[] = [];
  for (let last = 0n; ; ) {
    const open = queues.filter(({ entries, at }) => at < entries.length);
    const head = ({ entries, at }: (typeof queues)[number]) => entries[at] as Entry;
    const ready = open.filter((queue) => !isEarly(head(queue)));
    const from = ready.length > 0 ? ready : open; // of what was missed on its way out, nobody knows when it left
    if (from.length === 0) return line;
    const queue = from.reduce((a, b) => (head(b).record.time < head(a).record.time ? b : a));
    const { record, own } = head(queue);
    queue.at++;
    if (own !== undefined) passed.set(own, count(own) + 1);
    last = record.time > last ? record.time : last;
    line.push(record.time === last ? record : { ...record, time: last });
  }
}
