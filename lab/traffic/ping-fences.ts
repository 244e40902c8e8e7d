/** The agents' part in pings: they record, send the fences when the pings are over, and wait for those sent to them. */
import { addressOf, interfaceOf, type Mac, type Node } from "../model/topology.ts";
import { nodeAt } from "./check-plan.ts";
import { PROBE_ETHERTYPE, probeFrame, tagBytes } from "./frame.ts";
import { deviceAt, type End, type PingRecorder, type PlannedPing, pingDevices } from "./planned-ping.ts";

/** Milliseconds for fences that never come, where the place is no slower than usual. */
const FENCE_DEADLINE_MS = 5_000;
const QUIET_MS = 30;
const RING = `ring 4096 256 ${PROBE_ETHERTYPE.toString(16)}`;

/** What a recorder is told before anything is sent: where it records, and which fences are bound to arrive there. */
export function recorderLines(
  pings: readonly PlannedPing[],
  { place, devices }: PingRecorder,
  nonce: number,
): string[] {
  const numbers = numbersOf(pings);
  const here = fencesOf(pings).filter(({ world, end }) => end === place && devices.includes(deviceAt(world, end)));
  return [
    RING,
    ...devices.map((name) => `if ${numbers.get(name)} ${name} packet`),
    ...here.map(({ world, end, id }) => {
      const tag = tagBytes(nonce, id).toString("hex");
      return `expect ${numbers.get(deviceAt(world, end))} 1 ${tag}`;
    }),
  ];
}

/** Frames across each cable between two parts, both ways, before the pings and behind them: what clocks are told from. */
export function crossingLines(
  pings: readonly PlannedPing[],
  { part, devices }: PingRecorder,
  when: "before" | "behind",
  nonce: number,
): string[] {
  const numbers = numbersOf(pings);
  const first = 1 + pings.length * (when === "before" ? 2 : 4); // the fences have the ids up to here
  return pings.flatMap(({ world: { lower, topology } }, index) => {
    const isCable = part.has(lower.name) !== part.has(lower.port);
    const up = devices.includes(lower.name);
    if (!isCable || !(up || devices.includes(lower.port))) return [];
    const [from, to] = [lower.address, topology.external.address];
    const header = up ? { source: from, destination: to } : { source: to, destination: from };
    const bytes = probeFrame(header, nonce, first + index * 2 + Number(up), "crossing");
    return [`send ${numbers.get(up ? lower.name : lower.port)} ${bytes.toString("hex")}`];
  });
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
  const numbers = numbersOf(pings);
  const sent = fencesOf(pings).map(({ world, end, peer, id }) => {
    const outside = end === "external";
    const node = nodeAt(world, end) as Node;
    const source: Mac = outside ? world.lower.address : addressOf(nodeAt(world, peer) as Node);
    const sender = outside ? world.lower.name : world.topology.external.name;
    const bytes = probeFrame({ source, destination: addressOf(node) }, nonce, id, `fence to ${interfaceOf(node)}`);
    return { sender, line: `send ${numbers.get(sender)} ${bytes.toString("hex")}` };
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
