/** One part of a claim, by what one kernel showed. What could not be told refutes nothing, and neither does a refusal. */
import { meaningOf, type Run } from "../lab/compare/run.ts";
import type { ClaimPart } from "../lab/model/claim.ts";
import type { CellResult, CheckResult, Measurement } from "../lab/model/results.ts";
import { compareCells } from "./cell-order.ts";
import { cellsFinding } from "./claims-cells.ts";
import { checksFinding } from "./claims-checks.ts";
import { BARE, type PartFinding } from "./claims-finding.ts";
import { lowerFinding } from "./claims-lower.ts";
import { ratiosFinding } from "./claims-ratios.ts";
import { blocksOf } from "./claims-select.ts";

/** The answers of one kernel, laid out for looking up. */
export interface KernelAnswers {
  readonly cells: readonly CellResult[];
  /** The same cells, by all but their ends. */
  readonly blocks: readonly (readonly CellResult[])[];
  /** By scenario and id. */
  readonly checks: ReadonlyMap<string, CheckResult>;
  readonly measurements: readonly Measurement[];
}

/** Cells in one order, whatever order they come in: what is folded over them reads the same then. */
export function answersOf({ cells, checks, measurements = [] }: Run, kernel: string): KernelAnswers {
  const own = cells.filter((cell) => cell.kernel === kernel).sort(compareCells);
  return {
    cells: own,
    blocks: blocksOf(own),
    checks: new Map(checks.filter((check) => check.kernel === kernel).map((check) => [meaningOf(check), check])),
    measurements: measurements.filter((one) => one.kernel === kernel),
  };
}

export function findPart(part: ClaimPart, { cells, blocks, checks, measurements }: KernelAnswers): PartFinding {
  if ("lacks" in part) return { ...BARE, part, state: "lacking", found: `it takes ${part.lacks}` };
  if ("measured" in part) return ratiosFinding(part, measurements);
  if ("lower" in part) return lowerFinding(part, cells);
  return "checks" in part ? checksFinding(part, checks) : cellsFinding(part, blocks);
}
