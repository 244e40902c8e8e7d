/** Everything that is asked of one kernel: the place opened, scenarios run, results and health put together. */
import { join } from "node:path";
import { KernelError, LabError } from "../base/errors.ts";
import type { Cell } from "../model/cell.ts";
import type { Listener, Phase } from "../model/events.ts";
import type { CellResult, CheckResult, Finding, KernelResult } from "../model/results.ts";
import type { CheckSpec } from "../model/scenario.ts";
import { captureName, lostCells, type PreparedCells, prepareCells, runCells } from "./cells-run.ts";
import { type ChecksAsked, lostChecks, runChecks } from "./checks-run.ts";
import { hostFacts, type KernelFacts, openPlace, type Place, type Target } from "./place.ts";
import { Seconds } from "./stopwatch.ts";

/** What of one scenario is asked of a kernel. */
export interface Selection {
  readonly scenario: string;
  readonly cells: readonly Cell[];
  readonly checks: readonly CheckSpec[];
}

export interface KernelRunOptions {
  readonly directory: string;
  readonly isolate: boolean;
  readonly application: string;
  readonly listener: Listener;
}

export interface KernelOutcome {
  readonly kernel: KernelResult;
  readonly cells: readonly CellResult[];
  readonly checks: readonly CheckResult[];
}

/**
 * A kernel that crashes, hangs or never boots is an outcome, not an error: what it left undone is inconclusive.
 * @throws EnvironmentError when the lab itself cannot go on.
 */
export async function runKernel(
  target: Target,
  selections: readonly Selection[],
  options: KernelRunOptions,
): Promise<KernelOutcome> {
  const seconds = new Seconds();
  const console = join(options.directory, "console", `${captureName(target.id)}.log`);
  let place: Place | undefined;
  try {
    let prepared: Prepared[] | undefined;
    const prepare = () => {
      prepared = selections.map((selection) => prepareSelection(target, selection, options.isolate));
    };
    place = await openPlace(target, { console, listener: options.listener, whileStarting: prepare });
    await using open = place;
    seconds.add("boot", open.bootSeconds);
    if (!prepared) throw new TypeError("the place was opened without preparing its cells");
    const results = await runSelections(open, target, prepared, options, seconds);
    return outcome(target, open.facts, seconds, open.health(), results);
  } catch (error) {
    const fault = kernelFault(error, place);
    if (!fault) throw error;
    return crashed(target, place, selections, seconds, fault);
  }
}

/** Milliseconds of silence of an agent that says something every second: the guest hangs. */
const SILENCE = 4_000;

/** Whose fault it was: what went wrong on a kernel that oopsed or fell silent meanwhile is the kernel's. */
function kernelFault(error: unknown, place: Place | undefined): KernelError | undefined {
  if (error instanceof KernelError) return error;
  if (!(error instanceof LabError) || !place) return undefined;
  const [finding] = place.health().findings;
  const { message } = error;
  if (finding) return new KernelError(message, { detail: finding.log, cause: error });
  if (place.silence() < SILENCE) return undefined;
  return new KernelError(`nothing was heard of the guest for ${Math.round(place.silence() / 1000)} s: ${message}`, {
    cause: error,
  });
}

interface Results {
  readonly cells: CellResult[];
  readonly checks: CheckResult[];
}

interface Prepared {
  readonly cells: PreparedCells;
  readonly checks: ChecksAsked;
}

function prepareSelection(target: Target, { scenario, cells, checks }: Selection, isolate: boolean): Prepared {
  const common = { scenario, kernel: target.id, version: target.version };
  return { cells: prepareCells({ ...common, cells }, isolate), checks: { ...common, checks } };
}

async function runSelections(
  place: Place,
  target: Target,
  prepared: readonly Prepared[],
  options: KernelRunOptions,
  seconds: Seconds,
): Promise<Results> {
  const results: Results = { cells: [], checks: [] };
  const phase = (name: Phase) => options.listener({ event: "phase", kernel: target.id, phase: name });
  const batch = { directory: options.directory, application: options.application, phase, seconds };
  for (const { cells, checks } of prepared) {
    if (cells.cells.length > 0) results.cells.push(...(await runCells(place.executor, cells, batch)));
    if (checks.checks.length === 0) continue;
    phase("checks");
    results.checks.push(...(await runChecks(place.executor, checks, batch)));
  }
  return results;
}

function outcome(
  target: Target,
  facts: KernelFacts,
  seconds: Seconds,
  health: KernelResult["health"],
  results: Results,
): KernelOutcome {
  return { kernel: { id: target.id, ...facts, seconds: seconds.report(), health }, ...results };
}

/** Nothing observed before the crash is kept: the run of a broken kernel proves nothing about its cells. */
function crashed(
  target: Target,
  place: Place | undefined,
  selections: readonly Selection[],
  seconds: Seconds,
  error: KernelError,
): KernelOutcome {
  const found = place?.health() ?? { status: "ok", findings: [] };
  const silent: Finding = { kind: place ? "hang" : "boot-failed", title: error.message, log: error.detail ?? "" };
  const status = found.status === "ok" ? (place ? "hang" : "boot-failed") : found.status;
  const health: KernelResult["health"] = { status, findings: found.status === "ok" ? [silent] : found.findings };
  const reason = `lost to the kernel: ${health.findings[0]?.title ?? error.message}`;
  const facts = place?.facts ?? unbooted(target);
  return outcome(target, facts, seconds, health, lost(target, selections, reason));
}

/** A kernel the lab itself could not finish, beside others that it could: no fault of the kernel's. */
export function unfinished(target: Target, selections: readonly Selection[], error: LabError): KernelOutcome {
  const health: KernelResult["health"] = { status: "ok", findings: [] };
  return outcome(
    target,
    unbooted(target),
    new Seconds(),
    health,
    lost(target, selections, `the lab failed: ${error.message}`),
  );
}

function lost(target: Target, selections: readonly Selection[], reason: string): Results {
  const common = { kernel: target.id, version: target.version };
  return {
    cells: selections.flatMap(({ scenario, cells }) => lostCells({ ...common, scenario, cells }, reason)),
    checks: selections.flatMap(({ scenario, checks }) => lostChecks({ ...common, scenario, checks }, reason)),
  };
}

function unbooted(target: Target): KernelFacts {
  if (target.kind === "host") return hostFacts();
  const { release, version, sha256 } = target.kernel;
  return { release, version: version.join("."), sha256, modules: [], accelerator: "none" };
}
