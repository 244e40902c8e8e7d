/** The cells of one scenario on one kernel: from axes to judged results. */
import { createHash, randomBytes } from "node:crypto";
import type { Executor } from "../base/executor.ts";
import { type Cell, cellId, excludesEachOther } from "../model/cell.ts";
import { claimsOf } from "../model/cell-claims.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import type { CellResult, Expected } from "../model/results.ts";
import { predictCell } from "../oracle/predict-cell.ts";
import { type Arrangement, denseArrangement, isolatedArrangements, pairName } from "../topology/arrangement.ts";
import { attemptRefusals, type Refusals } from "../topology/refusals.ts";
import { type Plan, planTraffic } from "../traffic/plan.ts";
import { type Judgement, judgeCell } from "../verdict/judge.ts";
import { judgeRefusal } from "../verdict/refusal.ts";
import { type BatchOptions, runBatch } from "./cell-batch.ts";

export interface CellsAsked {
  readonly scenario: string;
  /** The kernel's id in the results. */
  readonly kernel: string;
  readonly version: KernelVersion;
  readonly cells: readonly Cell[];
}

/** All that can be worked out before there is a place to run: what to expect, what to build, what to send. */
export interface PreparedCells extends CellsAsked {
  readonly expectations: ReadonlyMap<Cell, Expected>;
  readonly batches: readonly { readonly arrangement: Arrangement; readonly plan: Plan }[];
}

/** @param isolate each pair alone instead of all at once. */
export function prepareCells(asked: CellsAsked, isolate: boolean): PreparedCells {
  const { cells, version } = asked;
  const arrangements = isolate ? isolatedArrangements(cells) : [denseArrangement(cells)];
  const batches = arrangements.map((arrangement) => ({
    arrangement,
    plan: planTraffic(cells, arrangement, randomBytes(4).readUInt32BE()),
  }));
  const expectations = new Map(cells.map((cell) => [cell, expectationOf(cell, version)]));
  return { ...asked, expectations, batches: batches.filter(({ plan }) => plan.cells.length > 0) };
}

/** Every cell of the run, judged, in the order given. */
export async function runCells(
  executor: Executor,
  run: PreparedCells,
  options: Omit<BatchOptions, "capture">,
): Promise<CellResult[]> {
  const judged = new Map<Cell, CellResult>();
  for (const [index, { arrangement, plan }] of run.batches.entries()) {
    const part = run.batches.length > 1 ? `-${String(index + 1).padStart(2, "0")}` : "";
    const capture = `captures/${captureName(run.kernel)}-${run.scenario}${part}.pcapng`;
    for (const evidence of await runBatch(executor, arrangement, plan, { ...options, capture })) {
      const expected = run.expectations.get(evidence.cell) as Expected;
      judged.set(evidence.cell, resultOf(run, evidence.cell, expected, judgeCell(expected, evidence)));
    }
  }
  await judgeRefusals(executor, run, judged);
  return run.cells.map((cell) => judged.get(cell) as CellResult);
}

/** Cells that a crash or the lab's own failure left without a judgement. */
export function lostCells(asked: CellsAsked, reason: string): CellResult[] {
  return asked.cells.map((cell) => {
    const judgement: Judgement = { observed: {}, verdict: "inconclusive", reason, evidence: [] };
    return resultOf(asked, cell, expectationOf(cell, asked.version), judgement);
  });
}

async function judgeRefusals(executor: Executor, run: PreparedCells, judged: Map<Cell, CellResult>): Promise<void> {
  const refusals: Refusals = await attemptRefusals(executor, run.cells);
  for (const cell of run.cells.filter(excludesEachOther)) {
    const expected = run.expectations.get(cell) as Expected;
    judged.set(cell, resultOf(run, cell, expected, judgeRefusal(expected, refusals.get(pairName(cell)) ?? [])));
  }
}

function expectationOf(cell: Cell, version: KernelVersion): Expected {
  const prediction = predictCell(cell, version);
  return { ...prediction, by: "oracle" } as Expected;
}

function resultOf(
  run: Pick<CellsAsked, "scenario" | "kernel">,
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

const LONGEST_NAME = 80;

/** A kernel's spec as part of a file name: no two specs share one. */
export function captureName(kernel: string): string {
  const name = kernel.replace(/[^A-Za-z0-9.+~-]+/g, "-");
  if (kernel.startsWith("debian:") && name.length <= LONGEST_NAME) return name;
  if (name === kernel && name.length <= LONGEST_NAME) return name;
  const hash = createHash("sha256").update(kernel).digest("hex").slice(0, 8);
  return `${name.slice(0, LONGEST_NAME)}-${hash}`;
}
