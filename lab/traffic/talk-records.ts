/** The agent's records of talks: a capture of everybody's device, and what became of each try. */
import { PcapngWriter } from "../capture/pcapng-writer.ts";
import { interfaceOf } from "../model/topology.ts";
import type { SeenAt, Try } from "../model/try.ts";
import { writeRecord } from "./capture-file.ts";
import { frameId } from "./frame.ts";
import { growingBuffer } from "./growing-buffer.ts";
import type { StreamRecord, TalkRecording } from "./records.ts";
import { type Said, saidIn, type Talking, talkingOf } from "./talk-frames.ts";
import { fenceIds, tryName } from "./talk-lines.ts";
import { stackNumber, vlanNumber } from "./talk-numbers.ts";
import { isLease, type PlannedTalk, type TalkPlan, TRIES } from "./talk-plan.ts";

export interface ReadTalks {
  /** The pcapng file's bytes. */
  readonly bytes: Buffer;
  /** By id of the talk, its tries in order. */
  readonly tries: ReadonlyMap<number, readonly Try[]>;
}

/** A try while it is put together. */
interface Writing {
  sent: number | undefined;
  asked: boolean;
  left: boolean;
  told: boolean;
  arrived: boolean;
  /** Whether its stack was seen answering. */
  spoke: boolean;
  /** By sockets, how often. */
  heard: number;
  answered: number;
  readonly frames: { readonly source: number[]; readonly destination: number[] };
  /** By number of the device: fences of this try. */
  readonly fences: ReadonlyMap<number, readonly number[]>;
}

/** One stretch of the recording: a try of a round. */
interface Stretch {
  readonly attempt: number;
  readonly talking: Talking;
  readonly fenceIds: readonly number[];
  readonly fences: Map<number, number[]>;
}

/** What is known so far. */
interface Reading {
  readonly plan: TalkPlan;
  readonly talks: ReadonlyMap<number, PlannedTalk>;
  /** By id of the talk, its tries in order. */
  readonly tries: Map<number, Writing[]>;
}

export function readTalks(plan: TalkPlan, recording: TalkRecording, application: string): ReadTalks {
  const file = growingBuffer();
  const writer = new PcapngWriter(file.add, { application });
  const description = "where its stack is; frames of its own conversations";
  const indexes = new Map(
    [...plan.place.residents.values()].map((resident) => [
      stackNumber(resident),
      writer.addInterface({ name: interfaceOf(resident.node), description }),
    ]),
  );
  const reading = newReading(plan);
  let stretch: Stretch | undefined;
  let frame = 0;
  for (const record of recording.stream) {
    const index = indexes.get(record.interface);
    if (record.kind === "text") stretch = openStretch(reading, record.data.toString());
    else if (record.kind === "talk") noteWord(reading, record);
    else if (record.kind === "tap" && index !== undefined) {
      frame++;
      writeRecord(writer, index, record);
      if (stretch) noteFrame(reading, stretch, record, frame);
    }
  }
  writer.end();
  return { bytes: file.bytes(), tries: triesOf(reading) };
}

function newReading(plan: TalkPlan): Reading {
  const talks = plan.rounds.flatMap((round) => round.talks);
  return { plan, talks: new Map(talks.map((talk) => [talk.id, talk])), tries: new Map() };
}

/** The tries a mark begins: of those that were not answered before. A mark again is the same try again, in the other's place. */
function openStretch({ plan, tries }: Reading, mark: string): Stretch | undefined {
  const [round = 0, attempt = 0] = (/^round (\d+) try (\d+)$/.exec(mark) ?? []).slice(1).map(Number);
  const talks = plan.rounds[round]?.talks;
  if (!talks || mark !== tryName(round, attempt) || attempt < 1 || attempt > TRIES) return undefined;
  const open = talks.filter(({ id }) => !tries.get(id)?.some(({ answered }) => answered > 0));
  const fences = new Map<number, number[]>();
  for (const { id } of open) tries.set(id, [...(tries.get(id) ?? []).slice(0, attempt - 1), newTry(fences)]);
  return {
    attempt,
    talking: talkingOf(open),
    fenceIds: fenceIds(round, attempt),
    fences,
  };
}

