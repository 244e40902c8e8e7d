/** A plan of talks as the lines the agent plays (`images/agent/talk.c`). */
import { externalHost, interfaceOf, type Mac } from "../model/topology.ts";
import { BROADCAST } from "../topology/addresses.ts";
import { GROUPS, solicitedGroup } from "../topology/internet.ts";
import { VLAN } from "../topology/neighbourhood.ts";
import type { Neighbourhood, Resident } from "../topology/residents.ts";
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
import { isLease, type PlannedTalk, type Round, type TalkPlan, TRIES } from "./talk-plan.ts";

/** Slots and bytes per slot of each namespace's ring: enough of a frame to tell whose it is. */
const RING = "ring 1024 256";
/** Nothing new for so long is the end of what a try set going; and of what its fences did. */
const QUIET_MS = 10;
const FENCE_QUIET_MS = 2;
const DEADLINE_MS = 5_000;
/** Quiet is waited for a hundred times: what is slow at first is seldom slow throughout. */
const MOST_PATIENT = 3;
/** The groups' addresses on the link (RFC 1112, RFC 2464). */
const GROUP_MACS: readonly Mac[] = ["01:00:5e:6d:7f:01", "33:33:6d:76:00:01"];

/** Milliseconds for all leases of a round. */
const LEASES_MS = 20_000;

/** Where rounds find the scripts that programs play, and how long they wait. */
interface Pace {
  readonly directory: string;
  /** The executor's. */
  readonly slowness: number;
}

/** @param directory where the scripts of rounds are that programs play; @param slowness the executor's. */
export function talkScript(plan: TalkPlan, directory: string, slowness = 1): string[] {
  const { place } = plan;
  const residents = [...place.residents.values()];
  return [
    `nonce ${plan.nonce.toString(16).padStart(8, "0")}`,
    RING,
    ...residents.flatMap((resident) => namespaceLines(resident, usesVlan(plan, resident))),
    ...routerLines(place),
    ...residents.filter(isGuest).flatMap((resident) => guestLines(place, resident)),
    ...residents.flatMap((resident) => [
      `serve ${resident.number}${resident.shares ? ` ${resident.device}` : ""}`,
      ...Object.values(GROUPS).map((group) => `group ${stackNumber(resident)} ${group}`),
    ]),
    "counters",
    ...plan.rounds.flatMap((round, index) => [...roundLines(plan, round, index, { directory, slowness }), "counters"]),
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

/** Path of the script a round is played by. */
export function leaseScriptPath(directory: string, round: number): string {
  return `${directory}/leases-${round}.sh`;
}

function roundLines(plan: TalkPlan, round: Round, index: number, { directory, slowness }: Pace): string[] {
  const wait = (quiet: number) =>
    `wait ${Math.round(quiet * Math.min(slowness, MOST_PATIENT))} ${Math.round(DEADLINE_MS * slowness)}`;
  const { topology } = plan.place;
  const relay = topology.lowers.map(
    ({ port }) => `write /sys/class/net/${port}/brport/hairpin_mode ${round.reflectiveRelay ? 1 : 0}`,
  );
  if (round.talks.some(isLease)) {
    const run = `run ${leaseScriptPath(directory, index)} ${Math.round(LEASES_MS * slowness)}`;
    return [...relay, `mark ${tryName(index, 1)}`, run, ...fenceLines(plan, index, 1), wait(FENCE_QUIET_MS)];
  }
  const told = round.talks.some(({ cell }) => cell.neighbours);
  const tries = Array.from({ length: TRIES }, (_, attempt) => [
    `mark ${tryName(index, attempt + 1)}`,
    ...round.talks.map((talk) => talkLine(talk, attempt + 1)),
    wait(QUIET_MS),
    ...fenceLines(plan, index, attempt + 1),
    wait(FENCE_QUIET_MS),
    "hush",
    // All stacks of a kernel share one table of neighbours, of some 1,000 at most.
    ...(told && attempt + 1 < TRIES ? [] : forgetLines(round)),
  ]);
  return [...relay, ...(told ? round.talks.flatMap((talk) => neighbourLines(talk)) : []), ...tries.flat()];
}

function talkLine(talk: PlannedTalk, attempt: number): string {
  const { id, word, from, source, destination, bytes } = talk;
  return `talk ${id} ${attempt} ${word} ${stackNumber(from)} ${source} ${destination} ${bytes}`;
}

/** Everything the stacks of a round learnt or were told about their neighbours. */
function forgetLines({ talks }: Round): string[] {
  const residents = new Set(talks.flatMap(({ from, to }) => [from, to]));
  const routed = talks.some(({ cell }) => cell.route);
  const tagged = talks.some(({ cell }) => cell.traffic === "vlan");
  const number = tagged ? vlanNumber : stackNumber;
  return [
    ...[...residents].map((resident) => `forget ${number(resident)}`),
    ...(routed ? Object.values(ROUTER_PORTS).map((port) => `forget ${port}`) : []),
  ];
}

/** Each is told the other's address. */
function neighbourLines({ from, to, source, destination }: PlannedTalk): string[] {
  return [
    `neigh ${stackNumber(from)} ${destination} ${to.address}`,
    `neigh ${stackNumber(to)} ${source} ${from.address}`,
  ];
}

/** One broadcast from outside to everybody, and one to the external host: sent when all is quiet. */
function fenceLines({ place, nonce }: TalkPlan, round: number, attempt: number): string[] {
  const { topology, residents } = place;
  const outside = residents.get(interfaceOf(externalHost(topology))) as Resident;
  const inside = residents.get(topology.lowers[0]?.name ?? "") as Resident;
  const others = [...residents.values()].filter((resident) => resident !== outside);
  const [fromOutside, toOutside] = fenceIds(round, attempt);
  const fence = (from: Resident, source: Mac, to: readonly Resident[], id: number) => {
    const bytes = probeFrame({ source, destination: BROADCAST }, nonce, id, `fence from ${from.device}`);
    const tag = tagBytes(nonce, id).toString("hex");
    const expected = to.map((resident) => `expect ${stackNumber(resident)} 1 ${tag}`);
    return { expected, send: `send ${stackNumber(from)} ${bytes.toString("hex")}` };
  };
  const fences = [
    fence(outside, topology.fenceSource, others, fromOutside),
    fence(inside, inside.address, [outside], toOutside),
  ];
  return [...fences.flatMap(({ expected }) => expected), ...fences.map(({ send }) => send)];
}

/** Those of a try: from outside, and to the external host. */
export function fenceIds(round: number, attempt: number): readonly [number, number] {
  const first = (round * (TRIES + 1) + attempt) * 2 + 1;
  return [first, first + 1];
}
