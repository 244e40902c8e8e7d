/** The cells of one scenario on one kernel: from axes to judged results. */
import { randomBytes } from "node:crypto";
import type { Executor } from "../base/executor.ts";
import { type Cell, cellId, excludesEachOther } from "../model/cell.ts";
import { claimsOf } from "../model/cell-claims.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import type { CellResult, Expected } from "../model/results.ts";
import { lowerOf, type Node, type Topology } from "../model/topology.ts";
import { type Crowd, predictCell } from "../oracle/predict-cell.ts";
import { RULES } from "../oracle/rules.ts";
import {
  type Arrangement,
  denseArrangement,
  isolatedArrangements,
  pairName,
  SENDING_TAGS,
} from "../topology/arrangement.ts";
import { CARDS, isCard } from "../topology/lower-kinds.ts";
import { attemptRefusals, type Refusals } from "../topology/refusals.ts";
import { cellTrace } from "../trace/cell-trace.ts";
import { type Plan, planTraffic } from "../traffic/plan.ts";
import { type Judgement, judgeCell } from "../verdict/judge.ts";
import { judgeRefusal } from "../verdict/refusal.ts";
import { askUntilTold } from "./ask-again.ts";
import { captureName } from "./capture-name.ts";
import { type BatchOptions, type Ground, type PlayedBatch, runBatch } from "./cell-batch.ts";

export interface CellsAsked {
  readonly scenario: string;
  /** The kernel's id in the results. */
  readonly kernel: string;
  readonly version: KernelVersion;
  readonly cells: readonly Cell[];
}

export interface CellsOptions extends Omit<BatchOptions, "capture"> {
  /** Of every capture's name: of a later guest of the same kernel. */
  readonly suffix: string;
}

/** All that can be worked out before there is a place to run: what to expect, what to build, what to send. */
export interface PreparedCells extends CellsAsked {
  readonly expectations: ReadonlyMap<Cell, Expected>;
  readonly batches: readonly { readonly arrangement: Arrangement; readonly plan: Plan }[];
}

/** How endpoints are put together: each pair alone, all at once, or all at once but only those that are asked about. */
export type Density = "isolated" | "dense" | "sparse";

/** @param onCards whether lower devices are network cards, of which there are few. */
export function prepareCells(asked: CellsAsked, density: Density, onCards = false): PreparedCells {
  const { cells } = asked;
  const arrangements =
    density === "isolated"
      ? isolatedArrangements(cells, onCards ? SENDING_TAGS.length : sideBySide(cells))
      : [denseArrangement(cells, density === "sparse")];
  const batches = arrangements.map((arrangement) => ({
    arrangement,
    plan: planFor(cells, arrangement),
  }));
  const crowds = new Map(arrangements.flatMap(({ pairs, topologies }) => crowdsOf(pairs, topologies)));
  return { ...asked, ...expectationsOf(asked, crowds), batches: batches.filter(({ plan }) => plan.cells.length > 0) };
}

/** @param crowds by name of the pair, how many addresses its lower devices are told; absent: few. */
export function expectationsOf(
  { cells, version }: CellsAsked,
  crowds: ReadonlyMap<string, Crowd> = new Map(),
): Pick<PreparedCells, "expectations"> {
  const expectation = (cell: Cell) => expectationOf(cell, version, crowds.get(pairName(cell)));
  return { expectations: new Map(cells.map((cell) => [cell, expectation(cell)])) };
}

/** @param judged given results as they come: what came before a crash stands. */
export async function runCells(
  ground: Ground,
  run: PreparedCells,
  options: CellsOptions,
  judged: (results: readonly CellResult[]) => void,
): Promise<void> {
  for (const [index, { arrangement, plan }] of run.batches.entries()) {
    const part = run.batches.length > 1 ? `-${String(index + 1).padStart(2, "0")}` : "";
    const name = `captures/${captureName(run.kernel)}-${run.scenario}${part}${options.suffix}`;
    await runBatch(ground, arrangement, options, (play) =>
      askUntilTold(
        async (before) => {
          const capture = `${name}${before === 0 ? "" : `-again${before}`}.pcapng`;
          const played = await play(before === 0 ? plan : planFor(run.cells, arrangement), capture);
          return { cells: resultsOf(run, played), loss: played.loss };
        },
        judged,
        options.note,
      ),
    );
  }
  judged(await judgeRefusals(ground.executor, run, options));
}