function newTry(fences: Writing["fences"]): Writing {
  const flags = { asked: false, left: false, told: false, arrived: false, spoke: false };
  return { sent: undefined, ...flags, heard: 0, answered: 0, frames: { source: [], destination: [] }, fences };
}

/** Up to the first that was answered: an answer may come when the next try has begun. */
function triesOf({ talks, tries }: Reading): Map<number, Try[]> {
  return new Map(
    [...tries].map(([id, all]) => {
      const answered = all.findIndex((one) => one.answered > 0);
      const counted = answered < 0 ? all : all.slice(0, answered + 1);
      return [id, counted.map((one) => tryOf(talks.get(id) as PlannedTalk, one))];
    }),
  );
}

function tryOf({ from, to }: PlannedTalk, one: Writing): Try {
  const { sent, asked, left, told, arrived, heard, answered, spoke, frames, fences } = one;
  const at = (resident: PlannedTalk["from"], own: readonly number[]): SeenAt => ({
    interface: interfaceOf(resident.node),
    frames: own,
    control: fences.get(stackNumber(resident)) ?? [],
  });
  const again = { heard: Math.max(0, heard - 1), answered: Math.max(0, answered - 1) };
  return {
    ...{ sent, asked, left, told, arrived, heard: heard > 0 || spoke, answered: answered > 0 },
    ...(again.heard + again.answered > 0 ? { duplicates: again } : {}),
    source: at(from, frames.source),
    destination: at(to, frames.destination),
  };
}

/** `ID TRY WORD [ERRNO]`, of the try it names. What came by another device than it is to come by is not it. */
function noteWord({ talks, tries }: Reading, record: StreamRecord): void {
  const [id = "", attempt, word, errno = "0"] = record.data.toString().split(" ");
  const talk = talks.get(Number(id));
  const one = tries.get(Number(id))?.[Number(attempt) - 1];
  if (!talk || !one) return;
  const number = talk.cell.traffic === "vlan" ? vlanNumber : stackNumber;
  const isAt = (end: PlannedTalk["from"]) => isLease(talk) || record.interface === number(end);
  if (word === "sent") one.sent = Number(errno);
  if (word === "answered" && isAt(talk.from)) one.answered++;
  if (word === "heard" && isAt(talk.to)) one.heard++;
}

function noteFrame({ plan, tries }: Reading, stretch: Stretch, record: StreamRecord, frame: number): void {
  const fence = frameId(record.data, plan.nonce);
  if (fence !== undefined) {
    noteFence(stretch, record, fence, frame);
    return;
  }
  const said = saidIn(stretch.talking, record);
  const one = said && tries.get(said.talk.id)?.[stretch.attempt - 1];
  if (!one) return;
  const { from, to } = said.talk;
  // What comes behind its fence is what the end of the try set going.
  const isEvidence = !stretch.fences.has(record.interface);
  if (record.interface === stackNumber(from)) {
    if (isEvidence) one.frames.source.push(frame);
    if (record.packetType === "outgoing") noteLeaving(one, said);
  }
  if (record.interface === stackNumber(to)) {
    if (isEvidence) one.frames.destination.push(frame);
    if (record.packetType === "outgoing") noteAnswer(one, said);
    else if (said.way === "there" && record.packetType !== "otherhost") one.arrived = true;
  }
}

/** Only those of this very try show that what was said in it could have come. */
function noteFence({ fenceIds: own, fences }: Stretch, record: StreamRecord, fence: number, frame: number): void {
  if (record.packetType === "outgoing" || !own.includes(fence)) return;
  fences.set(record.interface, [...(fences.get(record.interface) ?? []), frame]);
}

function noteLeaving(one: Writing, { says, by, way }: Said): void {
  if (says === "asks" && by === "source") one.asked = true;
  if (way === "there") one.left = true;
}

function noteAnswer(one: Writing, { says, by, way }: Said): void {
  if (says === "tells" && by === "destination") one.told = true;
  if (way === "back") one.spoke = true;
}
