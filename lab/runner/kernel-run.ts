/** Everything that is asked of one kernel: the place opened, scenarios run, results and health put together. */
import { join } from "node:path";
import { EnvironmentError, KernelError } from "../base/errors.ts";
import type { Cell } from "../model/cell.ts";
import type { Listener, Phase } from "../model/events.ts";
import type { CellResult, CheckResult, KernelResult } from "../model/results.ts";
import type { CheckSpec } from "../model/scenario.ts";
import { captureName, lostCells, type PreparedCells, prepareCells, runCells } from "./cells-run.ts";
import { type ChecksAsked, lostChecks, runChecks } from "./checks-run.ts";
import { type KernelFacts, openPlace, type Place, type Target } from "./place.ts";
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
    const results = await runSelections(open, target, prepared ?? [], options, seconds);
    return outcome(target, open.facts, seconds, open.health(), results);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return crashed(target, place, selections, seconds, error);
  }
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
  const silent = { kind: place ? "hang" : "boot-failed", title: error.message, log: error.detail ?? "" };
  const status = found.status === "ok" ? (place ? "hang" : "boot-failed") : found.status;
  const health: KernelResult["health"] = { status, findings: found.status === "ok" ? [silent] : found.findings };
  const reason = `lost to the kernel: ${health.findings[0]?.title ?? error.message}`;
  const facts = place?.facts ?? unbooted(target);
  return outcome(target, facts, seconds, health, {
    cells: selections.flatMap(({ scenario, cells }) =>
      lostCells({ scenario, kernel: target.id, version: target.version, cells }, reason),
    ),
    checks: selections.flatMap(({ scenario, checks }) =>
      lostChecks({ scenario, kernel: target.id, version: target.version, checks }, reason),
    ),
  });
}

function unbooted(target: Target): KernelFacts {
  if (target.kind === "host") throw new EnvironmentError("the running kernel cannot fail to boot");
  const { release, version, sha256 } = target.kernel;
  return { release, version: version.join("."), sha256, modules: [], accelerator: "none" };
}
