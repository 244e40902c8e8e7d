/** The agent's records of talks: a capture of everybody's device, and what became of each try. */
import { decodeInternet } from "../capture/internet.ts";
import { decodeLease } from "../capture/lease.ts";
import { PcapngWriter } from "../capture/pcapng-writer.ts";
import type { SeenAt, Try } from "../model/try.ts";
import type { Resident } from "../topology/residents.ts";
import { writeRecord } from "./capture-file.ts";
import { frameId } from "./frame.ts";
import type { StreamRecord, TalkRecording } from "./records.ts";
import { isLease, type PlannedTalk, type TalkPlan, TRIES } from "./talk-plan.ts";
import { tryName } from "./talk-script.ts";

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
  heard: boolean;
  answered: boolean;
  readonly source: { frames: number[]; control: readonly number[] };
  readonly destination: { frames: number[]; control: readonly number[] };
}

/** One stretch of the recording: a try of a round. */
interface Stretch {
  readonly byAddress: ReadonlyMap<string, PlannedTalk>;
  readonly tries: ReadonlyMap<number, Writing>;
  readonly byId: ReadonlyMap<number, PlannedTalk>;
  readonly leases: boolean;
  /** By number of the device: its fences. */
  readonly fences: Map<number, number[]>;
}

export function readTalks(plan: TalkPlan, recording: TalkRecording, application: string): ReadTalks {
  const pieces: Buffer[] = [];
  const writer = new PcapngWriter((piece) => pieces.push(piece), { application });
  const residents = new Map([...plan.place.residents.values()].map((resident) => [resident.number, resident]));
  const indexes = new Map(
    [...residents].map(([number, { device }]) => [
      number,
      writer.addInterface({ name: device, description: "where its stack is; frames of its own conversations" }),
    ]),
  );
  const tries = new Map<number, Try[]>();
  let stretch: Stretch | undefined;
  let frame = 0;
  for (const record of recording.stream) {
    if (record.kind === "text") {
      if (stretch) closeStretch(stretch, tries);
      stretch = openStretch(plan, record.data.toString(), tries);
    } else if (record.kind === "talk") {
      if (stretch) noteWord(stretch, record, residents);
    } else if (record.kind === "tap" && indexes.has(record.interface)) {
      frame++;
      writeRecord(writer, indexes.get(record.interface) as number, record);
      if (stretch) noteFrame(stretch, record, frame, plan.nonce);
    }
  }
  if (stretch) closeStretch(stretch, tries);
  writer.end();
  return { bytes: Buffer.concat(pieces), tries };
}

/** The tries a mark begins: of those that were not answered before. */
function openStretch(plan: TalkPlan, mark: string, known: ReadonlyMap<number, readonly Try[]>): Stretch | undefined {
  const [, round = "", attempt = ""] = /^round (\d+) try (\d+)$/.exec(mark) ?? [];
  const talks = plan.rounds[Number(round)]?.talks;
  if (!talks || mark !== tryName(Number(round), Number(attempt)) || Number(attempt) > TRIES) return undefined;
  const open = talks.filter(({ id }) => !known.get(id)?.at(-1)?.answered);
  return {
    byId: new Map(open.map((talk) => [talk.id, talk])),
    leases: open.some(isLease),
    byAddress: new Map(open.flatMap((talk) => [[talk.source, talk] as const, [talk.destination, talk] as const])),
    tries: new Map(open.map(({ id }) => [id, newTry()])),
    fences: new Map(),
  };
}

function newTry(): Writing {
  const flags = { asked: false, left: false, told: false, heard: false, answered: false };
  return { sent: undefined, ...flags, source: { frames: [], control: [] }, destination: { frames: [], control: [] } };
}

function closeStretch({ byId, tries, fences }: Stretch, all: Map<number, Try[]>): void {
  for (const { id, from, to } of byId.values()) {
    const { source, destination, ...facts } = tries.get(id) as Writing;
    const at = (resident: Resident, { frames }: { frames: number[] }): SeenAt => ({
      interface: resident.device,
      frames,
      control: fences.get(resident.number) ?? [],
    });
    all.set(id, [...(all.get(id) ?? []), { ...facts, source: at(from, source), destination: at(to, destination) }]);
  }
}

/** `ID TRY WORD [ERRNO]`. */
function noteWord({ byId, tries }: Stretch, record: StreamRecord, residents: ReadonlyMap<number, Resident>): void {
  const [id = "", , word, errno = "0"] = record.data.toString().split(" ");
  const one = tries.get(Number(id));
  if (!one) return;
  if (word === "sent") one.sent = Number(errno);
  if (word === "answered") one.answered = true;
  if (word === "heard" && residents.get(record.interface % 100) === byId.get(Number(id))?.to) one.heard = true;
}

function noteFrame(stretch: Stretch, record: StreamRecord, frame: number, nonce: number): void {
  const outgoing = record.packetType === "outgoing";
  if (frameId(record.data, nonce) !== undefined) {
    if (!outgoing) stretch.fences.set(record.interface, [...(stretch.fences.get(record.interface) ?? []), frame]);
    return;
  }
  if (stretch.leases) {
    noteLease(stretch, record, frame);
    return;
  }
  const header = decodeInternet(record.data);
  const talk = header && (stretch.byAddress.get(header.source) ?? stretch.byAddress.get(header.destination));
  if (!talk) return;
  const one = stretch.tries.get(talk.id) as Writing;
  if (record.interface === talk.from.number) one.source.frames.push(frame);
  if (record.interface === talk.to.number) one.destination.frames.push(frame);
  if (!outgoing) return;
  if (record.interface === talk.from.number && header.source === talk.source) {
    if (header.says === "asks") one.asked = true;
    if (header.says === "packet" && header.destination === talk.destination) one.left = true;
  }
  if (record.interface === talk.to.number && header.source === talk.destination) {
    if (header.says === "tells") one.told = true;
    if (header.says === "packet" && header.destination === talk.source) one.heard = true;
  }
}

/** A client has no internet address yet: what it and the server say is known by its hardware address. */
function noteLease(stretch: Stretch, record: StreamRecord, frame: number): void {
  const message = decodeLease(record.data);
  const talk = message && stretch.byAddress.get(message.client);
  if (!talk) return;
  const one = stretch.tries.get(talk.id) as Writing;
  const outgoing = record.packetType === "outgoing";
  if (record.interface === talk.from.number) one.source.frames.push(frame);
  if (record.interface === talk.to.number) one.destination.frames.push(frame);
  if (outgoing && record.interface === talk.from.number && message.says === "asks") one.left = true;
  if (outgoing && record.interface === talk.to.number && message.says === "tells") one.heard = true;
}
