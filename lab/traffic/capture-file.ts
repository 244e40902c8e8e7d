/** A recording as a pcapng file with one capture interface per tap, and the index from frames sent to frames seen. */
import type { Reception } from "../capture/captured-frame.ts";
import { PcapngWriter } from "../capture/pcapng-writer.ts";
import { captureInterface, type FrameRecord, type Sighting, type TapKind } from "../model/sighting.ts";
import type { PacketType } from "../model/vocabulary.ts";
import { frameId } from "./frame.ts";
import type { Plan } from "./plan.ts";
import { planInterfaces } from "./plan-lines.ts";
import type { AgentRecord, Recording, StreamRecord } from "./records.ts";

/** Nanoseconds. */
const SECOND = 1_000_000_000n;

const RECEPTION: Partial<Record<PacketType, Reception>> = {
  host: "unicast",
  broadcast: "broadcast",
  multicast: "multicast",
  otherhost: "promiscuous",
};

export interface WrittenCapture {
  /** The pcapng file's bytes. */
  readonly bytes: Buffer;
  /** By frame id: what became of every frame of the plan that was sent. */
  readonly frames: ReadonlyMap<number, FrameRecord>;
}

interface Frame {
  sendResult: number;
  sentAt: bigint;
  order: number;
  sightings: Sighting[];
}

/**
 * Writes every record of the plan's interfaces, in the order of time. What was written to a macvtap's character device
 * is on its `:device` interface too, outgoing; other sent frames are seen leaving on the interface itself.
 */
export function writeCapture(plan: Plan, recording: Recording, application: string): WrittenCapture {
  const pieces: Buffer[] = [];
  const writer = new PcapngWriter((piece) => pieces.push(piece), { application });
  const names = planInterfaces(plan);
  const taps = capturedTaps(plan, writer, names);
  const frames = sentFrames(recording.sent, plan.nonce);
  let number = 0;
  for (const record of recording.records) {
    const name = names[record.interface] as string;
    const id = frameId(record.data, plan.nonce);
    const tap: TapKind = record.kind === "sent" ? "device" : record.kind;
    const index = taps.get(captureInterface(name, tap));
    if (index === undefined) continue;
    writeRecord(writer, index, record);
    number++;
    if (record.kind === "sent" || id === undefined) continue;
    const { packetType, time } = record;
    frames.get(id)?.sightings.push({ interface: name, tap, packetType, time, frame: number });
  }
  const { tap, host } = recording.rings;
  const counters = [...taps.entries()].map(([name, index]) => {
    const dropped = name.endsWith(":host") ? host[1] : name.endsWith(":device") ? 0 : tap[1];
    return { interface: index, received: 0, dropped };
  });
  writer.end(dropsOnly(counters));
  return { bytes: Buffer.concat(pieces), frames };
}

function sentFrames(sent: readonly AgentRecord[], nonce: number): Map<number, Frame> {
  const frames = new Map<number, Frame>();
  for (const { data, result, time } of sent) {
    const id = frameId(data, nonce);
    if (id !== undefined) frames.set(id, { sendResult: result, sentAt: time, order: frames.size + 1, sightings: [] });
  }
  return frames;
}

/** The rings count for all interfaces together: what was dropped may be missing on any of them. */
function dropsOnly<T extends { dropped: number }>(counters: T[]): T[] {
  return counters.filter(({ dropped }) => dropped > 0);
}

/** Adds the capture's interfaces; by name, their indexes. A socket behind the handlers counts at hosts only. */
function capturedTaps(plan: Plan, writer: PcapngWriter, names: readonly string[]): Map<string, number> {
  const taps = new Map<string, number>();
  const add = (name: string, tap: TapKind, description: string) => {
    const full = captureInterface(name, tap);
    taps.set(full, writer.addInterface({ name: full, description }));
  };
  for (const name of names) add(name, "tap", "packet socket, both directions, before receive handlers");
  for (const topology of plan.topologies) {
    for (const { name } of [...topology.lowers, topology.external])
      add(name, "host", "socket bound to the EtherType, behind the receive handlers");
    for (const endpoint of topology.endpoints)
      if (endpoint.kind === "macvtap")
        add(endpoint.name, "device", "the macvtap's character device: read in, written out");
  }
  for (const { name, again } of plan.more ?? [])
    if (again) add(name, "device", `another opener of the character device of ${again}: read in, written out`);
    else add(name, "host", "socket bound to the EtherType, behind the receive handlers");
  return taps;
}

/** One record as a frame of the capture's interface `index`. */
export function writeRecord(writer: PcapngWriter, index: number, record: StreamRecord): void {
  const outgoing = record.kind === "sent" || record.packetType === "outgoing";
  writer.write({
    interface: index,
    seconds: Number(record.time / SECOND),
    nanoseconds: Number(record.time % SECOND),
    data: record.data,
    originalLength: record.originalLength,
    direction: outgoing ? "out" : "in",
    reception: record.kind === "tap" || record.kind === "host" ? RECEPTION[record.packetType] : undefined,
  });
}
