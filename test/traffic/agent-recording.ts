/** Recordings as the agent writes them (`struct record` of images/agent/agent.h). */
import { PACKET_TYPES, type PacketType } from "../../lab/model/vocabulary.ts";

const KINDS = { tap: 1, host: 2, device: 3, sent: 4, text: 5, end: 6, talk: 7 } as const;

export interface RecordParts {
  readonly kind: keyof typeof KINDS;
  readonly interface?: number;
  readonly packetType?: PacketType;
  /** Nanoseconds. */
  readonly time?: bigint;
  readonly originalLength?: number;
  readonly result?: number;
  readonly data?: Uint8Array | string;
}

export function encodeRecord(parts: RecordParts): Buffer {
  const data = Buffer.from((parts.data ?? "") as Uint8Array);
  const head = Buffer.alloc(24);
  head.writeUInt32LE(24 + data.length, 0);
  head[4] = KINDS[parts.kind];
  head[5] = PACKET_TYPES.indexOf(parts.packetType ?? "host");
  head.writeUInt16LE(parts.interface ?? 0, 6);
  head.writeBigUInt64LE(parts.time ?? 0n, 8);
  head.writeUInt32LE(parts.originalLength ?? data.length, 16);
  head.writeInt32LE(parts.result ?? 0, 20);
  return Buffer.concat([head, data]);
}

export function encodeEnd(tap: readonly number[] = [0, 0], host: readonly number[] = [0, 0]): Buffer {
  return encodeRecord({ kind: "end", interface: 0xffff, data: JSON.stringify({ tap, host }) });
}

export function encodeRecording(records: readonly RecordParts[]): Buffer {
  return Buffer.concat([...records.map(encodeRecord), encodeEnd()]);
}
