/** A plan as the lines the agent plays (`images/agent/play.c`). */

import type { TapKind } from "../model/sighting.ts";
import { interfaceOf } from "../model/topology.ts";
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
const QUIET_MS = 30;
/** For fences that never come; where the place is slow, as many times longer. */
const DEADLINE_MS = 3_000;

/** Numbers of the agent's `enum record_kind`. */
export const RECORD_KIND: Record<TapKind, number> = { tap: 1, host: 2, device: 3 };

/** The interfaces of a plan, in the order of the agent's numbers. */
export function planInterfaces(plan: Plan): string[] {
  const own = plan.topologies.flatMap((topology) => [
    ...topology.endpoints.map(({ name }) => name),
    ...topology.lowers.flatMap(({ name, port }) => [name, port]),
    topology.external.name,
    topology.external.port,
    topology.switch,
  ]);
  return [...own, ...(plan.more ?? []).map(({ name }) => name)];
}

/** Where a plan has an interlude, the agent writes into this pipe when it is due, and the script runs it then. */
export const INTERLUDE = "interlude";
/** The word it writes there, without an end of line. */
export const DUE = "due";

/**
 * The script's lines; one that says `INTERLUDE` alone stands for the plan's own.
 * @param slowness the executor's
 */
export function playScript(plan: Plan, interludePipe: string, slowness = 1): string[] {
  const numbers = new Map(planInterfaces(plan).map((name, number) => [name, number]));
  const taps = new Set(
    plan.topologies.flatMap(({ endpoints }) =>
      endpoints.filter(({ kind }) => kind === "macvtap").map(({ name }) => name),
    ),
  );
  const lines = [`ring ${RING_FRAMES} ${RING_FRAME_SIZE} ${PROBE_ETHERTYPE.toString(16)}`];
  const again = new Map((plan.more ?? []).flatMap((more) => (more.again ? [[more.name, more.again]] : [])));
  for (const [name, number] of numbers) {
    const opened = again.get(name);
    lines.push(opened ? `if ${number} ${opened} again` : `if ${number} ${name} ${taps.has(name) ? "tap" : "packet"}`);
  }
  for (const { endpoints } of plan.topologies)
    for (const { name } of endpoints) lines.push(`join ${numbers.get(name)} ${JOINED_GROUP}`);
  lines.push("counters");
  const wait = `wait ${QUIET_MS} ${Math.round(DEADLINE_MS * slowness)}`;
  let interlude = plan.interlude ? [wait, `write ${interludePipe} ${DUE}`, INTERLUDE] : [];
  for (const relay of [false, true]) {
    const played = relayLines(plan, relay, numbers, interlude);
    if (played.length === 0) continue;
    interlude = [];
    lines.push(...played, wait);
  }
  lines.push("counters");
  return lines;
}

/** The frames in the order they are sent: of each relay state first the probes, then the fences. */
export function sendOrder({ frames }: Plan): PlannedFrame[] {
  const rank = ({ reflectiveRelay, fence }: PlannedFrame) => (reflectiveRelay ? 2 : 0) + (fence ? 1 : 0);
  return [...frames].sort((a, b) => rank(a) - rank(b));
}

function relayLines(
  plan: Plan,
  relay: boolean,
  numbers: ReadonlyMap<string, number>,
  interlude: readonly string[],
): string[] {
  const frames = sendOrder(plan).filter(({ reflectiveRelay }) => reflectiveRelay === relay);
  if (frames.length === 0) return [];
  const ports = plan.topologies.flatMap(({ lowers }) => lowers.map(({ port }) => port));
  const fences = frames.filter(({ fence }) => fence);
  const probes = frames.filter(({ fence }) => !fence);
  const send = (frame: PlannedFrame) =>
    `send ${numbers.get(interfaceOf(frame.from))} ${bytesOf(plan, frame).toString("hex")}`;
  return [
    `mark relay-${relay ? "on" : "off"}`,
    ...(plan.relayAsBuilt ? [] : ports).map(
      (port) => `write /sys/class/net/${port}/brport/hairpin_mode ${relay ? 1 : 0}`,
    ),
    ...probes.map(send),
    ...interlude,
    ...fences.flatMap((fence) => expectLines(plan, fence, numbers)),
    ...fences.map(send),
  ];
}

function bytesOf(plan: Plan, frame: PlannedFrame): Buffer {
  if (frame.flow !== undefined) return flowFrame(frame, plan.nonce, frame.id, frame.flow);
  const bytes = probeFrame(frame, plan.nonce, frame.id, frame.text);
  return frame.tagged ? taggedFrame(bytes, VLAN_ID) : bytes;
}

function expectLines(plan: Plan, fence: PlannedFrame, numbers: ReadonlyMap<string, number>): string[] {
  if (fence.flow !== undefined) return []; // which opener gets it is not known in advance
  const topology = plan.topologies[fence.fence?.topology ?? 0] as PlacedTopology;
  const tag = tagBytes(plan.nonce, fence.id).toString("hex");
  return arrivals(fence, topology).map(
    (arrival) => `expect ${numbers.get(arrival.interface)} ${RECORD_KIND[arrival.tap]} ${tag}`,
  );
}
