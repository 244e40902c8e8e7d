/**
 * What devices dropped while talks were held, which no capture can show: by resident, the devices between its stack and
 * the switch. Pure.
 */
import { lowerOf, type Node } from "../model/topology.ts";
import type { Neighbourhood, Resident } from "../topology/residents.ts";
import { dropsBetween, requireStill } from "./counters.ts";
import { frameId } from "./frame.ts";
import type { TalkRecording } from "./records.ts";
import { hostOf, isGuest, ROUTER, SWITCH, stackNumber } from "./talk-numbers.ts";

export interface DeviceDrops {
  readonly interface: string;
  readonly frames: number;
}

/** By number of the resident, or of the router's namespace; who lost nothing is left out. */
type RoundDrops = ReadonlyMap<number, readonly DeviceDrops[]>;

/** Between two looks at the counters. */
interface Span {
  /** By number of the namespace, drops by device. */
  readonly counted: ReadonlyMap<number, ReadonlyMap<string, number>>;
  /** By number of the interface, how many fences arrived. */
  readonly fences: ReadonlyMap<number, number>;
}

/** In the order of the plan's rounds: counters are recorded before the first and after each. */
export function talkDrops(place: Neighbourhood, nonce: number, { stream }: TalkRecording): RoundDrops[] {
  return spansOf(stream, nonce).map((span) => {
    const { near, far } = place.router;
    const router = [near, far].flatMap(({ name, port }) => [...at(span, ROUTER, name), ...at(span, SWITCH, port)]);
    const all = [...place.residents.values()].map((one) => [one.number, residentDrops(place, span, one)] as const);
    return new Map([...all, [ROUTER, router] as const].filter(([, drops]) => drops.length > 0));
  });
}

/** @throws EnvironmentError when a device vanished between the first look at the counters and the last. */
export function requireDevices(where: string, { stream }: TalkRecording): void {
  const looks: Map<number, string>[] = [];
  for (const { kind, data } of stream) if (kind === "text") noteLook(looks, data.toString());
  const last = looks.at(-1);
  for (const [number, before] of looks[0] ?? []) requireStill(where, before, last?.get(number) ?? before);
}

function at({ counted }: Span, namespace: number, name: string, excused = 0): DeviceDrops[] {
  const frames = (counted.get(namespace)?.get(name) ?? 0) - excused;
  return frames > 0 ? [{ interface: name, frames }] : [];
}

function residentDrops(place: Neighbourhood, span: Span, resident: Resident): DeviceDrops[] {
  const { node, number, device } = resident;
  if (node.kind === "lower-host") return lowerDrops(place, span, node);
  const own = at(span, number, device);
  if (node.kind === "external-host") return [...own, ...at(span, SWITCH, place.topology.external.port)];
  const macvtap = isGuest(resident) ? at(span, hostOf(place, resident).number, device) : [];
  return [...own, ...macvtap, ...lowerDrops(place, span, node)];
}

function lowerDrops({ topology, residents }: Neighbourhood, span: Span, node: Node): DeviceDrops[] {
  const lower = lowerOf(topology, node);
  const host = lower && residents.get(lower.name);
  if (!lower || !host) return [];
  // Behind the handler of a lower device nobody wants a fence: that is a drop, too.
  const excused = span.fences.get(stackNumber(host)) ?? 0;
  return [...at(span, host.number, lower.name, excused), ...at(span, SWITCH, lower.port)];
}

function spansOf(stream: TalkRecording["stream"], nonce: number): Span[] {
  const looks: Map<number, string>[] = [];
  const fences: Map<number, number>[] = [];
  for (const record of stream) {
    const { kind, interface: number, packetType, data } = record;
    if (kind === "text") noteLook(looks, data.toString());
    if (kind !== "tap" || packetType === "outgoing" || frameId(data, nonce) === undefined) continue;
    const own = fences[looks.length - 1] ?? new Map<number, number>();
    fences[looks.length - 1] = own.set(number, (own.get(number) ?? 0) + 1);
  }
  return looks.slice(1).map((after, index) => {
    const before = looks[index] as Map<number, string>;
    const grown = [...after].map(([number, text]) => [number, dropsBetween(before.get(number) ?? text, text)] as const);
    return { counted: new Map(grown), fences: fences[index] ?? new Map<number, number>() };
  });
}

/** A text `ns N`, of a namespace; the first namespace again is another look. */
function noteLook(looks: Map<number, string>[], text: string): void {
  const [, digits] = /^ns (\d+)\n/.exec(text) ?? [];
  if (digits === undefined) return;
  const number = Number(digits);
  const latest = looks.at(-1);
  if (!latest || latest.has(number)) looks.push(new Map([[number, text]]));
  else latest.set(number, text);
}
