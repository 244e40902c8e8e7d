/** A plan as the lines the agent plays (`images/agent/play.c`), where one place has all of it. */
import type { Plan } from "./plan.ts";
import { type PlanLines, planLines, sendOrder } from "./plan-lines.ts";

/** Of silence, once all fences were seen. */
export const QUIET_MS = 30;
/** For fences that never come; where the place is slow, as many times longer. */
export const DEADLINE_MS = 3_000;

/** Where a plan has an interlude, the agent writes into this pipe when it is due, and the script runs it then. */
export const INTERLUDE = "interlude";
/** The word it writes there, without an end of line. */
export const DUE = "due";

/**
 * The script's lines; one that says `INTERLUDE` alone stands for the plan's own.
 * @param slowness the executor's
 */
export function playScript(plan: Plan, interludePipe: string, slowness = 1): string[] {
  const lines = planLines(plan);
  const wait = `wait ${QUIET_MS} ${Math.round(DEADLINE_MS * slowness)}`;
  const played: string[] = [];
  let interlude = plan.interlude ? [wait, `write ${interludePipe} ${DUE}`, INTERLUDE] : [];
  for (const relay of relayStates(plan)) {
    played.push(...relayLines(plan, relay, lines, interlude), wait);
    interlude = [];
  }
  return [...lines.prologue, ...played, "counters"];
}

/** The states of the relay that frames are sent in, in this order. */
export function relayStates({ frames }: Plan): boolean[] {
  return [false, true].filter((relay) => frames.some(({ reflectiveRelay }) => reflectiveRelay === relay));
}

function relayLines(plan: Plan, relay: boolean, lines: PlanLines, interlude: readonly string[]): string[] {
  const frames = sendOrder(plan).filter(({ reflectiveRelay }) => reflectiveRelay === relay);
  const fences = frames.filter(({ fence }) => fence);
  const probes = frames.filter(({ fence }) => !fence);
  return [
    ...lines.relay(relay),
    ...probes.map(lines.send),
    ...interlude,
    ...fences.flatMap(lines.expect),
    ...fences.map(lines.send),
  ];
}
