/** The cells of one scenario on one kernel: from axes to judged results. */
import { randomBytes } from "node:crypto";
import type { Executor } from "../base/executor.ts";
import { type Cell, cellId, excludesEachOther } from "../model/cell.ts";
import { claimsOf } from "../model/cell-claims.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import type { CellResult, Expected } from "../model/results.ts";
import { predictCell } from "../oracle/predict-cell.ts";
import { denseArrangement, isolatedArrangements, pairName } from "../topology/arrangement.ts";
import { attemptRefusals, type Refusals } from "../topology/refusals.ts";
import { planTraffic } from "../traffic/plan.ts";
import { type Judgement, judgeCell } from "../verdict/judge.ts";
import { judgeRefusal } from "../verdict/refusal.ts";
import { type BatchOptions, runBatch } from "./cell-batch.ts";

export interface CellsRun {
  readonly scenario: string;
  /** The kernel's id in the results. */
  readonly kernel: string;
  readonly version: KernelVersion;
  readonly cells: readonly Cell[];
  /** Each pair alone instead of all at once. */
  readonly isolate: boolean;
  readonly options: Omit<BatchOptions, "capture">;
}

/** Every cell of the run, judged, in the order given. */
export async function runCells(executor: Executor, run: CellsRun): Promise<CellResult[]> {
  const judged = new Map<Cell, CellResult>();
  const expectations = new Map(run.cells.map((cell) => [cell, expectationOf(cell, run.version)]));
  const arrangements = run.isolate ? isolatedArrangements(run.cells) : [denseArrangement(run.cells)];
  for (const [index, arrangement] of arrangements.entries()) {
    const plan = planTraffic(run.cells, arrangement, randomBytes(4).readUInt32BE());
    if (plan.cells.length === 0) continue;
    const part = arrangements.length > 1 ? `-${String(index + 1).padStart(2, "0")}` : "";
    const capture = `captures/${captureName(run.kernel)}-${run.scenario}${part}.pcapng`;
    for (const evidence of await runBatch(executor, arrangement, plan, { ...run.options, capture })) {
      const expected = expectations.get(evidence.cell) as Expected;
      judged.set(evidence.cell, resultOf(run, evidence.cell, expected, judgeCell(expected, evidence)));
    }
  }
  await judgeRefusals(executor, run, expectations, judged);
  return run.cells.map((cell) => judged.get(cell) as CellResult);
}

/** Cells that a crash or the lab's own failure left without a judgement. */
export function lostCells(run: Omit<CellsRun, "options" | "isolate">, reason: string): CellResult[] {
  return run.cells.map((cell) => {
    const judgement: Judgement = { observed: {}, verdict: "inconclusive", reason, evidence: [] };
    return resultOf(run, cell, expectationOf(cell, run.version), judgement);
  });
}

async function judgeRefusals(
  executor: Executor,
  run: CellsRun,
  expectations: ReadonlyMap<Cell, Expected>,
  judged: Map<Cell, CellResult>,
): Promise<void> {
  const refusals: Refusals = await attemptRefusals(executor, run.cells);
  for (const cell of run.cells.filter(excludesEachOther)) {
    const expected = expectations.get(cell) as Expected;
    judged.set(cell, resultOf(run, cell, expected, judgeRefusal(expected, refusals.get(pairName(cell)) ?? [])));
  }
}

function expectationOf(cell: Cell, version: KernelVersion): Expected {
  const prediction = predictCell(cell, version);
  return { ...prediction, by: "oracle" } as Expected;
}

function resultOf(
  run: Pick<CellsRun, "scenario" | "kernel">,
  cell: Cell,
  expected: Expected,
  judgement: Judgement,
): CellResult {
  const { placement, reflectiveRelay, traffic, source, destination } = cell;
  return {
    id: cellId(run.scenario, run.kernel, cell),
    scenario: run.scenario,
    kernel: run.kernel,
    claims: claimsOf(cell),
    ...{ placement, reflectiveRelay, traffic, source, destination },
    expected,
    ...judgement,
  };
}

/** A kernel's spec as part of a file name. */
export function captureName(kernel: string): string {
  return kernel.replace(/[^A-Za-z0-9.+~-]+/g, "-");
}
