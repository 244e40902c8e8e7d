/**
 * Tells a kernel that hangs from a guest that was not let run. A kernel's watchdogs go by the clock: in a guest that got
 * less than half of the time there was, they bark at nothing. What they say then counts only if the guest goes on
 * hanging once it is let run; what the lab waits for counts the time it could have run twice.
 */
import { EnvironmentError } from "../base/errors.ts";
import type { FindingKind } from "../model/finding.ts";
import type { Finding } from "../model/results.ts";
import type { ProcessorTime, ProcessorTimes } from "./processor-time.ts";

/** The machine was too busy to say anything about the kernel. */
export class StarvedError extends EnvironmentError {
  constructor(message: string) {
    super(message, { mend: "leave the machine to the lab, or run fewer kernels at a time: --jobs 1" });
  }
}

/** Milliseconds a watchdog looks back at most (`WATCHDOGS` in qemu-arguments.ts). */
const LOOKS_BACK = 10_000;
/** Milliseconds: a guest that could run so long after such a report, and said nothing, does hang. */
const PROOF = 4_000;
/** Milliseconds: what was on its way from an agent as its kernel complained. */
const ON_ITS_WAY = 1_000;
/** Milliseconds after which nothing more is expected of a guest that is not let run. */
const LONGEST = 60_000;

/** What a kernel says because some time has passed. */
const BY_THE_CLOCK: ReadonlySet<FindingKind> = new Set<FindingKind>([
  ...(["soft-lockup", "hard-lockup", "rcu-stall", "hung-task", "workqueue-stall", "device-reference"] as const),
]);

export interface Starvation {
  /** Milliseconds since the agent was last heard, as far as the guest could have said something. */
  readonly silence: () => number;
  /** Whether a finding is the kernel's own. */
  readonly isCredible: (finding: Finding) => boolean;
  /** Why nothing that is timed says anything about the kernel; undefined while it got its time. */
  readonly starved: () => string | undefined;
}

/** A report of a watchdog: credible at once, or the processor time it was made in. */
interface Report {
  readonly at: number;
  readonly doubt: ProcessorTime | undefined;
}

/** @param lastHeard moment of `performance.now()` the agent was last heard at. */
export function starvation(times: Pick<ProcessorTimes, "since">, lastHeard: () => number): Starvation {
  const reports = new Map<string, Report>();
  const credible = new Set<string>();
  let shortage: string | undefined;

  const reported = ({ title, count }: Finding): Report => {
    const name = `${title} ${count ?? 1}`;
    const at = performance.now();
    const report = reports.get(name) ?? { at, doubt: ifStarved(times.since(at - LOOKS_BACK)) };
    reports.set(name, report);
    return report;
  };
  const isCredible = (finding: Finding) => {
    if (!BY_THE_CLOCK.has(finding.kind) || credible.has(finding.title)) return true;
    const { at, doubt } = reported(finding);
    const isHeard = lastHeard() > at + ON_ITS_WAY;
    if (!doubt || (!isHeard && couldRun(times.since(at)) >= PROOF)) credible.add(finding.title);
    else if (isHeard || performance.now() - at > LONGEST) shortage ??= sentence(doubt);
    return credible.has(finding.title);
  };
  const silence = () => {
    const whole = performance.now() - lastHeard();
    const time = whole > ON_ITS_WAY ? times.since(lastHeard()) : undefined;
    return time ? Math.min(whole, Math.max(0, 2 * (whole - time.waited))) : whole;
  };
  const starved = () => {
    if (performance.now() - lastHeard() < LONGEST) return shortage;
    const time = ifStarved(times.since(lastHeard()));
    return shortage ?? (time && sentence(time));
  };
  return { silence, isCredible, starved };
}

/** The time itself when it was less than half of what there was. */
export function ifStarved(time: ProcessorTime | undefined): ProcessorTime | undefined {
  return time && time.waited > time.over / 2 ? time : undefined;
}

export function sentence({ ran, over }: ProcessorTime): string {
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
  return `the guest was starved: ${seconds(ran)} s of CPU in ${seconds(over)} s of time`;
}

/** Milliseconds it ran, or slept of its own will. */
function couldRun(time: ProcessorTime | undefined): number {
  return time ? time.over - time.waited : 0;
}
