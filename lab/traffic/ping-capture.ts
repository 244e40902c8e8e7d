/** The recording of pings as a pcapng file. */
import { decodeInternet } from "../capture/internet.ts";
import { PcapngWriter } from "../capture/pcapng-writer.ts";
import { writeRecord } from "./capture-file.ts";
import { frameId } from "./frame.ts";
import { isOfPing } from "./planned-ping.ts";
import type { Recording } from "./records.ts";

export interface CapturedPings {
  readonly bytes: Buffer;
  /** By interface: numbers of its frames that are no fences. */
  readonly frames: ReadonlyMap<string, readonly number[]>;
  /** By `INTERFACE FENCE-ID`: numbers of the fence frames that arrived there. */
  readonly fences: ReadonlyMap<string, number[]>;
  /** Interfaces a ping, or the question whose address that is, was seen leaving. */
  readonly sent: ReadonlySet<string>;
  readonly drops: number;
}

/** @param names of the recording's interfaces, by their number. */
export function writePingCapture(
  { records, rings }: Recording,
  names: readonly string[],
  nonce: number,
  application: string,
): CapturedPings {
  const pieces: Buffer[] = [];
  const writer = new PcapngWriter((piece) => pieces.push(piece), { application });
  const indexes = new Map(names.map((name) => [name, writer.addInterface({ name })]));
  const frames = new Map<string, number[]>();
  const fences = new Map<string, number[]>();
  const sent = new Set<string>();
  const push = (map: Map<string, number[]>, key: string, number: number) =>
    map.set(key, [...(map.get(key) ?? []), number]);
  records
    .filter(({ kind }) => kind === "tap")
    .forEach((record, at) => {
      const name = names[record.interface] as string;
      const outgoing = record.packetType === "outgoing";
      const id = frameId(record.data, nonce);
      if (id === undefined) push(frames, name, at + 1);
      else if (!outgoing) push(fences, `${name} ${id}`, at + 1);
      if (id === undefined && outgoing && isOfPing(decodeInternet(record.data)?.source ?? "")) sent.add(name);
      writeRecord(writer, indexes.get(name) as number, record);
    });
  writer.end();
  return { bytes: Buffer.concat(pieces), frames, fences, sent, drops: rings.tap[1] };
}
