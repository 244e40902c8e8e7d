/** Everything that is asked of one kernel: what is quick in one place, slow scenarios in another, as one outcome. */
import { describeError } from "../base/errors.ts";
import { healthOf } from "../guest/console.ts";
import type { MeasureSpec } from "../model/measure.ts";
import type { KernelResult } from "../model/results.ts";
import type { Scenario } from "../model/scenario.ts";
import type { WirelessSpec } from "../model/wireless.ts";
import { checkId } from "./checks-run.ts";
import { type KernelOutcome, type KernelRunOptions, runKernel, unbooted } from "./kernel-run.ts";
import type { Target } from "./place.ts";
import { runSlow, type SlowOutcome, type SlowSelection } from "./slow-run.ts";
import { Seconds } from "./stopwatch.ts";
import type { Selection } from "./unit.ts";

/** What of a slow scenario can be asked, by its name among the tests of a run. */
export interface SlowAskable {
  readonly scenario: string;
  readonly measures: ReadonlyMap<string, MeasureSpec>;
  readonly wireless: ReadonlyMap<string, WirelessSpec>;
}

export function slowAskable({ name, measures = [], wireless = [] }: Scenario, kernel: string): SlowAskable {
  const named = <T extends { readonly id: string }>(all: readonly T[]) =>
    new Map(all.map((one) => [checkId(name, kernel, one.id), one]));
  return { scenario: name, measures: named(measures), wireless: named(wireless) };
}

export function slowSelections(askable: readonly SlowAskable[], selected: ReadonlySet<string>): SlowSelection[] {
  const chosen = <T>(all: ReadonlyMap<string, T>) => [...all].filter(([id]) => selected.has(id)).map(([, one]) => one);
  return askable
    .map(({ scenario, measures, wireless }) => ({ scenario, measures: chosen(measures), wireless: chosen(wireless) }))
    .filter(({ measures, wireless }) => measures.length + wireless.length > 0);
}

/**
 * A kernel that is asked nothing quick is not booted for it.
 * @throws EnvironmentError when the lab itself cannot go on and nothing was learnt yet.
 */
export async function runWhole(
  target: Target,
  selections: readonly Selection[],
  slow: readonly SlowSelection[],
  options: KernelRunOptions,
): Promise<KernelOutcome> {
  if (slow.length === 0) return runKernel(target, selections, options);
  const isAsked = (selection: Selection) =>
    Object.values(selection).some((all) => Array.isArray(all) && all.length > 0);
  const quick = selections.some(isAsked) ? await runKernel(target, selections, options) : undefined;
  const seconds = new Seconds();
  const outcome = await runSlow(target, slow, { ...options, seconds });
  const { failure, measurements } = outcome;
  if (failure) {
    const isLearnt = outcome.checks.some(({ verdict }) => verdict !== "inconclusive");
    const isMeasured = measurements.some(({ samples }) => samples.length > 0);
    if (!quick && !isLearnt && !isMeasured) throw failure;
    options.listener({ event: "note", kernel: target.id, text: describeError(failure) });
  }
  return together(target, quick, outcome, seconds.report());
}

function together(
  target: Target,
  quick: KernelOutcome | undefined,
  slow: SlowOutcome,
  seconds: KernelResult["seconds"],
): KernelOutcome {
  const { checks, measurements } = slow;
  if (!quick) {
    const facts = slow.facts ?? unbooted(target);
    const kernel = { id: target.id, ...facts, seconds, health: healthOf(slow.findings) };
    return { kernel, cells: [], checks, measurements };
  }
  const { kernel } = quick;
  const known = new Set(kernel.health.findings.map(({ title }) => title));
  const findings = [...kernel.health.findings, ...slow.findings.filter(({ title }) => !known.has(title))];
  const added = Object.entries(seconds).map(([phase, one]) => [phase, one + kernel.seconds[phase as "total"]]);
  const both = {
    ...kernel,
    seconds: Object.fromEntries(added) as KernelResult["seconds"],
    boots: (kernel.boots ?? 1) + 1,
    health: healthOf(findings),
  };
  return { ...quick, kernel: both, checks: [...quick.checks, ...checks], measurements };
}
