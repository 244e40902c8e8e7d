/**
 * The slow scenarios of one kernel, in a place of their own with more programs in it. What cannot be had of a kernel that
 * crashes is inconclusive and names the finding; nothing is asked again.
 */
import { join } from "node:path";
import { LabError } from "../base/errors.ts";
import { watch } from "../guest/watch.ts";
import type { Listener, Phase } from "../model/events.ts";
import type { MeasureSpec } from "../model/measure.ts";
import type { CheckResult, Finding, Measurement } from "../model/results.ts";
import type { WirelessSpec } from "../model/wireless.ts";
import { isGrave } from "./blame.ts";
import { captureName } from "./capture-name.ts";
import { crashFindings, firstError, kernelFault, labFailure, requireSound } from "./crash.ts";
import type { KernelFacts, Place, Target } from "./place.ts";
import type { SlowOptions } from "./slow-options.ts";
import type { Seconds } from "./stopwatch.ts";
import { lostThroughput, runThroughput } from "./throughput-run.ts";
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
  /** Why the lab itself could not go on. */
  readonly failure?: LabError;
}

interface Results {
  readonly checks: CheckResult[];
  readonly measurements: Measurement[];
}

/** A kernel that crashes and a lab that fails are outcomes, with what was learnt before. */
export async function runSlow(
  target: Target,
  selections: readonly SlowSelection[],
  options: SlowRunOptions,
): Promise<SlowOutcome> {
  const console = join(options.directory, "console", `${captureName(target.id)}-slow.log`);
  const results: Results = { checks: [], measurements: [] };
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
    const broken = whatBroke(firstError(thrown), during, [console], place);
    broken.findings.forEach(onFinding);
    const facts = place ? { facts: place.facts } : {};
    return { ...facts, ...withLost(target, selections, results, broken.reason), ...broken };
  }
}

/** @throws what is neither the kernel's fault nor the lab's: a bug. */
function whatBroke(
  error: unknown,
  during: Phase,
  consoles: readonly string[],
  place: Place | undefined,
): Pick<SlowOutcome, "findings" | "failure"> & { readonly reason: string } {
  const fault = kernelFault(error, place);
  if (fault) {
    const findings = crashFindings({ error: fault, during }, consoles, place);
    return { findings, reason: `lost to the kernel: ${findings.find(isGrave)?.title ?? fault.message}` };
  }
  const failure = labFailure(error, place);
  if (!(failure instanceof LabError)) throw failure;
  return { findings: place?.lastFindings() ?? [], failure, reason: `the lab failed: ${failure.message}` };
}

async function askAll(
  place: Place,
  target: Target,
  selections: readonly SlowSelection[],
  options: SlowOptions,
  results: Results,
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

/** With what was not come to, and why. */
function withLost(
  target: Target,
  selections: readonly SlowSelection[],
  { checks, measurements }: Results,
  reason: string,
): Results {
  const { id: kernel } = target;
  const known = new Set([...checks, ...measurements].map(({ scenario, id }) => `${scenario} ${id}`));
  const isLost = (scenario: string) => (one: { readonly id: string }) => !known.has(`${scenario} ${one.id}`);
  return {
    checks: [
      ...checks,
      ...selections.flatMap(({ scenario, wireless }) =>
        lostWireless(askedOf(target, scenario, wireless.filter(isLost(scenario))), reason),
      ),
    ],
    measurements: [
      ...measurements,
      ...selections.flatMap(({ scenario, measures }) =>
        lostThroughput({ scenario, kernel, measures: measures.filter(isLost(scenario)) }, reason),
      ),
    ],
  };
}
