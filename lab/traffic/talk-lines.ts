/**
 * What an agent is told of talks (`images/agent/talk.c`), piece by piece: of everything, or of what is in one part of a stage.
 */
import { externalHost, interfaceOf, type Mac } from "../model/topology.ts";
import { BROADCAST } from "../topology/addresses.ts";
import { GROUPS, solicitedGroup } from "../topology/internet.ts";
import { VLAN } from "../topology/neighbourhood.ts";
import type { Neighbourhood, Resident } from "../topology/residents.ts";
import type { Part } from "../topology/stage.ts";
import { probeFrame, tagBytes } from "./frame.ts";
import { NO_FRAMES, residentFilter } from "./resident-filter.ts";
import {
  hostOf,
  isGuest,
  macvtapNumber,
  ROUTER,
  ROUTER_PORTS,
  SWITCH,
  stackNumber,
  vlanNumber,
} from "./talk-numbers.ts";
import { type PlannedTalk, type Round, type TalkPlan, TRIES } from "./talk-plan.ts";

/** Slots and bytes per slot of each namespace's ring: enough of a frame to tell whose it is. */
const RING = "ring 1024 256";
/** The groups' addresses on the link (RFC 1112, RFC 2464). */
const GROUP_MACS: readonly Mac[] = ["01:00:5e:6d:7f:01", "33:33:6d:76:00:01"];

/** Whose lines: those of one part, or of everything. */
export type Whose = Pick<Part, "has">;
export const EVERYBODY: Whose = { has: () => true };

const isHere = ({ has }: Whose, resident: Resident) => has(resident.device);

/** Everybody's namespace opened and served. */
export function openingLines(plan: TalkPlan, whose: Whose): string[] {
  const { place } = plan;
  const residents = [...place.residents.values()].filter((resident) => isHere(whose, resident));
  return [
    `nonce ${plan.nonce.toString(16).padStart(8, "0")}`,
    RING,
    ...residents.flatMap((resident) => namespaceLines(resident, usesVlan(plan, resident))),
    ...(whose.has(place.topology.switch) ? routerLines(place) : []),
    ...residents.filter(isGuest).flatMap((resident) => guestLines(place, resident)),
    ...residents.flatMap((resident) => [
      `serve ${resident.number}${resident.shares ? ` ${resident.device}` : ""}`,
      ...Object.values(GROUPS).map((group) => `group ${stackNumber(resident)} ${group}`),
    ]),
  ];
}

function usesVlan({ rounds }: TalkPlan, resident: Resident): boolean {
  return rounds.some(({ talks }) =>
    talks.some(({ cell, from, to }) => cell.traffic === "vlan" && (from === resident || to === resident)),
  );
}

function namespaceLines(resident: Resident, hasVlan: boolean): string[] {
  const { number, namespace, device } = resident;
  return [
    `ns ${number} ${namespace} ${residentFilter(number)} ${device}`,
    `if ${stackNumber(resident)} ${number} ${device}`,
    ...(hasVlan ? [`if ${vlanNumber(resident)} ${number} ${VLAN.device}`] : []),
  ];
}

function routerLines({ router }: Neighbourhood): string[] {
  return [
    `ns ${ROUTER} ${router.namespace} ${NO_FRAMES}`, // frames that nobody takes, fences among them, count as dropped
    `ns ${SWITCH} - -`, // for its counters
    `if ${ROUTER_PORTS.near} ${ROUTER} ${router.near.name}`,
    `if ${ROUTER_PORTS.far} ${ROUTER} ${router.far.name}`,
  ];
}

/** What a guest's stack listens to is made known to its macvtap, as whoever runs guests can have it. */
function guestLines(place: Neighbourhood, resident: Resident): string[] {
  const number = macvtapNumber(resident);
  return [
    `if ${number} ${hostOf(place, resident).number} ${resident.device}`,
    ...[...GROUP_MACS, solicitedGroup(resident.number)].map((group) => `join ${number} ${group}`),
    `pump ${number} ${resident.number} ${resident.device}`,
  ];
}

/** What a mark says before each try. */
export function tryName(round: number, attempt: number): string {
  return `round ${round} try ${attempt}`;
}

