/**
 * A plan as what several agents play in step: one where the topology is, one in every guest whose cards are macvtaps of
 * it. What guests send passes QEMU on its way out, so each card's last frame before the fences is waited for outside.
 */
import { externalHost, interfaceOf } from "../model/topology.ts";
import { JOINED_GROUP } from "../topology/addresses.ts";
import type { PlacedTopology } from "../topology/arrangement.ts";
import { arrivals } from "./fence-arrival.ts";
import { tagBytes } from "./frame.ts";
import type { Plan } from "./plan.ts";
import { planInterfaces, planLines, RECORD_KIND, ringLine, sendOrder } from "./plan-lines.ts";
import type { PlannedFrame } from "./planned-frame.ts";
import { DEADLINE_MS, QUIET_MS } from "./play-script.ts";
import type { Seat } from "./seats.ts";

export interface CardsPlan {
  readonly plan: Plan;
  readonly seats: readonly Seat[];
  /** Ports of the switch whose reflective relay follows the frames'; the others keep theirs. */
  readonly relayPorts: readonly string[];
}

/** One state of the relay, part by part; a part begins once the one before is done everywhere. */
export interface RelayParts {
  /** Outside: its probes. */
  readonly probes: readonly string[];
  /** By guest: its probes, and the last frame of every card that sent any. */
  readonly seatProbes: readonly (readonly string[])[];
  /** Outside: until the last ones have come. */
  readonly parted: readonly string[];
  /** Outside and by guest, at the same time. */
  readonly fences: readonly string[];
  readonly seatFences: readonly (readonly string[])[];
}

/** While guests send, nobody looks at the ring outside. */
const RING_TIMES = 4;

export function outsideOpening({ plan, seats }: CardsPlan): string[] {
  const inner = new Set(seats.flatMap((seat) => seat.inner));
  const again = new Map((plan.more ?? []).flatMap((more) => (more.again ? [[more.name, more.again]] : [])));
  const numbers = numbersOf(plan);
  const interfaces = [...numbers].filter(([name]) => !inner.has(name));
  return [
    ringLine(RING_TIMES),
    ...interfaces.map(([name, number]) =>
      again.has(name) ? `if ${number} ${again.get(name)} again` : `if ${number} ${name} packet`,
    ),
    ...plan.topologies.flatMap(({ endpoints }) =>
      endpoints.map(({ name }) => `join ${numbers.get(name)} ${JOINED_GROUP}`),
    ),
    "counters",
  ];
}

export function seatOpening({ plan }: CardsPlan, seat: Seat): string[] {
  const numbers = numbersOf(plan);
  const own = interfacesOf(seat).filter((name) => numbers.has(name));
  return [ringLine(), ...own.map((name) => `if ${numbers.get(name)} ${name} packet`), "counters"];
}

/** Undefined where no frame is sent in that state. @param slowness of each guest. */
export function relayParts(whole: CardsPlan, relay: boolean, slowness: readonly number[]): RelayParts | undefined {
  const { plan, seats, relayPorts } = whole;
  const frames = sendOrder(plan).filter(({ reflectiveRelay }) => reflectiveRelay === relay);
  if (frames.length === 0) return undefined;
  const numbers = numbersOf(plan);
  const sends = (own: readonly PlannedFrame[]) => own.map(planLines(plan).send);
  const places = seats.map((seat) => new Set(interfacesOf(seat)));
  const at = (index: number) => (frame: PlannedFrame) => places[index]?.has(interfaceOf(frame.from)) ?? false;
  const outside = (frame: PlannedFrame) => !places.some((place) => place.has(interfaceOf(frame.from)));
  const [probes, fences] = [frames.filter(({ fence }) => !fence), frames.filter(({ fence }) => fence)];
  const partings = seats.map((_, index) => partingFrames(whole, probes.filter(at(index)), relay));
  const wait = (times = 1) => `wait ${QUIET_MS} ${Math.round(DEADLINE_MS * times)}`;
  const patience = Math.max(1, ...slowness);
  return {
    probes: [...relayPorts.map((port) => relayLine(port, relay)), ...sends(probes.filter(outside)), wait()],
    seatProbes: seats.map((_, index) => sends([...probes.filter(at(index)), ...(partings[index] ?? [])])),
    parted: [...partings.flat().map((frame) => partingLine(plan, frame, numbers)), wait(PATIENCE * patience)],
    fences: [
      ...fences.flatMap((fence) =>
        expectLines(plan, fence, numbers, (name) => !places.some((place) => place.has(name))),
      ),
      ...sends(fences.filter(outside)),
      wait(PATIENCE * patience),
    ],
    seatFences: places.map((place, index) => [
      ...fences
        .filter(({ fence }) => fence?.kind !== "unicast")
        .flatMap((fence) => expectLines(plan, fence, numbers, (name) => place.has(name))),
      ...sends(fences.filter(at(index))),
      wait(slowness[index]),
    ]),
  };
}

