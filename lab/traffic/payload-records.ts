/** What was recorded of payloads: how far each came, and what its frames were like where they passed the macvtaps. */
import { decodeEthernet } from "../capture/ethernet.ts";
import { decodeInternet } from "../capture/internet.ts";
import { PcapngWriter } from "../capture/pcapng-writer.ts";
import type { Payload } from "../model/payload-look.ts";
import { interfaceOf } from "../model/topology.ts";
import { type PayloadEnds, type PayloadPlace, payloadAddresses } from "../topology/payload-place.ts";
import { VLAN_ID } from "../topology/scene.ts";
import { writeRecord } from "./capture-file.ts";
import { growingBuffer } from "./growing-buffer.ts";
import { payloadInterfaces } from "./payload-script.ts";
import type { StreamRecord, TalkRecording } from "./records.ts";
import { isOpenChecksum } from "./udp-checksum.ts";

/** What was seen of one, outside the guests. */
export interface SeenPayload {
  /** By sockets. */
  readonly heard: boolean;
  readonly answered: boolean;
  /** Whether its sender asked for the address of its next hop, and got one to send it to. */
  readonly asked: boolean;
  readonly left: boolean;
  /** Whether its frames were as the payload has them: into the source's macvtap, and out of the destination's. */
  readonly passed: readonly [boolean, boolean];
  /** Numbers of its frames in the capture, by interface. */
  readonly frames: ReadonlyMap<string, readonly number[]>;
  /** Of frames of others that came in by its source. */
  readonly control: readonly number[];
}

export interface ReadPayloads {
  /** The pcapng file's bytes. */
  readonly bytes: Buffer;
  readonly seen: ReadonlyMap<number, SeenPayload>;
}

interface Frame {
  readonly record: StreamRecord;
  readonly interface: string;
  readonly number: number;
}

/** @param outside of the agent where the macvtaps are. @param guests of those in the guests. */
export function readPayloads(
  place: PayloadPlace,
  outside: TalkRecording,
  guests: readonly TalkRecording[],
  application: string,
): ReadPayloads {
  const names = payloadInterfaces(place);
  const file = growingBuffer();
  const writer = new PcapngWriter(file.add, { application });
  const indexes = names.map((name) => writer.addInterface({ name, description: "packet socket, both directions" }));
  const taps = outside.stream.filter(({ kind, interface: number }) => kind === "tap" && number < names.length);
  const frames = taps.map((record, index): Frame => {
    writeRecord(writer, indexes[record.interface] as number, record);
    return { record, interface: names[record.interface] as string, number: index + 1 };
  });
  writer.end([]);
  const words = wordsIn([outside, ...guests]);
  return {
    bytes: file.bytes(),
    seen: new Map(place.ends.map((one) => [one.number, seenOf(one, frames, words)])),
  };
}

/** `3 heard`, `3 answered`: what agents said of conversations. */
function wordsIn(recordings: readonly TalkRecording[]): Set<string> {
  const said = recordings.flatMap(({ stream }) => stream.filter(({ kind }) => kind === "talk"));
  return new Set(said.map(({ data }) => data.toString().split(" ")).map(([id, , word]) => `${id} ${word}`));
}

function seenOf(ends: PayloadEnds, all: readonly Frame[], words: ReadonlySet<string>): SeenPayload {
  const { from, to, number, look } = ends;
  const [source, destination] = payloadAddresses(ends);
  const own = all.flatMap((frame) => {
    const header = decodeInternet(frame.record.data);
    const is = header && [header.source, header.destination].every((one) => one === source || one === destination);
    return is ? [{ ...frame, header }] : [];
  });
  const there = own.filter(({ header }) => header.says === "packet" && header.source === source);
  const out = there.filter((frame) => frame.interface === from.name && isOut(frame));
  const into = there.filter((frame) => frame.interface === interfaceOf(to) && !isOut(frame));
  const isSo = (frames: readonly Frame[]) => frames.some(({ record }) => hasPayload(look.payload, record));
  const byInterface = new Map<string, number[]>();
  for (const frame of own)
    byInterface.set(frame.interface, [...(byInterface.get(frame.interface) ?? []), frame.number]);
  const others = all.filter(
    (frame) => frame.interface === from.name && !isOut(frame) && !own.some((one) => one.number === frame.number),
  );
  return {
    heard: words.has(`${number} heard`),
    answered: words.has(`${number} answered`),
    asked: own.some((frame) => frame.header.says === "asks" && frame.interface === from.name && isOut(frame)),
    left: out.length > 0,
    passed: [isSo(out), isSo(into)],
    frames: byInterface,
    control: others.map((frame) => frame.number),
  };
}

const isOut = ({ record }: Frame): boolean => record.packetType === "outgoing";

/** The MTU and an Ethernet header with a VLAN tag. */
const LARGEST = 1_518;

function hasPayload(payload: Payload, { data, originalLength }: StreamRecord): boolean {
  if (payload === "large") return originalLength > LARGEST;
  if (payload === "unsummed") return isOpenChecksum(data);
  return payload === "plain" || (decodeEthernet(data)?.vlans ?? []).some(({ id }) => id === VLAN_ID);
}
