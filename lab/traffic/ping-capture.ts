/** The recordings of pings, from several places, as one pcapng file. */
import { PcapngWriter } from "../capture/pcapng-writer.ts";
import { writeRecord } from "./capture-file.ts";
import { frameId } from "./frame.ts";
import type { PlaceRecording } from "./ping.ts";
import type { AgentRecord } from "./records.ts";

export interface CapturedPings {
  readonly bytes: Buffer;
  /** By interface: numbers of its frames that are no fences. */
  readonly frames: ReadonlyMap<string, readonly number[]>;
  /** By `INTERFACE FENCE-ID`: numbers of the fence frames that arrived there. */
  readonly fences: ReadonlyMap<string, number[]>;
  /** Interfaces something other than a fence was seen leaving. */
  readonly sent: ReadonlySet<string>;
  readonly drops: number;
}

interface Placed {
  readonly name: string;
  readonly record: AgentRecord;
}

export function writePingCapture(
  recordings: readonly PlaceRecording[],
  nonce: number,
  application: string,
): CapturedPings {
  const pieces: Buffer[] = [];
  const writer = new PcapngWriter((piece) => pieces.push(piece), { application });
  const indexes = new Map<string, number>();
  for (const { interfaces } of recordings)
    for (const name of interfaces) if (!indexes.has(name)) indexes.set(name, writer.addInterface({ name }));
  const frames = new Map<string, number[]>();
  const fences = new Map<string, number[]>();
  const sent = new Set<string>();
  const push = (map: Map<string, number[]>, key: string, number: number) =>
    map.set(key, [...(map.get(key) ?? []), number]);
  inOrder(recordings).forEach(({ name, record }, at) => {
    const outgoing = record.packetType === "outgoing";
    const id = frameId(record.data, nonce);
    if (id === undefined) push(frames, name, at + 1);
    else if (!outgoing) push(fences, `${name} ${id}`, at + 1);
    if (id === undefined && outgoing) sent.add(name);
    writeRecord(writer, indexes.get(name) as number, record);
  });
  writer.end();
  const drops = recordings.reduce((sum, { recording }) => sum + recording.rings.tap[1], 0);
  return { bytes: Buffer.concat(pieces), frames, fences, sent, drops };
}

function inOrder(recordings: readonly PlaceRecording[]): Placed[] {
  const placed = recordings.flatMap(({ interfaces, recording }) =>
    recording.records
      .filter(({ kind }) => kind === "tap")
      .map((record): Placed => ({ name: interfaces[record.interface] as string, record })),
  );
  return placed.sort((a, b) => (a.record.time < b.record.time ? -1 : a.record.time > b.record.time ? 1 : 0));
}
