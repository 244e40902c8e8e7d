/** A few conversations, planned, and recordings of them made by hand. */
import { type Conversation, conversationsOf } from "../../lab/model/cell.ts";
import type { ConversationAxes } from "../../lab/model/scenario.ts";
import type { PacketType } from "../../lab/model/vocabulary.ts";
import { neighbourhoodOf, type Resident } from "../../lab/topology/residents.ts";
import { probeFrame } from "../../lab/traffic/frame.ts";
import { parseTalkRecording } from "../../lab/traffic/records.ts";
import { fenceIds, tryName } from "../../lab/traffic/talk-lines.ts";
import { type PlannedTalk, planTalks, type TalkPlan } from "../../lab/traffic/talk-plan.ts";
import { conversations } from "../../scenarios/conversations.ts";
import { encodeEnd, encodeRecord, type RecordParts } from "./agent-recording.ts";

export const NONCE = 0x01020304;
export const ALL = conversationsOf(conversations.conversations as ConversationAxes);

/** Of two macvlans in bridge mode on one lower device, relay off, unless something else is asked for. */
export function conversation(wanted: Partial<Conversation>): Conversation {
  const bridge = { kind: "macvlan", mode: "bridge" } as const;
  const ends = { source: bridge, destination: bridge };
  return { placement: "same-lower", reflectiveRelay: false, traffic: "icmp", ...ends, ...wanted };
}

export function planOf(...cells: readonly Conversation[]): TalkPlan {
  return planTalks(cells, neighbourhoodOf(cells, true), NONCE);
}

/** The first talk of a plan. */
export function onlyTalk({ rounds }: TalkPlan): PlannedTalk {
  return rounds[0]?.talks[0] as PlannedTalk;
}

export const mark = (round: number, attempt: number): RecordParts => ({ kind: "text", data: tryName(round, attempt) });

export const word = (text: string, at = 0xffff): RecordParts => ({ kind: "talk", interface: at, data: text });

export function frame(at: number, packetType: PacketType, data: Buffer): RecordParts {
  return { kind: "tap", interface: at, packetType, data };
}

/** Fences of a try arriving at these. */
export function fences(round: number, attempt: number, ...at: readonly Resident[]): RecordParts[] {
  const header = { source: "02:00:00:00:00:0a", destination: "ff:ff:ff:ff:ff:ff" };
  const [id] = fenceIds(round, attempt);
  return at.map(({ number }) => frame(number, "broadcast", probeFrame(header, NONCE, id, "fence")));
}

export type Records = readonly (RecordParts | readonly RecordParts[])[];

export function recordingOf(...records: Records) {
  return parseTalkRecording(Buffer.concat([...records.flat().map(encodeRecord), encodeEnd()]));
}
