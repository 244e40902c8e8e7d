/** Matrices over other lower devices than veths, one kind after the other, each in guests of its own. */
import { isConversation } from "../model/cell.ts";
import type { Listener } from "../model/events.ts";
import type { CellResult, KernelResult } from "../model/results.ts";
import { LOWER_KINDS, type LowerKind } from "../model/vocabulary.ts";
import type { Offload } from "../topology/offloads.ts";
import { lostCell } from "./cells-run.ts";
import { type KernelOutcome, type KernelRunOptions, runKernel, unbooted } from "./kernel-run.ts";
import { missingFor } from "./lower-place.ts";
import type { Target } from "./place.ts";
import { Seconds } from "./stopwatch.ts";
import type { Selection } from "./unit.ts";

export interface LowersOptions extends KernelRunOptions {
  readonly offload?: Offload;
}

/** What is asked of each kind beside veth, in the order of the kinds. */
function byKind(selections: readonly Selection[]): [LowerKind, Selection[]][] {
  return LOWER_KINDS.filter((kind) => kind !== "veth").flatMap((kind) => {
    const own = selections.map(({ scenario, cells }) => ({
      scenario,
      cells: cells.filter((cell) => !isConversation(cell) && cell.lower === kind),
      checks: [],
    }));
    return own.some(({ cells }) => cells.length > 0) ? [[kind, own]] : [];
  });
}

/** The selections without them. */
export function onVeths(selections: readonly Selection[]): Selection[] {
  return selections.map(({ cells, ...rest }) => ({
    ...rest,
    cells: cells.filter((cell) => isConversation(cell) || cell.lower === undefined),
  }));
}

/** What a kernel cannot have is unsupported, with the reason, and nothing is booted for it. */
export async function runLowers(
  target: Target,
  selections: readonly Selection[],
  { offload, ...options }: LowersOptions,
): Promise<KernelOutcome[]> {
  const outcomes: KernelOutcome[] = [];
  for (const [kind, own] of byKind(selections)) {
    const missing = await missingFor(target, kind);
    const asked = { kind, ...(offload ? { offload } : {}) };
    const outcome = missing
      ? withoutKind(target, own, missing)
      : await runKernel(target, own, { ...options, lower: asked });
    noteOffloads(target, outcome.kernel.lowers?.[0], options.listener);
    const lowers = [{ ...asked, ...outcome.kernel.lowers?.[0], ...(missing ? { missing } : {}) }];
    outcomes.push({ ...outcome, kernel: { ...outcome.kernel, lowers } });
  }
  return outcomes;
}

/** What the driver did not do. */
function noteOffloads({ id }: Target, lower: NonNullable<KernelResult["lowers"]>[number] | undefined, tell: Listener) {
  if (lower?.features === undefined) return;
  const features = Object.entries(lower.features);
  const other = features.filter(([, is]) => is !== lower.offload);
  if (other.length === 0 && features.length > 0) return;
  const names =
    features.length === 0
      ? "ethtool says nothing of what the device does"
      : other.map(([name, is]) => `${name} stays ${is}`).join(", ");
  tell({ event: "note", kernel: id, text: `${lower.kind} with offloads ${lower.offload}: ${names}` });
}

function withoutKind(target: Target, selections: readonly Selection[], reason: string): KernelOutcome {
  const kernel: KernelResult = {
    id: target.id,
    ...unbooted(target),
    seconds: new Seconds().report(),
    health: { status: "ok", findings: [] },
  };
  const cells = selections.flatMap(({ scenario, cells: asked }) =>
    asked.flatMap((cell): CellResult[] => {
      if (isConversation(cell)) return [];
      const run = { scenario, kernel: target.id, version: target.version };
      return [{ ...lostCell(run, cell, reason), verdict: "unsupported" }];
    }),
  );
  return { kernel, cells, checks: [] };
}
