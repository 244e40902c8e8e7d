/**
 * The slow scenarios of one kernel, in a place of their own with more programs in it. What cannot be had of a kernel that
 * crashes is inconclusive and names the finding; nothing is asked again.
 */
import { join } from "node:path";
import type { KernelError } from "../base/errors.ts";
import { watch } from "../guest/watch.ts";
import type { Listener, Phase } from "../model/events.ts";
import type { MeasureSpec } from "../model/measure.ts";
import type { CheckResult, Finding, Measurement } from "../model/results.ts";
import type { WirelessSpec } from "../model/wireless.ts";
import { isGrave } from "./blame.ts";
import { captureName } from "./cells-run.ts";
import { type Crash, crashFindings, firstError, kernelFault, labFailure, requireSound } from "./crash.ts";
import type { KernelFacts, Place, Target } from "./place.ts";
import type { SlowOptions } from "./slow-options.ts";
import type { Seconds } from "./stopwatch.ts";
import { runThroughput } from "./throughput-run.ts";
import { openToolPlace } from "./tool-place.ts";
import { lostWireless, runWireless, type WirelessAsked, withoutRadios } from "./wireless-run.ts";

/** What of one slow scenario is asked of a kernel. */
export interface SlowSelection {
  readonly scenario: string;
  readonly measures: readonly MeasureSpec[];
  readonly wireless: readonly WirelessSpec[];
}

export interface SlowRunOptions {
  /** The run's directory. */
  readonly directory: string;
  readonly application: string;
  readonly listener: Listener;
  readonly seconds: Seconds;
}

export interface SlowOutcome {
  /** Absent when it never came up. */
  readonly facts?: KernelFacts;
  readonly checks: readonly CheckResult[];
  readonly measurements: readonly Measurement[];
  readonly findings: readonly Finding[];
}

/** @throws EnvironmentError when the lab itself cannot go on. */
export async function runSlow(
  target: Target,
  selections: readonly SlowSelection[],
  options: SlowRunOptions,
): Promise<SlowOutcome> {
  const console = join(options.directory, "console", `${captureName(target.id)}-slow.log`);
  const results = { checks: [] as CheckResult[], measurements: [] as Measurement[] };
  const { listener } = options;
  let during: Phase = "boot";
  let place: Place | undefined;
  const phase = (name: Phase) => {
    during = name;
    listener({ event: "phase", kernel: target.id, phase: name });
  };
  const onFinding = ({ kind, title }: Finding) => listener({ event: "finding", kernel: target.id, kind, title });
  try {
    place = await openToolPlace(target, { console, listener, whileStarting: () => {} });
    await using open = place;
    options.seconds.add("boot", open.bootSeconds);
    using watching = watch(open, { onFinding });
    const asking = askAll(open, target, selections, { ...options, phase }, results);
    asking.catch(() => {}); // a place that is given up fails what is asked of it
    await Promise.race([asking, watching.lost]);
    return { facts: open.facts, ...results, findings: open.lastFindings() };
  } catch (thrown) {
    const error = firstError(thrown);
    const fault = kernelFault(error, place);
    if (!fault) throw labFailure(error, place);
    const findings = findingsOf(fault, during, console, place);
    findings.forEach(onFinding);
    const title = findings.find(isGrave)?.title ?? fault.message;
    const lost = lostChecks(target, selections, results.checks, `lost to the kernel: ${title}`);
    return { ...(place ? { facts: place.facts } : {}), ...results, checks: [...results.checks, ...lost], findings };
  }
}

function findingsOf(error: KernelError, during: Phase, console: string, place: Place | undefined): Finding[] {
  const crash: Crash = { error, during };
  return crashFindings(crash, console, place);
}

async function askAll(
  place: Place,
  target: Target,
  selections: readonly SlowSelection[],
  options: SlowOptions,
  results: { readonly checks: CheckResult[]; readonly measurements: Measurement[] },
): Promise<void> {
  for (const { scenario, measures, wireless } of selections) {
    if (wireless.length > 0) {
      const asked = askedOf(target, scenario, wireless);
      const judged =
        target.kind === "host"
          ? withoutRadios(asked, "those of the running kernel are the machine's own; ask a guest")
          : await runWireless(place.executor, asked, options);
      requireSound(place);
      results.checks.push(...judged);
    }
    if (measures.length === 0) continue;
    const measured = await runThroughput(place.executor, { scenario, kernel: target.id, measures }, options);
    requireSound(place);
    results.measurements.push(...measured);
  }
}

function askedOf({ id: kernel, version }: Target, scenario: string, specs: readonly WirelessSpec[]): WirelessAsked {
  return { scenario, kernel, version, specs };
}

function lostChecks(
  target: Target,
  selections: readonly SlowSelection[],
  known: readonly CheckResult[],
  reason: string,
): CheckResult[] {
  const has = new Set(known.map(({ scenario, id }) => `${scenario} ${id}`));
  return selections.flatMap(({ scenario, wireless }) => {
    const missing = wireless.filter(({ id }) => !has.has(`${scenario} ${id}`));
    return lostWireless(askedOf(target, scenario, missing), reason);
  });
}
