/**
 * Answers that came when the ping, or the stack below it, had given up. Between guests their patience is no measure: another guest may
 * have stood still for longer. What was under way has arrived once cables were crossed behind the pings, and then tells that
 * silence was none.
 */
import { decodeInternet } from "../capture/internet.ts";
import { deviceAt, internetAddress, type PlannedPing, pingDevices } from "./planned-ping.ts";
import type { AgentRecord, Recording } from "./records.ts";

/** Numbers of worlds whose ping was not answered in time, and an answer came all the same. */
export function lateAnswers(
  pings: readonly PlannedPing[],
  answered: ReadonlyMap<number, boolean>,
  { records }: Recording,
): Set<number> {
  const names = pingDevices(pings);
  const silent = pings.filter(({ world }) => answered.get(world.number) === false);
  const late = silent.filter((ping) => {
    const device = names.indexOf(deviceAt(ping.world, ping.from));
    return isLate(
      ping,
      records.filter((one) => one.kind === "tap" && one.interface === device),
    );
  });
  return new Set(late.map(({ world }) => world.number));
}

/** An echo that arrived, or word of where the other end is that nothing was sent upon: a stack that waits for it sends at once. */
function isLate({ world, from, to }: PlannedPing, records: readonly AgentRecord[]): boolean {
  const [own, other] = [internetAddress(world, from), internetAddress(world, to)];
  const said = records.map(({ packetType, data }) => ({ leaves: packetType === "outgoing", ...decodeInternet(data) }));
  const isFromOther = (one: (typeof said)[number]) => !one.leaves && one.source === other;
  if (said.some((one) => isFromOther(one) && one.says === "packet")) return true;
  const told = said.findLastIndex((one) => isFromOther(one) && one.says === "tells");
  const sentOn = said.slice(told + 1).some((one) => one.leaves && one.source === own && one.says === "packet");
  return told >= 0 && !sentOn;
}
