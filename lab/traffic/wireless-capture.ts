/** Three recordings of the wireless scenario as one pcapng file, and what was seen of every frame. */
import { PcapngWriter } from "../capture/pcapng-writer.ts";
import { captureInterface, type TapKind } from "../model/sighting.ts";
import type { Mac } from "../model/topology.ts";
import { type AirFrame, LINKTYPE_RADIOTAP, parseAirFrame } from "./air-frame.ts";
import { writeRecord } from "./capture-file.ts";
import { frameId } from "./frame.ts";
import type { AgentRecord, Recording } from "./records.ts";

export interface AirSighting {
  readonly transmitter: Mac;
  readonly form: "3-address" | "4-address";
  /** Number in the capture. */
  readonly frame: number;
}

export interface TapSighting {
  /** As the capture names it: `wlan2`, `wlan0:host`, `vtap-vepa-3:device`. */
  readonly interface: string;
  readonly out: boolean;
  /** Whether it was meant for this device's own stack, by its packet type. */
  readonly foreign: boolean;
  readonly frame: number;
}

export interface Deauthentication {
  readonly receiver: Mac;
  readonly reason: number;
  readonly frame: number;
}

export interface WirelessSeen {
  readonly bytes: Buffer;
  /** By frame id. */
  readonly air: ReadonlyMap<number, readonly AirSighting[]>;
  readonly taps: ReadonlyMap<number, readonly TapSighting[]>;
  readonly deauthentications: readonly Deauthentication[];
  /** By interface: its frames that are no probes, those that left it told apart. */
  readonly others: ReadonlyMap<string, readonly { readonly frame: number; readonly out: boolean }[]>;
  /** Frames that rings had no room for. */
  readonly drops: number;
}

export interface PlacedRecording {
  readonly air: boolean;
  readonly interfaces: readonly string[];
  readonly recording: Recording;
}

export function writeWirelessCapture(
  recordings: readonly PlacedRecording[],
  nonce: number,
  application: string,
): WirelessSeen {
  const placed = inOrder(recordings);
  const drops = recordings.reduce((sum, { recording: { rings } }) => sum + rings.tap[1] + rings.host[1], 0);
  return { bytes: captureOf(placed, application), drops, ...indexOf(placed, nonce) };
}

function captureOf(placed: readonly Placed[], application: string): Buffer {
  const pieces: Buffer[] = [];
  const writer = new PcapngWriter((piece) => pieces.push(piece), { application });
  const indexes = new Map<string, number>();
  for (const { name, onAir } of placed)
    if (!indexes.has(name))
      indexes.set(name, writer.addInterface({ name, ...(onAir ? { linkType: LINKTYPE_RADIOTAP } : {}) }));
  for (const { name, record } of placed) writeRecord(writer, indexes.get(name) as number, record);
  writer.end();
  return Buffer.concat(pieces);
}

/** Where each frame is in the capture. */
function indexOf(placed: readonly Placed[], nonce: number): Omit<WirelessSeen, "bytes" | "drops"> {
  const [air, taps] = [new Map<number, AirSighting[]>(), new Map<number, TapSighting[]>()];
  const others = new Map<string, { frame: number; out: boolean }[]>();
  const deauthentications: Deauthentication[] = [];
  placed.forEach(({ name, onAir, record }, at) => {
    const frame = at + 1;
    if (onAir) {
      const seen: AirFrame = parseAirFrame(record.data, nonce);
      if (seen.kind === "probe") add(air, seen.id, { transmitter: seen.transmitter, form: seen.form, frame });
      if (seen.kind === "deauthentication") deauthentications.push({ ...seen, frame });
      return;
    }
    const [id, out] = [frameId(record.data, nonce), isOut(record)];
    if (id === undefined) add(others, name, { frame, out });
    else add(taps, id, { interface: name, out, foreign: record.packetType === "otherhost", frame });
  });
  return { air, taps, deauthentications, others };
}

function isOut({ kind, packetType }: AgentRecord): boolean {
  return kind === "sent" || packetType === "outgoing";
}

interface Placed {
  readonly name: string;
  readonly onAir: boolean;
  readonly record: AgentRecord;
}

/** What was sent through a packet socket is seen leaving by the tap; behind the receive handlers are hosts only. */
function inOrder(recordings: readonly PlacedRecording[]): Placed[] {
  const placed = recordings.flatMap(({ air, interfaces, recording }) =>
    recording.records.flatMap((record): Placed[] => {
      const device = interfaces[record.interface] as string;
      if (air) return record.kind === "tap" ? [{ name: "air", onAir: true, record }] : [];
      if (record.kind === "sent" && !device.startsWith("vtap")) return [];
      if (record.kind === "host" && !device.startsWith("wlan")) return [];
      const tap: TapKind = record.kind === "sent" ? "device" : record.kind;
      return [{ name: captureInterface(device, tap), onAir: false, record }];
    }),
  );
  return placed.sort((a, b) => (a.record.time < b.record.time ? -1 : a.record.time > b.record.time ? 1 : 0));
}

function add<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
