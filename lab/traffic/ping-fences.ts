/** The agent's part in pings: recorders that wait for fences, and the fences, sent when the pings are over. */
import { addressOf, interfaceOf, type Node } from "../model/topology.ts";
import { nodeAt } from "./check-plan.ts";
import { PROBE_ETHERTYPE, probeFrame, tagBytes } from "./frame.ts";
import { deviceAt, devicesIn, type End, type PlannedPing } from "./planned-ping.ts";

/** Milliseconds a recorder waits for its fences, from when it is ready: on a machine ten times too slow pings take 20 s. */
const FENCE_DEADLINE = 40_000;
const RING = `ring 4096 256 ${PROBE_ETHERTYPE.toString(16)}`;

/** Records until the fences of this place have arrived. */
export function recorderLines(pings: readonly PlannedPing[], place: End, pipe: string, nonce: number): string[] {
  const devices = devicesIn(pings, place);
  const expected = pings.flatMap(({ world, from, to, fences }) =>
    [from === place ? fences.from : undefined, to === place ? fences.to : undefined]
      .filter((id) => id !== undefined)
      .map((id) => `expect ${devices.indexOf(deviceAt(world, place))} 1 ${tagBytes(nonce, id).toString("hex")}`),
  );
  return [
    RING,
    ...devices.map((name, number) => `if ${number} ${name} packet`),
    ...expected,
    `write ${pipe} ready`,
    `wait 30 ${FENCE_DEADLINE}`,
  ];
}

/**
 * To each endpoint from outside, in the name of its peer: unicast is neither filtered by mode nor kept back by a source
 * list that has the peer on it. To an external host from the lower device's own.
 */
export function fenceLines(pings: readonly PlannedPing[], nonce: number): string[] {
  const devices = pings.flatMap(({ world }) => [world.topology.external.name, world.lower.name]);
  const lines = [RING, ...devices.map((name, number) => `if ${number} ${name} packet`)];
  for (const { world, from, to, fences } of pings) {
    for (const [end, peer, id] of [[from, to, fences.from] as const, [to, from, fences.to] as const]) {
      const outside = end === "external";
      const node = nodeAt(world, end) as Node;
      const source = outside ? world.lower.address : addressOf(nodeAt(world, peer) as Node);
      const sender = outside ? world.lower.name : world.topology.external.name;
      const header = { source, destination: addressOf(node) };
      const bytes = probeFrame(header, nonce, id, `fence to ${interfaceOf(node)}`);
      lines.push(`send ${devices.indexOf(sender)} ${bytes.toString("hex")}`);
    }
  }
  return lines;
}
