/** Everything that is asked of one kernel: what is quick in one place, slow scenarios in another, as one outcome. */
import { describeError } from "../base/errors.ts";
import { healthOf } from "../guest/console.ts";
import type { MeasureSpec } from "../model/measure.ts";
import type { KernelResult } from "../model/results.ts";
import type { Scenario } from "../model/scenario.ts";
import type { WirelessSpec } from "../model/wireless.ts";
import { checkId } from "./checks-run.ts";
import { type KernelOutcome, runKernel, unbooted } from "./kernel-run.ts";
import { type LowersOptions, onVeths, runLowers } from "./lowers-run.ts";
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
  options: LowersOptions,
): Promise<KernelOutcome> {
  const veths = onVeths(selections);
  const onVeth = veths.some(isAsked) ? [await runKernel(target, veths, options)] : [];
  const quick = allTogether([...onVeth, ...(await runLowers(target, selections, options))]);
  if (slow.length === 0 && quick) return quick;
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

function isAsked(selection: Selection): boolean {
  return Object.values(selection).some((all) => Array.isArray(all) && all.length > 0);
}

/** Of one kernel, in several guests: undefined where nothing was asked. */
function allTogether(outcomes: readonly KernelOutcome[]): KernelOutcome | undefined {
  const booted = outcomes.find(({ kernel }) => kernel.accelerator !== "none") ?? outcomes[0];
  if (!booted || outcomes.length === 1) return booted;
  const findings = outcomes.flatMap(({ kernel }) => kernel.health.findings);
  const distinct = findings.filter(({ title }, place) => findings.findIndex((one) => one.title === title) === place);
  const seconds = outcomes.map(({ kernel }) => kernel.seconds).reduce(addSeconds);
  const boots = outcomes
    .filter(({ kernel }) => kernel.seconds.boot > 0)
    .reduce((sum, one) => sum + (one.kernel.boots ?? 1), 0);
  const lowers = outcomes.flatMap(({ kernel }) => kernel.lowers ?? []);
  const kernel = { ...booted.kernel, seconds, ...(boots > 1 ? { boots } : {}), lowers, health: healthOf(distinct) };
  return { kernel, cells: outcomes.flatMap(({ cells }) => cells), checks: outcomes.flatMap(({ checks }) => checks) };
}

function addSeconds(one: KernelResult["seconds"], other: KernelResult["seconds"]): KernelResult["seconds"] {
  const sums = Object.entries(one).map(([phase, value]) => [phase, value + other[phase as "total"]]);
  return Object.fromEntries(sums) as KernelResult["seconds"];
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
  const both = {
    ...kernel,
    seconds: addSeconds(seconds, kernel.seconds),
    boots: (kernel.boots ?? 1) + 1,
    health: healthOf(findings),
  };
  return { ...quick, kernel: both, checks: [...quick.checks, ...checks], measurements };
}
