/** The agent's records (`struct record` of `images/agent/agent.h`), read back. */
import { EnvironmentError } from "../base/errors.ts";
import type { TapKind } from "../model/sighting.ts";
import { PACKET_TYPES, type PacketType } from "../model/vocabulary.ts";

const HEADER = 24;
const NO_INTERFACE = 0xffff;
const KINDS = [undefined, "tap", "host", "device", "sent", "text", "end", "talk"] as const;

export interface AgentRecord {
  readonly kind: TapKind | "sent";
  /** The agent's number of the interface. */
  readonly interface: number;
  readonly packetType: PacketType;
  readonly time: bigint;
  readonly originalLength: number;
  /** Of a sent frame: 0 or an errno. */
  readonly result: number;
  readonly data: Buffer;
}

export interface Recording {
  /** In the order of time; records of interfaces that are not the plan's are left out. */
  readonly records: readonly AgentRecord[];
  /** Those of frames sent, in the order they were sent in, whatever the clock said. */
  readonly sent: readonly AgentRecord[];
  /** Texts the agent recorded: counters before and after, marks. */
  readonly texts: readonly string[];
  /** Packets and drops of the two rings: `[packets, drops]`. */
  readonly rings: { readonly tap: readonly [number, number]; readonly host: readonly [number, number] };
}

/** One record of any kind, as the agent made it. */
export interface StreamRecord extends Omit<AgentRecord, "kind"> {
  readonly kind: Exclude<(typeof KINDS)[number], undefined>;
}

/** @throws EnvironmentError when the recording ends before its end record. */
export function parseRecording(bytes: Buffer): Recording {
  const stream = parseStream(bytes);
  const [texts, frames, end] = [
    stream.filter(({ kind }) => kind === "text").map(({ data }) => data.toString()),
    stream.filter(isFrame).filter((record) => record.interface !== NO_INTERFACE),
    stream.at(-1),
  ];
  const rings = JSON.parse((end as StreamRecord).data.toString()) as Recording["rings"];
  const sent = frames.filter(({ kind }) => kind === "sent");
  return { records: frames.sort(byTime), sent, texts, rings };
}

export function isFrame(record: StreamRecord): record is StreamRecord & AgentRecord {
  return record.kind !== "text" && record.kind !== "end" && record.kind !== "talk";
}

/** Of talks: the records in the order the agent made them, which the marks between tries are part of. */
export interface TalkRecording {
  readonly stream: readonly StreamRecord[];
  /** Frames all rings together dropped. */
  readonly drops: number;
}

/** @throws EnvironmentError when the recording ends before its end record. */
export function parseTalkRecording(bytes: Buffer): TalkRecording {
  const stream = parseStream(bytes);
  const { tap } = JSON.parse((stream.at(-1) as StreamRecord).data.toString()) as Recording["rings"];
  return { stream, drops: tap[1] };
}

/** Up to the end record. */
function parseStream(bytes: Buffer): StreamRecord[] {
  const stream: StreamRecord[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    if (length < HEADER || at + length > bytes.length) break;
    const kind = KINDS[bytes[at + 4] as number];
    if (kind) stream.push(record(bytes, at, kind, bytes.subarray(at + HEADER, at + length)));
    if (kind === "end") return stream;
    at += length;
  }
  throw new EnvironmentError(`the agent's recording breaks off after ${bytes.length} bytes`);
}

function record(bytes: Buffer, at: number, kind: StreamRecord["kind"], data: Buffer): StreamRecord {
  return {
    kind,
    interface: bytes.readUInt16LE(at + 6),
    packetType: PACKET_TYPES[bytes[at + 5] as number] ?? "otherhost",
    time: bytes.readBigUInt64LE(at + 8),
    originalLength: bytes.readUInt32LE(at + 16),
    result: bytes.readInt32LE(at + 20),
    data,
  };
}

function byTime(a: AgentRecord, b: AgentRecord): number {
  return a.time < b.time ? -1 : a.time > b.time ? 1 : 0;
}
