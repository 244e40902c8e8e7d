/**
 * `report.html`: one file for one run, several kernels, or runs held against each other. Opened from disk, asks the
 * network for nothing. It is a program, built once with the package, and the results behind it as data.
 */
import type { Claim } from "../lab/model/claim.ts";
import type { CellResult, Results } from "../lab/model/results.ts";
import { indexOf, type PlacedCells } from "./html-index.ts";
import { dataElement } from "./html-pack.ts";

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

/** Where the data goes: before the program's body ends. */
const PLACE = "</body>";

/** In pieces, so that the parts of a large report need not be in memory twice. At least one run. */
export function* htmlPieces(runs: readonly HtmlRun[], options: HtmlOptions): Generator<string> {
  const { index, chunks } = indexOf(runs, options);
  const at = options.program.lastIndexOf(PLACE);
  yield options.program.slice(0, at);
  yield dataElement("index", index);
  for (const [id, cells] of chunks) yield dataElement(id, cells.map(withoutRepetition));
  yield options.program.slice(at);
}

export function renderHtml(runs: readonly HtmlRun[], options: HtmlOptions): string {
  return [...htmlPieces(runs, options)].join("");
}

/** As it is in `results.json`: the raw JSON a reader is shown. */
function withoutRepetition({ cell }: PlacedCells): CellResult {
  return cell;
}
