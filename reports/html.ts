/**
 * `report.html`: one file for one run, several kernels, or runs held against each other. Opened from disk, asks the
 * network for nothing. It is a program, built once with the package, and the results behind it as data.
 */
import type { CellResult } from "../lab/model/results.ts";
import { indexOf } from "./html-index.ts";
import { dataElement } from "./html-pack.ts";
import type { HtmlOptions, HtmlRun } from "./html-types.ts";

/** Where the data goes: before the program's body ends. */
const PLACE = "</body>";

/** In pieces, so that the parts of a large report need not be in memory twice. At least one run. */
export function* htmlPieces(runs: readonly HtmlRun[], options: HtmlOptions): Generator<string> {
  const { index, chunks } = indexOf(runs, options);
  const at = options.program.lastIndexOf(PLACE);
  yield options.program.slice(0, at);
  yield dataElement("index", index);
  for (const [id, cells] of chunks)
    yield dataElement(
      id,
      cells.map(({ cell }): CellResult => cell),
    );
  yield options.program.slice(at);
}

export function renderHtml(runs: readonly HtmlRun[], options: HtmlOptions): string {
  return [...htmlPieces(runs, options)].join("");
}
