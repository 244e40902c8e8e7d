/** The lines of a plan for the agent (`images/agent/play.c`), one kind at a time, for a place that has some of its interfaces. */
import type { TapKind } from "../model/sighting.ts";
import { cableEnd, interfaceOf, type Lower } from "../model/topology.ts";
import { JOINED_GROUP } from "../topology/addresses.ts";
import type { PlacedTopology } from "../topology/arrangement.ts";
import { VLAN_ID } from "../topology/scene.ts";
import { arrivals } from "./fence-arrival.ts";
import { flowFrame, PROBE_ETHERTYPE, probeFrame, tagBytes, taggedFrame } from "./frame.ts";
import type { Plan } from "./plan.ts";
import type { PlannedFrame } from "./planned-frame.ts";

/** Slots and bytes per slot of the agent's rings: what a relay state can leave behind between two looks, many times over. */
const RING_FRAMES = 16_384;
const RING_FRAME_SIZE = 256;

/** Numbers of the agent's `enum record_kind`. */
export const RECORD_KIND: Record<TapKind, number> = { tap: 1, host: 2, device: 3 };

/** The interfaces of a plan, in the order of the agent's numbers: the same in every place that plays a part of it. */
export function planInterfaces(plan: Plan): string[] {
  const own = plan.topologies.flatMap((topology) => [
    ...topology.endpoints.map(({ name }) => name),
    ...topology.lowers.flatMap(({ name, port }) => [name, port]),
    ...topology.lowers.flatMap(beside),
    topology.external.name,
    topology.external.port,
    topology.switch,
  ]);
  return [...own, ...(plan.more ?? []).map(({ name }) => name)];
}

/** The end of a cable that is no lower device's. */
function beside(lower: Lower): string[] {
  const end = interfaceOf(cableEnd(lower));
  return end === lower.name ? [] : [end];
}

/** @param times as many slots as usual. */
export function ringLine(times = 1): string {
  return `ring ${RING_FRAMES * times} ${RING_FRAME_SIZE} ${PROBE_ETHERTYPE.toString(16)}`;
}

export interface PlanLines {
  /** Up to the first counters: rings, interfaces, groups. */
  readonly prologue: readonly string[];
  /** The ports here, in a state of the relay. */
  readonly relay: (on: boolean) => string[];
  readonly send: (frame: PlannedFrame) => string;
  /** Sends `frame` as it is on `name`. */
  readonly sendBytes: (name: string, frame: Buffer) => string;
  /** Where a fence is bound to arrive here. */
  readonly expect: (fence: PlannedFrame) => string[];
  /** A frame with this behind its Ethernet header is bound to pass the interface `name`. */
  readonly expectTag: (name: string, tag: Buffer) => string;
}

/** @param has which of the plan's interfaces are in that place. */
export function planLines(plan: Plan, has: (device: string) => boolean = () => true): PlanLines {
  const numbers = new Map(planInterfaces(plan).map((name, number) => [name, number]));
  const sendBytes = (name: string, frame: Buffer) => `send ${numbers.get(name)} ${frame.toString("hex")}`;
  const ports = plan.relayAsBuilt ? [] : plan.topologies.flatMap(({ lowers }) => lowers.map(({ port }) => port));
  return {
    prologue: [
      ringLine(),
      ...interfaceLines(plan, numbers, has),
      ...plan.topologies
        .flatMap(({ endpoints }) => endpoints.filter(({ name }) => has(name)))
        .map(({ name }) => `join ${numbers.get(name)} ${JOINED_GROUP}`),
      "counters",
    ],
    relay: (on) => [
      `mark relay-${on ? "on" : "off"}`,
      ...ports.filter(has).map((port) => `write /sys/class/net/${port}/brport/hairpin_mode ${on ? 1 : 0}`),
    ],
    send: (frame) => sendBytes(interfaceOf(frame.from), bytesOf(plan, frame)),
    sendBytes,
    expect: (fence) => expectLines(plan, fence, numbers, has),
    expectTag: (name, tag) => `expect ${numbers.get(name)} ${RECORD_KIND.tap} ${tag.toString("hex")}`,
  };
}

/** The frames in the order they are sent: of each relay state first the probes, then the fences. */
export function sendOrder({ frames }: Plan): PlannedFrame[] {
  const rank = ({ reflectiveRelay, fence }: PlannedFrame) => (reflectiveRelay ? 2 : 0) + (fence ? 1 : 0);
  return [...frames].sort((a, b) => rank(a) - rank(b));
}

function interfaceLines(plan: Plan, numbers: ReadonlyMap<string, number>, has: (device: string) => boolean): string[] {
  const taps = new Set(
    plan.topologies.flatMap(({ endpoints }) =>
      endpoints.filter(({ kind }) => kind === "macvtap").map(({ name }) => name),
    ),
  );
  const again = new Map((plan.more ?? []).flatMap((more) => (more.again ? [[more.name, more.again]] : [])));
  return [...numbers]
    .filter(([name]) => has(name))
    .map(([name, number]) => {
      const opened = again.get(name);
      return opened ? `if ${number} ${opened} again` : `if ${number} ${name} ${taps.has(name) ? "tap" : "packet"}`;
    });
}

function bytesOf(plan: Plan, frame: PlannedFrame): Buffer {
  if (frame.flow !== undefined) return flowFrame(frame, plan.nonce, frame.id, frame.flow);
  const bytes = probeFrame(frame, plan.nonce, frame.id, frame.text);
  return frame.tagged ? taggedFrame(bytes, VLAN_ID) : bytes;
}

function expectLines(
  plan: Plan,
  fence: PlannedFrame,
  numbers: ReadonlyMap<string, number>,
  has: (device: string) => boolean,
): string[] {
  if (fence.flow !== undefined) return []; // which opener gets it is not known in advance
  const topology = plan.topologies[fence.fence?.topology ?? 0] as PlacedTopology;
  const tag = tagBytes(plan.nonce, fence.id).toString("hex");
  return arrivals(fence, topology)
    .filter((arrival) => has(arrival.interface))
    .map((arrival) => `expect ${numbers.get(arrival.interface)} ${RECORD_KIND[arrival.tap]} ${tag}`);
}