/** The relay of every port, as a round has it. */
export function relayLines({ topology }: Neighbourhood, { reflectiveRelay }: Round, { has }: Whose): string[] {
  if (!has(topology.switch)) return [];
  return topology.lowers.map(
    ({ port }) => `write /sys/class/net/${port}/brport/hairpin_mode ${reflectiveRelay ? 1 : 0}`,
  );
}

/** Whether the neighbours of a round are told. */
export function isTold({ talks }: Round): boolean {
  return talks.some(({ cell }) => cell.neighbours);
}

/** Each is told the other's address. */
export function neighbourLines({ talks }: Round, whose: Whose): string[] {
  const told = ({ from, to, source, destination }: PlannedTalk) => [
    [from, destination, to] as const,
    [to, source, from] as const,
  ];
  return talks
    .flatMap(told)
    .filter(([who]) => isHere(whose, who))
    .map(([who, address, whom]) => `neigh ${stackNumber(who)} ${address} ${whom.address}`);
}

export function talkLines({ talks }: Round, attempt: number, whose: Whose): string[] {
  return talks.filter(({ from }) => isHere(whose, from)).map((talk) => talkLine(talk, attempt));
}

/** Of talks that are begun elsewhere. */
export function hearLines({ talks }: Round, whose: Whose): string[] {
  return talks
    .filter(({ from, to }) => isHere(whose, to) && !isHere(whose, from))
    .map(({ id, bytes }) => `hear ${id} ${bytes}`);
}

function talkLine(talk: PlannedTalk, attempt: number): string {
  const { id, word, from, source, destination, bytes } = talk;
  return `talk ${id} ${attempt} ${word} ${stackNumber(from)} ${source} ${destination} ${bytes}`;
}

/** Everything the stacks of a round learnt or were told about their neighbours. */
export function forgetLines({ router }: Neighbourhood, { talks }: Round, whose: Whose): string[] {
  const residents = new Set(talks.flatMap(({ from, to }) => [from, to]).filter((one) => isHere(whose, one)));
  const routed = talks.some(({ cell }) => cell.route);
  const tagged = talks.some(({ cell }) => cell.traffic === "vlan");
  const number = tagged ? vlanNumber : stackNumber;
  return [
    ...[...residents].map((resident) => `forget ${number(resident)}`),
    ...(routed && whose.has(router.near.name) ? Object.values(ROUTER_PORTS).map((port) => `forget ${port}`) : []),
  ];
}

/** What a try is followed by. */
export interface FenceLines {
  readonly expected: readonly string[];
  readonly sent: readonly string[];
}

/** One broadcast from outside to everybody, and one to the external host: sent when all is quiet. */
export function fenceLines({ place, nonce }: TalkPlan, round: number, attempt: number, whose: Whose): FenceLines {
  const { topology, residents } = place;
  const outside = residents.get(interfaceOf(externalHost(topology))) as Resident;
  const inside = residents.get(topology.lowers[0]?.name ?? "") as Resident;
  const others = [...residents.values()].filter((resident) => resident !== outside);
  const [fromOutside, toOutside] = fenceIds(round, attempt);
  const fence = (from: Resident, source: Mac, to: readonly Resident[], id: number): FenceLines => {
    const bytes = probeFrame({ source, destination: BROADCAST }, nonce, id, `fence from ${from.device}`);
    const tag = tagBytes(nonce, id).toString("hex");
    const here = to.filter((resident) => isHere(whose, resident));
    return {
      expected: here.map((resident) => `expect ${stackNumber(resident)} 1 ${tag}`),
      sent: isHere(whose, from) ? [`send ${stackNumber(from)} ${bytes.toString("hex")}`] : [],
    };
  };
  const fences = [
    fence(outside, topology.fenceSource, others, fromOutside),
    fence(inside, inside.address, [outside], toOutside),
  ];
  return { expected: fences.flatMap(({ expected }) => expected), sent: fences.flatMap(({ sent }) => sent) };
}

/** Those of a try: from outside, and to the external host. */
export function fenceIds(round: number, attempt: number): readonly [number, number] {
  const first = (round * (TRIES + 1) + attempt) * 2 + 1;
  return [first, first + 1];
}
