/** Everything that is asked of one kernel, in one guest if it is sound; results and health put together. */

import { describeError, type LabError } from "../base/errors.ts";
import { healthOf } from "../guest/console.ts";
import { cellId } from "../model/cell.ts";
import type { Listener } from "../model/events.ts";
import type { CellResult, CheckResult, KernelResult, Measurement } from "../model/results.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { isGrave } from "./blame.ts";
import { lostChecks } from "./checks-run.ts";
import type { EngineAsked } from "./containers-run.ts";
import type { Crash } from "./crash.ts";
import { lostCells } from "./lost.ts";
import type { LowerAsked } from "./lower-place.ts";
import { hostFacts, type KernelFacts, type Target } from "./place.ts";
import { type Learnt, recover } from "./recovery.ts";
import { retrace, type Tracing } from "./retrace.ts";
import { Seconds } from "./stopwatch.ts";
import { withSuspects } from "./suspects.ts";
import type { Selection } from "./unit.ts";

export interface KernelRunOptions {
  readonly directory: string;
  readonly isolate: boolean;
  /** What is traced, in guests: `all` cells of frames, or `mismatches`, asked once more for it. Absent: nothing. */
  readonly trace?: Tracing | undefined;
  readonly application: string;
  readonly listener: Listener;
  /** What the lower devices of all its cells are, where that is no veth. */
  readonly lower?: LowerAsked;
  /** Where a scenario has containers. */
  readonly containers?: EngineAsked;
}

export interface KernelOutcome {
  readonly kernel: KernelResult;
  readonly cells: readonly CellResult[];
  readonly checks: readonly CheckResult[];
  /** Absent where nothing was to be measured. */
  readonly measurements?: readonly Measurement[];
}

/**
 * A kernel that crashes, hangs or never boots is an outcome, not an error: what it left undone is asked again in fresh
 * guests, and what cannot be had from it is inconclusive and names the finding.
 * @throws EnvironmentError when the lab itself cannot go on and nothing was judged yet.
 */
export async function runKernel(
  target: Target,
  selections: readonly Selection[],
  options: KernelRunOptions,
): Promise<KernelOutcome> {
  const seconds = new Seconds();
  const { directory, application, isolate, lower, containers } = options;
  const listener = findingsOnce(options.listener);
  const asked = { ...(lower ? { lower } : {}), ...(containers ? { containers } : {}) };
  const first = { directory, application, listener, seconds, suffix: "", careful: false, ...asked } as const;
  const density = isolate ? "isolated" : "dense";
  const trace = options.trace === "all" && target.kind === "guest";
  const attempted = await attempt(target, selections, { ...first, density, trace });
  const retraced = (whole: KernelOutcome) =>
    options.trace === "mismatches" ? retrace(target, selections, whole, first) : whole;
  if (attempted.failure) listener({ event: "note", kernel: target.id, text: describeError(attempted.failure) });
  if (!attempted.crash || !isRecoverable(target, attempted.crash)) {
    return retraced(outcome(target, selections, seconds, { attempted, lost: reasonOf(attempted), boots: 1 }));
  }
  return retraced(
    outcome(target, selections, seconds, await recover(target, selections, attempted, { ...first, density, trace })),
  );
}

/** What hangs is heard of again in every guest that is asked for it; people need it once. */
function findingsOnce(listener: Listener): Listener {
  const told = new Set<string>();
  return (event) => {
    if (event.event === "finding" && told.has(event.title)) return;
    if (event.event === "finding") told.add(event.title);
    listener(event);
  };
}

/** A kernel that does not boot will not the next time; and there is but one running kernel. */
function isRecoverable(target: Target, { during }: Crash): boolean {
  return target.kind === "guest" && during !== "boot" && during !== "image";
}

function reasonOf({ crash, findings, failure }: Attempt): () => string {
  if (failure) return () => `the lab failed: ${failure.message}`;
  return () => `lost to the kernel: ${findings.find(isGrave)?.title ?? crash?.error.message}`;
}

function outcome(
  target: Target,
  selections: readonly Selection[],
  seconds: Seconds,
  { attempted, lost, boots }: Learnt,
): KernelOutcome {
  const facts = attempted.facts ?? unbooted(target);
  const health = healthOf(attempted.findings);
  const kernel = { id: target.id, ...facts, seconds: seconds.report(), ...(boots > 1 ? { boots } : {}), health };
  const whole = complete(target, selections, attempted, lost);
  return { kernel, ...whole, cells: withSuspects(whole.cells, target.version) };
}

/** A kernel the lab itself could not finish, beside others that it could: no fault of the kernel's. */
export function unfinished(target: Target, selections: readonly Selection[], error: LabError): KernelOutcome {
  const attempted = { cells: [], checks: [], findings: [] };
  const lost = () => `the lab failed: ${error.message}`;
  return outcome(target, selections, new Seconds(), { attempted, lost, boots: 1 });
}

/** Every cell and check once, in the order asked: its own result, or why there is none. */
function complete(
  { id: kernel, version }: Target,
  selections: readonly Selection[],
  attempted: Pick<Attempt, "cells" | "checks">,
  lost: Learnt["lost"],
): Pick<KernelOutcome, "cells" | "checks"> {
  const cells = new Map(attempted.cells.map((cell) => [cell.id, cell]));
  const checks = new Map(attempted.checks.map((check) => [`${check.scenario} ${check.id}`, check]));
  for (const { scenario, cells: asked, checks: askedChecks } of selections) {
    const common = { kernel, version, scenario };
    const missing = asked.filter((cell) => !cells.has(cellId(scenario, kernel, cell)));
    for (const cell of lostCells({ ...common, cells: missing }, lost)) cells.set(cell.id, cell);
    const unlooked = askedChecks.filter(({ id }) => !checks.has(`${scenario} ${id}`));
    for (const check of lostChecks({ ...common, checks: unlooked }, lost)) checks.set(`${scenario} ${check.id}`, check);
  }
  return {
    cells: selections.flatMap(({ scenario, cells: asked }) =>
      asked.map((cell) => cells.get(cellId(scenario, kernel, cell)) as CellResult),
    ),
    checks: selections.flatMap(({ scenario, checks: asked }) =>
      asked.map(({ id }) => checks.get(`${scenario} ${id}`) as CheckResult),
    ),
  };
}

/** What is known of a kernel that never came up. */
export function unbooted(target: Target): KernelFacts {
  if (target.kind === "host") return hostFacts();
  const { release, version, sha256 } = target.kernel;
  return { release, version: version.join("."), sha256, modules: [], accelerator: "none" };
}
