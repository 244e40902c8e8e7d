/**
 * Answers that came when the ping had given up. Between guests a ping's patience is no measure: another guest may have stood still for
 * longer. What was under way has arrived once cables were crossed behind the pings, and then tells that silence was none.
 */
import { decodeInternet } from "../capture/internet.ts";
import { frameId } from "./frame.ts";
import { deviceAt, internetAddress, type PlannedPing, pingDevices } from "./planned-ping.ts";
import type { AgentRecord, Recording } from "./records.ts";
import type { Signal } from "./signals.ts";

/**
 * Numbers of worlds whose ping was not answered in time, and an answer came all the same.
 * @param signals across the cables; those of round 1 are the first behind the pings.
 */
export function lateAnswers(
  pings: readonly PlannedPing[],
  answered: ReadonlyMap<number, boolean>,
  { records }: Recording,
  signals: readonly Signal[],
  nonce: number,
): Set<number> {
  const numbers = new Map(pingDevices(pings).map((name, number) => [name, number]));
  const late = pings.filter(({ world, from, to }) => {
    const signal = signals.find((one) => one.moment === "sent" && one.round === 1 && one.from === world.lower.name);
    if (answered.get(world.number) !== false || !signal) return false;
    const ended = records.findIndex((one) => isLeaving(one) && frameId(one.data, nonce) === signal.id);
    const device = numbers.get(deviceAt(world, from));
    const arrived = records.slice(ended < 0 ? records.length : ended).filter((one) => one.interface === device);
    return arrived.some((one) => !isLeaving(one) && isAnswer(one.data, internetAddress(world, to)));
  });
  return new Set(late.map(({ world }) => world.number));
}

const isLeaving = ({ packetType }: AgentRecord): boolean => packetType === "outgoing";

/** An echo, or the word that tells where its sender is. */
function isAnswer(data: Buffer, source: string): boolean {
  const header = decodeInternet(data);
  return header?.source === source && header.says !== "asks";
}
