/**
 * What `report.html` carries, as the program in it reads it: an index that is decoded when it opens, and chunks of whole
 * answers, decoded when one of them is looked at. Everything is addressed by meaning; numbers are places in lists of the
 * same file and are never part of a link.
 */
import type { Claim } from "../lab/model/claim.ts";
import type { CellResult, CheckResult, KernelResult, Results } from "../lab/model/results.ts";
import type { CellStatus } from "./cell-status.ts";
import type { KernelDifference } from "./html-overview.ts";

export interface HtmlRun {
  /** As typed, or its id. */
  readonly name: string;
  /** Where its evidence is, from where the report is; empty beside it. */
  readonly directory: string;
  readonly results: Results;
}

export interface HtmlOptions {
  /** The program's HTML file, as `scripts/build` makes it. */
  readonly program: string;
  /** The ledger its runs are held against. */
  readonly claims: readonly Claim[];
  /** Bytes of a file of evidence, by its path from the report; undefined where it is not there. Absent: nobody looked. */
  readonly sizeOf?: (path: string) => number | undefined;
}

/** One kernel of one run: what stands beside what in the report. */
export interface Column {
  /** Place of its run. */
  readonly run: number;
  readonly kernel: KernelResult;
  /** Short, and no other column's. */
  readonly name: string;
  /** Of cells asked of any kernel, how many it answered, and of those how many each way. */
  readonly counts: Readonly<Record<string, number>>;
  readonly extrapolated: boolean;
}

/** One question, whoever was asked it. */
export interface Question
  extends Pick<
    CellResult,
    | "scenario"
    | "placement"
    | "reflectiveRelay"
    | "traffic"
    | "neighbours"
    | "route"
    | "vhost"
    | "source"
    | "destination"
  > {
  readonly claims: readonly string[];
}

/** How a cell looks: cells that look the same share one. */
export interface Look {
  readonly status: CellStatus;
  /** As in every matrix of the lab: `1`, `.`, `1L`, `x:EINVAL`, with `!` before a mismatch. */
  readonly code: string;
  readonly verdict: CellResult["verdict"];
  readonly outcome: string;
}

export interface IndexedRun {
  /** As typed, or its id. */
  readonly name: string;
  /** What the paths of its evidence are relative to; empty beside the report. */
  readonly directory: string;
  readonly run: Results["run"];
}

export interface CheckRow extends Pick<CheckResult, "scenario" | "id" | "claim" | "text"> {
  /** By column; null where it was not asked. */
  readonly answers: readonly (CheckAnswer | null)[];
}

export type CheckAnswer = Pick<
  CheckResult,
  "expected" | "observed" | "verdict" | "reason" | "rule" | "by" | "extrapolated" | "evidence"
>;

export interface ClaimRow {
  readonly id: string;
  readonly text: string;
  readonly open: boolean;
  readonly verdict: string;
  readonly ranges: readonly { readonly name: string; readonly sentence: string; readonly changed?: string }[];
  readonly unasked: readonly string[];
}

export interface ReportIndex {
  readonly summary: string;
  readonly runs: readonly IndexedRun[];
  readonly columns: readonly Column[];
  /** Names of the questions, as cell ids have them without their kernel; in the order of `questions`. */
  readonly names: readonly string[];
  readonly questions: readonly Question[];
  readonly looks: readonly Look[];
  /** By column, by question: place of the look, -1 where it was not measured. */
  readonly answers: readonly (readonly number[])[];
  readonly differences: readonly KernelDifference[];
  readonly checks: readonly CheckRow[];
  readonly claims: readonly ClaimRow[];
  readonly measurements: readonly MeasuredTable[];
  /** What compared runs do not share, in a sentence each. */
  readonly incomparable: readonly string[];
  /** Kernels of the first run held against those of the last, as places of columns; empty for one run. */
  readonly pairs: readonly (readonly [before: number, after: number])[];
  /** By column: the chunks its cells are in. */
  readonly chunks: readonly (readonly Chunk[])[];
  /** Bytes of each file of evidence where it is known; null: it was not there when the report was rendered. */
  readonly files: Readonly<Record<string, number | null>>;
}

export interface MeasuredTable {
  readonly kernel: string;
  readonly rows: readonly { readonly text: string; readonly figure: string; readonly ratios: readonly string[] }[];
}

/** Whole cells of one column, by question. */
export interface Chunk {
  readonly id: string;
  readonly questions: readonly number[];
}
