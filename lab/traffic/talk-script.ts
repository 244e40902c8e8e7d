/** A plan of talks as the lines one agent plays, where one place has all of it. */
import {
  EVERYBODY,
  fenceLines,
  forgetLines,
  isTold,
  neighbourLines,
  openingLines,
  relayLines,
  talkLines,
  tryName,
} from "./talk-lines.ts";
import { isLease, type Round, type TalkPlan, TRIES } from "./talk-plan.ts";

/** Nothing new for so long is the end of what a try set going; and of what its fences did. */
export const QUIET_MS = 10;
export const FENCE_QUIET_MS = 2;
export const DEADLINE_MS = 5_000;
/** Quiet is waited for a hundred times: what is slow at first is seldom slow throughout. */
const MOST_PATIENT = 3;
/** Milliseconds for all leases of a round. */
export const LEASES_MS = 20_000;

/** Where rounds find the scripts that programs play, and how long they wait. */
interface Pace {
  readonly directory: string;
  /** The executor's. */
  readonly slowness: number;
}

/** @param directory where the scripts of rounds are that programs play; @param slowness the executor's. */
export function talkScript(plan: TalkPlan, directory: string, slowness = 1): string[] {
  return [
    ...openingLines(plan, EVERYBODY),
    "counters",
    ...plan.rounds.flatMap((round, index) => [...roundLines(plan, round, index, { directory, slowness }), "counters"]),
  ];
}

/** Path of the script a round is played by. */
export function leaseScriptPath(directory: string, round: number): string {
  return `${directory}/leases-${round}.sh`;
}

/** Milliseconds of quiet, in a place that is as many times slower. */
export function quietFor(quiet: number, slowness: number): number {
  return Math.round(quiet * Math.min(slowness, MOST_PATIENT));
}

function roundLines(plan: TalkPlan, round: Round, index: number, { directory, slowness }: Pace): string[] {
  const wait = (quiet: number) => `wait ${quietFor(quiet, slowness)} ${Math.round(DEADLINE_MS * slowness)}`;
  const relay = relayLines(plan.place, round, EVERYBODY);
  const fences = (attempt: number) => {
    const { expected, sent } = fenceLines(plan, index, attempt, EVERYBODY);
    return [...expected, ...sent, wait(FENCE_QUIET_MS)];
  };
  if (round.talks.some(isLease)) {
    const run = `run ${leaseScriptPath(directory, index)} ${Math.round(LEASES_MS * slowness)}`;
    return [...relay, `mark ${tryName(index, 1)}`, run, ...fences(1)];
  }
  const told = isTold(round);
  const tries = Array.from({ length: TRIES }, (_, attempt) => [
    `mark ${tryName(index, attempt + 1)}`,
    ...talkLines(round, attempt + 1, EVERYBODY),
    wait(QUIET_MS),
    ...fences(attempt + 1),
    "hush",
    // All stacks of a kernel share one table of neighbours, of some 1,000 at most.
    ...(told && attempt + 1 < TRIES ? [] : forgetLines(plan.place, round, EVERYBODY)),
  ]);
  return [...relay, ...(told ? neighbourLines(round, EVERYBODY) : []), ...tries.flat()];
}
