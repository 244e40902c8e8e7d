/**
 * From conversations to talks: who says what to whom, in which round. A round is one kind of conversation in one state of
 * the relay, held by all pairs at once; what is not answered is tried again. Pure.
 */
import { type Conversation, cellName } from "../model/cell.ts";
import type { Talk } from "../model/vocabulary.ts";
import { pairName } from "../topology/arrangement.ts";
import { type Family, GROUPS } from "../topology/internet.ts";
import { addressesFor } from "../topology/neighbourhood.ts";
import { type Neighbourhood, type Resident, residentOf } from "../topology/residents.ts";

/** Tries of one conversation: what is lost now and then is told from what never arrives. */
export const TRIES = 2;

/** How the agent does it: a word of its plans, and bytes of payload. */
interface Way {
  readonly word: "icmp" | "icmpv6" | "icmp-fragments" | "udp" | "tcp" | "group" | "lease";
  readonly bytes: number;
}

const SHORT = 56;
/** The largest echo in 1500 bytes, with 20 of IPv4 and 8 of ICMP. */
const FULL = 1472;

/** Resolution is asked for by having something to say: an echo. One echo is enough for both. */
const RESOLVES: Readonly<Partial<Record<Talk, Talk>>> = { arp: "icmp", nd: "icmpv6" };

const WAYS: Readonly<Record<Talk, Way>> = {
  arp: { word: "icmp", bytes: SHORT },
  icmp: { word: "icmp", bytes: SHORT },
  "icmp-full": { word: "icmp", bytes: FULL },
  "icmp-fragments": { word: "icmp-fragments", bytes: 4000 },
  udp: { word: "udp", bytes: 64 },
  tcp: { word: "tcp", bytes: 4000 },
  igmp: { word: "group", bytes: 64 },
  nd: { word: "icmpv6", bytes: SHORT },
  icmpv6: { word: "icmpv6", bytes: SHORT },
  mld: { word: "group", bytes: 64 },
  vlan: { word: "icmp", bytes: SHORT },
  dhcp: { word: "lease", bytes: 0 },
};

export interface PlannedTalk extends Way {
  readonly id: number;
  readonly cell: Conversation;
  /** Whether the sender found its next hop: what is said to find it is this. */
  readonly resolves?: Conversation;
  readonly from: Resident;
  readonly to: Resident;
  readonly family: Family;
  /** Of a lease the client's hardware address: it has no other. */
  readonly source: string;
  /** Its own address; where it is said to a group, the group's. */
  readonly destination: string;
}

export interface Round {
  readonly reflectiveRelay: boolean;
  readonly talks: readonly PlannedTalk[];
}

export interface TalkPlan {
  /** The run's own number, in every payload. */
  readonly nonce: number;
  readonly place: Neighbourhood;
  readonly rounds: readonly Round[];
}

export function planTalks(cells: readonly Conversation[], place: Neighbourhood, nonce: number): TalkPlan {
  const rounds = new Map<string, PlannedTalk[]>();
  const said = new Map(cells.map((cell) => [cellName(cell), cell]));
  const resolving = new Map<Conversation, Conversation>();
  for (const cell of cells) {
    const echo = echoOf(cell, said);
    if (echo) resolving.set(echo, cell);
  }
  for (const [index, cell] of cells.entries()) {
    if (echoOf(cell, said)) continue;
    const key = `${cell.reflectiveRelay} ${cell.traffic} ${cell.neighbours} ${cell.route}`;
    const talks = rounds.get(key) ?? [];
    rounds.set(key, talks);
    const resolves = resolving.get(cell);
    talks.push({ ...planTalk(cell, place, index + 1), ...(resolves ? { resolves } : {}) });
  }
  const inOrder = [...rounds.values()].map((talks) => ({
    reflectiveRelay: talks.some(({ cell }) => cell.reflectiveRelay),
    talks,
  }));
  return { nonce, place, rounds: inOrder.sort((a, b) => Number(a.reflectiveRelay) - Number(b.reflectiveRelay)) };
}

/** The conversation that shows what this one asks as well. */
function echoOf(cell: Conversation, all: ReadonlyMap<string, Conversation>): Conversation | undefined {
  const traffic = RESOLVES[cell.traffic];
  return traffic && all.get(cellName({ ...cell, traffic }));
}

/** Held by programs of its own, not by the agent. */
export function isLease({ word }: Pick<PlannedTalk, "word">): boolean {
  return word === "lease";
}

function planTalk(cell: Conversation, place: Neighbourhood, id: number): PlannedTalk {
  const { traffic } = cell;
  const pair = place.pairs.get(pairName(cell));
  if (!pair) throw new RangeError(`nobody holds "${pairName(cell)}"`);
  const { family, source, destination } = addressesFor(place, cell);
  return {
    id,
    cell,
    from: residentOf(place, pair.source),
    to: residentOf(place, pair.destination),
    family,
    source: traffic === "dhcp" ? residentOf(place, pair.source).address : source,
    destination: WAYS[traffic].word === "group" ? GROUPS[family] : destination,
    ...WAYS[traffic],
  };
}