/** Numbers of a plan's interfaces by their names. */
type Numbers = ReadonlyMap<string, number>;

function relayLine(port: string, relay: boolean): string {
  return `write /sys/class/net/${port}/brport/hairpin_mode ${relay ? 1 : 0}`;
}

/** A guest's frames take their time through an emulated card. */
const PATIENCE = 3;

/** The order frames were sent in, by their numbers: parts follow one another. */
export function rankOf(plan: Plan): (id: number) => number {
  const ranks = new Map(
    plan.frames.map(({ id, reflectiveRelay, fence }) => [id, (reflectiveRelay ? 3 : 0) + (fence ? 2 : 0)]),
  );
  return (id) => ranks.get(id) ?? (id % 2 === 0 ? 1 : 4);
}

function numbersOf(plan: Plan): Numbers {
  return new Map(planInterfaces(plan).map((name, number) => [name, number]));
}

export function interfacesOf({ cards, inner }: Seat): string[] {
  return [...cards.map(({ endpoint }) => endpoint.name), ...inner];
}

/** Numbers of their own, far above a plan's: even ones without relay, odd ones with. */
const FIRST_PARTING = 0x70000000;

function partingFrames({ plan }: CardsPlan, probes: readonly PlannedFrame[], relay: boolean): PlannedFrame[] {
  const numbers = numbersOf(plan);
  const last = new Map(probes.map((frame) => [interfaceOf(frame.from), frame]));
  return [...last].map(([name, { from, source }]) => {
    const { external } = topologyOf(plan, name);
    const id = FIRST_PARTING + 2 * (numbers.get(name) as number) + Number(relay);
    return { id, from, source, destination: external.address, reflectiveRelay: relay, text: `last of ${name}` };
  });
}

/** The topology an interface's frames get out into; of one on top of a card that of the card's world. */
function topologyOf(plan: Plan, name: string): PlacedTopology {
  const isOf = ({ endpoints }: PlacedTopology) =>
    endpoints.some((endpoint) => worldOf(endpoint.name) === worldOf(name));
  const own = plan.topologies.find(({ endpoints }) => endpoints.some((endpoint) => endpoint.name === name));
  return (own ?? plan.topologies.find(isOf)) as PlacedTopology;
}

const worldOf = (name: string): string | undefined => /^c\d+/.exec(name)?.[0];

function partingLine(plan: Plan, frame: PlannedFrame, numbers: Numbers): string {
  const topology = topologyOf(plan, interfaceOf(frame.from));
  const outside = interfaceOf(externalHost(topology));
  return `expect ${numbers.get(outside)} ${RECORD_KIND.tap} ${tagBytes(plan.nonce, frame.id).toString("hex")}`;
}

/** What a card has from its macvtap is seen on its interface in the guest. */
function expectLines(plan: Plan, fence: PlannedFrame, numbers: Numbers, isHere: (name: string) => boolean): string[] {
  if (fence.flow !== undefined) return []; // which opener gets it is not known in advance
  const topology = plan.topologies[fence.fence?.topology ?? 0] as PlacedTopology;
  const tag = tagBytes(plan.nonce, fence.id).toString("hex");
  return arrivals(fence, topology)
    .filter((arrival) => isHere(arrival.interface))
    .map(({ interface: name, tap }) => {
      const kind = tap === "device" && !name.includes("#") ? "tap" : tap;
      return `expect ${numbers.get(name)} ${RECORD_KIND[kind]} ${tag}`;
    });
}
