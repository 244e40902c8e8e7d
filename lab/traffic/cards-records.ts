/**
 * Recordings of guests and of outside as one: what a card handed its guest is what was read from its macvtap's character
 * device, at the time it would have been by the clock outside.
 */
import { interfacesOf } from "./cards-script.ts";
import { frameId } from "./frame.ts";
import type { Plan } from "./plan.ts";
import { planInterfaces } from "./plan-lines.ts";
import type { AgentRecord, Recording } from "./records.ts";
import type { Seat } from "./seats.ts";

export interface SeatRecording {
  readonly seat: Seat;
  readonly recording: Recording;
}

/** @param rank of a frame's number: the order parts of the plan were played in. */
export function joinRecordings(
  plan: Plan,
  outside: Recording,
  seats: readonly SeatRecording[],
  rank: (id: number) => number,
): Recording {
  const names = planInterfaces(plan);
  const moved = seats.map(({ seat, recording }) => inOutsideTime(plan, outside, asRead(seat, names, recording)));
  const all = [outside, ...moved];
  const rankOf = ({ data }: AgentRecord) => rank(frameId(data, plan.nonce) ?? 0);
  const rings = (which: "tap" | "host"): [number, number] => [
    all.reduce((sum, one) => sum + one.rings[which][0], 0),
    all.reduce((sum, one) => sum + one.rings[which][1], 0),
  ];
  return {
    records: all.flatMap(({ records }) => records).sort((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time))),
    sent: all.flatMap(({ sent }) => sent).sort((a, b) => rankOf(a) - rankOf(b)),
    texts: all.flatMap(({ texts }) => texts),
    rings: { tap: rings("tap"), host: rings("host") },
  };
}

/** Of a card: what arrived, as read from the device; that a frame left is seen on the macvtap itself. */
function asRead(seat: Seat, names: readonly string[], recording: Recording): Recording {
  const cards = new Set(seat.cards.map(({ endpoint }) => endpoint.name));
  const own = new Set(interfacesOf(seat));
  const records = recording.records.flatMap((record): AgentRecord[] => {
    const name = names[record.interface] as string;
    if (!own.has(name)) return [];
    if (!cards.has(name) || record.kind === "sent") return [record];
    return record.kind === "tap" && record.packetType !== "outgoing" ? [{ ...record, kind: "device" }] : [];
  });
  return { ...recording, records };
}

/**
 * A guest's clock is its own. What it received it did so after it was seen outside, what it sent before: between the two
 * lies the difference of the clocks.
 */
function inOutsideTime(plan: Plan, outside: Recording, seat: Recording): Recording {
  const seen = timesOf(plan, outside.records);
  const key = (record: AgentRecord) => `${record.interface} ${frameId(record.data, plan.nonce)}`;
  const differences = (kind: AgentRecord["kind"], leaving: boolean) =>
    seat.records.flatMap((record) => {
      const time = record.kind === kind ? seen.get(`${leaving ? "out" : "in"} ${key(record)}`) : undefined;
      return time === undefined ? [] : [record.time - time];
    });
  const most = differences("device", false).reduce<bigint | undefined>(
    (a, b) => (a === undefined || b < a ? b : a),
    undefined,
  );
  const least = differences("sent", true).reduce<bigint | undefined>(
    (a, b) => (a === undefined || b > a ? b : a),
    undefined,
  );
  const difference = most === undefined || least === undefined ? (most ?? least ?? 0n) : (most + least) / 2n;
  const moved = (record: AgentRecord) => ({ ...record, time: record.time - difference });
  return { ...seat, records: seat.records.map(moved), sent: seat.sent.map(moved) };
}

/** By direction, interface and frame, when it was seen there. */
function timesOf(plan: Plan, records: readonly AgentRecord[]): Map<string, bigint> {
  const times = new Map<string, bigint>();
  for (const { kind, packetType, interface: number, data, time } of records) {
    if (kind !== "tap") continue;
    const key = `${packetType === "outgoing" ? "out" : "in"} ${number} ${frameId(data, plan.nonce)}`;
    if (!times.has(key)) times.set(key, time);
  }
  return times;
}