function resultsOf(run: PreparedCells, { plan, evidence, traced }: PlayedBatch): CellResult[] {
  return evidence.map((one, place) => {
    const cell = judgedCell(run, one.cell, (expected) => judgeCell(expected, one));
    const trace = traced && cellTrace(traced, plan, place, one, cell.observed);
    return trace ? { ...cell, trace } : cell;
  });
}

/** With a nonce of its own. */
function planFor(cells: readonly Cell[], arrangement: Arrangement): Plan {
  return planTraffic(cells, arrangement, randomBytes(4).readUInt32BE());
}

export function judgedCell(run: PreparedCells, cell: Cell, judge: (expected: Expected) => Judgement): CellResult {
  const expected = run.expectations.get(cell) as Expected;
  return resultOf(run, cell, expected, judge(expected));
}

/** A cell that a crash or the lab's own failure left without a judgement. */
export function lostCell(asked: Omit<CellsAsked, "cells">, cell: Cell, reason: string): CellResult {
  const judgement: Judgement = { observed: {}, verdict: "inconclusive", reason, evidence: [] };
  return resultOf(asked, cell, expectationOf(cell, asked.version), judgement);
}

/** Of the cells whose ends exclude each other. */
export async function judgeRefusals(
  executor: Executor,
  run: PreparedCells,
  options: Pick<CellsOptions, "phase">,
): Promise<CellResult[]> {
  const exclusive = run.cells.filter(excludesEachOther);
  if (exclusive.length === 0) return [];
  options.phase("refusals");
  const refusals: Refusals = await attemptRefusals(executor, exclusive);
  const attempts = (cell: Cell) => refusals.get(pairName(cell)) ?? [];
  return exclusive.map((cell) => judgedCell(run, cell, (expected) => judgeRefusal(expected, attempts(cell))));
}

/** What stands side by side is what there are cards or radios for, two of which a topology may need. */
function sideBySide(cells: readonly Cell[]): number | undefined {
  const [{ lower } = { lower: undefined }] = cells;
  return isCard(lower) || lower === "hwsim" ? CARDS / 2 : undefined;
}

/** By pair: what its ends' lower devices carry. */
function crowdsOf(pairs: Arrangement["pairs"], topologies: Arrangement["topologies"]): [string, Crowd][] {
  return [...pairs].map(([name, { topology: index, source, destination }]) => {
    const topology = topologies[index] as Topology;
    const on = (node: Node) => {
      const lower = lowerOf(topology, node);
      return topology.endpoints.filter((one) => one.lower === lower?.name && one.mode !== "passthru").length;
    };
    return [name, { source: on(source), destination: on(destination) }];
  });
}

function expectationOf(cell: Cell, version: KernelVersion, crowd?: Crowd): Expected {
  const prediction = predictCell(cell, version, RULES, crowd);
  return { ...prediction, by: "oracle" } as Expected;
}

function resultOf(
  run: Pick<CellsAsked, "scenario" | "kernel">,
  cell: Cell,
  expected: Expected,
  judgement: Judgement,
): CellResult {
  const { lower, placement, reflectiveRelay, traffic, vhost, source, destination } = cell;
  return {
    id: cellId(run.scenario, run.kernel, cell),
    scenario: run.scenario,
    kernel: run.kernel,
    claims: claimsOf(cell),
    ...(lower ? { lower } : {}),
    ...{ placement, reflectiveRelay, traffic, ...(vhost ? { vhost } : {}), source, destination },
    expected,
    ...judgement,
  };
}
