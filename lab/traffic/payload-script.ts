/** Payloads as what agents play: one begins, the others answer meanwhile, and outside everything that passes is recorded. */
import type { Payload } from "../model/payload-look.ts";
import { interfaceOf } from "../model/topology.ts";
import type { Talk } from "../model/vocabulary.ts";
import { type PayloadEnds, type PayloadPlace, payloadAddresses, stackInterface } from "../topology/payload-place.ts";

const RING_FRAMES = 4_096;
/** Of a frame that is larger than this the length is known. */
const RING_FRAME_SIZE = 2_048;
const BYTES: Readonly<Record<Payload, number>> = { large: 60_000, unsummed: 1_000, tagged: 4_000, plain: 56 };
/** Milliseconds that nothing may be said for, until it is over. */
const QUIET_MS = 400;
const SERVING_MS = 2_500;
const DEADLINE_MS = 12_000;

/** Interfaces by number: every card and lower device, and the VLAN devices on cards. */
export function payloadInterfaces({ topology, ends }: PayloadPlace): string[] {
  const own = [...topology.endpoints, ...topology.lowers].map(({ name }) => name);
  const stacks = ends.flatMap((one) => [one.from.name, interfaceOf(one.to)].map((name) => stackInterface(one, name)));
  return [...new Set([...own, ...stacks])];
}

/** Where an agent is. */
export interface PayloadSite {
  /** Whether it has an interface of this name. */
  readonly has: (name: string) => boolean;
  /** Whether what is on it is the stack of a guest elsewhere. */
  readonly isOutside: boolean;
}

/** What is said from there. */
export function talksFrom({ ends }: PayloadPlace, { has, isOutside }: PayloadSite): PayloadEnds[] {
  return isOutside ? [] : ends.filter(({ from }) => has(from.name));
}

export function payloadOpening(place: PayloadPlace, nonce: number, site: PayloadSite): string[] {
  const names = payloadInterfaces(place);
  const begun = new Set(talksFrom(place, site));
  return [
    `ring ${RING_FRAMES} ${RING_FRAME_SIZE}`,
    `nonce ${nonce.toString(16).padStart(8, "0")}`,
    "ns 0 -",
    ...names.flatMap((name, number) => (site.has(name) ? [`if ${number} 0 ${name}`] : [])),
    "serve 0",
    ...place.ends.filter((one) => !begun.has(one)).map(({ number, look }) => `hear ${number} ${BYTES[look.payload]}`),
  ];
}

/** The talks that begin there, until all is said. */
export function payloadTalks(place: PayloadPlace, site: PayloadSite, slowness: number): string[] {
  const names = payloadInterfaces(place);
  const talks = talksFrom(place, site);
  return [
    ...talks.map((one) => {
      const [source, destination] = payloadAddresses(one);
      const number = names.indexOf(stackInterface(one, one.from.name));
      return `talk ${one.number} 1 ${wordOf(one)} ${number} ${source} ${destination} ${BYTES[one.look.payload]}`;
    }),
    `wait ${Math.round(QUIET_MS * slowness)} ${Math.round(DEADLINE_MS * slowness)}`,
    "hush",
  ];
}

/** Answers meanwhile. @param slowness of the slowest of all. */
export function payloadServing(slowness: number): string[] {
  return [`wait ${Math.round(SERVING_MS * slowness)} ${Math.round(2 * DEADLINE_MS * slowness)}`];
}

const WORDS: Partial<Record<Talk, string>> = { icmp: "icmp", udp: "udp", tcp: "tcp", vlan: "tcp" };

function wordOf({ look }: PayloadEnds): string {
  return WORDS[look.talk.traffic] ?? "icmp";
}
