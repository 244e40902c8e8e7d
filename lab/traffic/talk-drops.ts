/**
 * What devices dropped while talks were held, which no capture can show: by resident, the devices between its stack and
 * the switch. Pure.
 */
import { lowerOf, type Node } from "../model/topology.ts";
import type { Neighbourhood, Resident } from "../topology/residents.ts";
import { dropsBetween } from "./counters.ts";
import { frameId } from "./frame.ts";
import type { TalkRecording } from "./records.ts";
import { hostOf, isGuest, ROUTER, SWITCH, stackNumber } from "./talk-numbers.ts";

export interface DeviceDrops {
  readonly interface: string;
  readonly frames: number;
}

/** By number of a namespace, drops by device. */
type Counted = ReadonlyMap<number, ReadonlyMap<string, number>>;

/** By number of the resident, and of the router's namespace; who lost nothing is left out. */
export function talkDrops(
  place: Neighbourhood,
  nonce: number,
  { stream }: TalkRecording,
): ReadonlyMap<number, readonly DeviceDrops[]> {
  const texts = stream.filter(({ kind }) => kind === "text").map(({ data }) => data.toString());
  const counted = countedIn(texts);
  const fences = fencesAt(stream, nonce);
  const dropsOf = (namespace: number, name: string, excused = 0): DeviceDrops[] => {
    const frames = (counted.get(namespace)?.get(name) ?? 0) - excused;
    return frames > 0 ? [{ interface: name, frames }] : [];
  };
  const lowerDrops = (node: Node): DeviceDrops[] => {
    const lower = lowerOf(place.topology, node);
    const host = lower && place.residents.get(lower.name);
    if (!lower || !host) return [];
    // Behind the handler of a lower device nobody wants a fence: that is a drop, too.
    const excused = fences.get(stackNumber(host)) ?? 0;
    return [...dropsOf(host.number, lower.name, excused), ...dropsOf(SWITCH, lower.port)];
  };
  const residentDrops = (resident: Resident): DeviceDrops[] => {
    const { node, number, device } = resident;
    if (node.kind === "lower-host") return lowerDrops(node);
    if (node.kind === "external-host")
      return [...dropsOf(number, device), ...dropsOf(SWITCH, place.topology.external.port)];
    const macvtap = isGuest(resident) ? dropsOf(hostOf(place, resident).number, device) : [];
    return [...dropsOf(number, device), ...macvtap, ...lowerDrops(node)];
  };
  const { near, far } = place.router;
  const router = [near, far].flatMap(({ name, port }) => [...dropsOf(ROUTER, name), ...dropsOf(SWITCH, port)]);
  const all = [...place.residents.values()].map((one) => [one.number, residentDrops(one)] as const);
  return new Map([...all, [ROUTER, router] as const].filter(([, drops]) => drops.length > 0));
}

/** Of the texts `ns N`, which the agent records of every namespace before and after. */
function countedIn(texts: readonly string[]): Counted {
  const before = new Map<number, string>();
  const counted = new Map<number, ReadonlyMap<string, number>>();
  for (const text of texts) {
    const [, number] = /^ns (\d+)\n/.exec(text) ?? [];
    if (number === undefined) continue;
    const first = before.get(Number(number));
    if (first === undefined) before.set(Number(number), text);
    else counted.set(Number(number), dropsBetween(first, text));
  }
  return counted;
}

/** By number of the interface, how many fences arrived. */
function fencesAt(stream: TalkRecording["stream"], nonce: number): Map<number, number> {
  const fences = new Map<number, number>();
  for (const { kind, interface: at, packetType, data } of stream) {
    if (kind !== "tap" || packetType === "outgoing" || frameId(data, nonce) === undefined) continue;
    fences.set(at, (fences.get(at) ?? 0) + 1);
  }
  return fences;
}
