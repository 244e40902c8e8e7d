/** The agent's records (`struct record` of `images/agent/agent.h`), read back. */
import { EnvironmentError } from "../base/errors.ts";
import type { TapKind } from "../model/sighting.ts";
import { PACKET_TYPES, type PacketType } from "../model/vocabulary.ts";

const HEADER = 24;
const NO_INTERFACE = 0xffff;
const KINDS = [undefined, "tap", "host", "device", "sent", "text", "end"] as const;

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

/** @throws EnvironmentError when the recording ends before its end record. */
export function parseRecording(bytes: Buffer): Recording {
  const records: AgentRecord[] = [];
  const texts: string[] = [];
  let rings: Recording["rings"] | undefined;
  for (let at = 0; at + HEADER <= bytes.length && !rings; ) {
    const length = bytes.readUInt32LE(at);
    if (length < HEADER || at + length > bytes.length) break;
    const kind = KINDS[bytes[at + 4] as number];
    const data = bytes.subarray(at + HEADER, at + length);
    if (kind === "end") rings = JSON.parse(data.toString()) as Recording["rings"];
    else if (kind === "text") texts.push(data.toString());
    else if (kind && bytes.readUInt16LE(at + 6) !== NO_INTERFACE) records.push(record(bytes, at, kind, data));
    at += length;
  }
  if (!rings) throw new EnvironmentError(`the agent's recording breaks off after ${bytes.length} bytes`);
  const sent = records.filter(({ kind }) => kind === "sent");
  return { records: records.sort(byTime), sent, texts, rings };
}

function record(bytes: Buffer, at: number, kind: AgentRecord["kind"], data: Buffer): AgentRecord {
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
