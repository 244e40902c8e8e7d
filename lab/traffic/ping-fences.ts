/** The agents' part in pings: they record, send the fences when the pings are over, and wait for those sent to them. */
import { addressOf, interfaceOf, type Mac, type Node } from "../model/topology.ts";
import { nodeAt } from "./check-plan.ts";
import { PROBE_ETHERTYPE, probeFrame, tagBytes } from "./frame.ts";
import { deviceAt, type End, type PingRecorder, type PlannedPing, pingDevices } from "./planned-ping.ts";
import type { Side } from "./sides-in-step.ts";

/** Milliseconds for fences that never come, where the place is no slower than usual. */
const FENCE_DEADLINE_MS = 5_000;
const QUIET_MS = 30;
const RING = `ring 4096 256 ${PROBE_ETHERTYPE.toString(16)}`;

/** What a recorder is told before anything is sent: where it records. */
export function recorderLines(pings: readonly PlannedPing[], { devices }: PingRecorder): string[] {
  const numbers = numbersOf(pings);
  return [RING, ...devices.map((name) => `if ${numbers.get(name)} ${name} packet`)];
}

/** Which fences are bound to arrive there, before they are sent. */
export function expectLines(pings: readonly PlannedPing[], { place, devices }: PingRecorder, nonce: number): string[] {
  const here = fencesOf(pings).filter(({ world, end }) => end === place && devices.includes(deviceAt(world, end)));
  const { expectTag } = sideLines(pings);
  return here.map(({ world, end, id }) => expectTag(deviceAt(world, end), tagBytes(nonce, id)));
}

/** Numbers that are free behind those of the fences begin here. */
export const idBehindFences = (pings: readonly PlannedPing[]): number => 1 + pings.length * 2;

/** A recorder's lines for signals across the cables. */
export function sideLines(pings: readonly PlannedPing[]): Pick<Side, "expectTag" | "sendBytes"> {
  const numbers = numbersOf(pings);
  return {
    expectTag: (name, tag) => `expect ${numbers.get(name)} 1 ${tag.toString("hex")}`,
    sendBytes: (name, frame) => `send ${numbers.get(name)} ${frame.toString("hex")}`,
  };
}

/** Until the fences have arrived. @param slowness of the slowest place */
export function awaitFences(slowness: number): string {
  return `wait ${QUIET_MS} ${Math.round(FENCE_DEADLINE_MS * slowness)}`;
}

/**
 * To each endpoint from outside, in the name of its peer: unicast is neither filtered by mode nor kept back by a source
 * list that has the peer on it. To an external host from the lower device's own.
 */
export function fenceLines(pings: readonly PlannedPing[], { place, devices }: PingRecorder, nonce: number): string[] {
  if (place !== "external") return [];
  const { sendBytes } = sideLines(pings);
  const sent = fencesOf(pings).map(({ world, end, peer, id }) => {
    const outside = end === "external";
    const node = nodeAt(world, end) as Node;
    const source: Mac = outside ? world.lower.address : addressOf(nodeAt(world, peer) as Node);
    const sender = outside ? world.lower.name : world.topology.external.name;
    const bytes = probeFrame({ source, destination: addressOf(node) }, nonce, id, `fence to ${interfaceOf(node)}`);
    return { sender, line: sendBytes(sender, bytes) };
  });
  return sent.filter(({ sender }) => devices.includes(sender)).map(({ line }) => line);
}

function numbersOf(pings: readonly PlannedPing[]): Map<string, number> {
  return new Map(pingDevices(pings).map((name, number) => [name, number]));
}

/** One to each end of each ping. */
function fencesOf(pings: readonly PlannedPing[]) {
  return pings.flatMap(({ world, from, to, fences }) => [
    { world, end: from, peer: to, id: fences.from },
    { world, end: to, peer: from, id: fences.to },
  ]) satisfies { readonly end: End; readonly peer: End }[];
}
