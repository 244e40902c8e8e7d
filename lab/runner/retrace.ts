/** What mismatched is asked once more, alone, in a guest of its own, with the kernel telling of its frames. */
import { describeError, LabError } from "../base/errors.ts";
import { cellId, excludesEachOther, isFrameCell } from "../model/cell.ts";
import type { CellResult } from "../model/results.ts";
import { type AttemptOptions, attempt } from "./attempt.ts";
import type { Target } from "./place.ts";
import { Seconds } from "./stopwatch.ts";
import type { Selection } from "./unit.ts";

export type Tracing = "all" | "mismatches";

/** Cells of each kernel, at most: of each rule one, then of each another. */
const MOST = 20;

/**
 * Verdicts, findings and times stay those of the run: of the guest that is asked once more only the trace is kept, with
 * what was observed then and whether that could be told. What goes wrong there is a note.
 */
export async function retrace<Outcome extends { readonly cells: readonly CellResult[] }>(
  target: Target,
  selections: readonly Selection[],
  whole: Outcome,
  options: Omit<AttemptOptions, "density">,
): Promise<Outcome> {
  const wrong = whole.cells.filter(isTraceable);
  if (wrong.length === 0 || target.kind !== "guest" || target.cabled) return whole;
  const chosen = new Set(
    spread(wrong)
      .slice(0, MOST)
      .map(({ id }) => id),
  );
  const note = (text: string) => options.listener({ event: "note", kernel: target.id, text });
  note(`${chosen.size} of ${wrong.length} cells that mismatch are asked again alone, with tracing`);
  const asked = selections.map(({ scenario, cells }) => ({
    scenario,
    cells: cells.filter((cell) => isFrameCell(cell) && chosen.has(cellId(scenario, target.id, cell))),
    checks: [],
  }));
  const quiet = { ...options, listener: () => {}, seconds: new Seconds(), suffix: "-traced", trace: true };
  const again = await attempt(target, asked, { ...quiet, density: "isolated" }).catch((error: unknown) => {
    note(`tracing ended: ${error instanceof LabError ? describeError(error) : String(error)}`);
    return undefined;
  });
  if (again?.crash) note(`the traced guest was lost: ${again.crash.error.message}`);
  const traced = new Map((again?.cells ?? []).map((cell) => [cell.id, cell]));
  return { ...whole, cells: whole.cells.map((cell) => withTrace(cell, traced.get(cell.id))) };
}

function isTraceable(cell: CellResult): boolean {
  return cell.verdict === "mismatch" && cell.observed.copies !== undefined && !excludesEachOther(cell as never);
}

/** The first of each rule before the second of any. */
function spread(cells: readonly CellResult[]): CellResult[] {
  const seen = new Map<string, number>();
  const ranked = cells.map((cell) => {
    const rank = seen.get(cell.expected.rule) ?? 0;
    seen.set(cell.expected.rule, rank + 1);
    return { cell, rank };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ cell }) => cell);
}

/** With what was observed when it was traced, and whether that could be told. */
export function withTrace(cell: CellResult, again: CellResult | undefined): CellResult {
  if (!again?.trace) return cell;
  const { observed, verdict, reason } = again;
  return { ...cell, trace: { ...again.trace, observed, verdict, ...(reason === undefined ? {} : { reason }) } };
}
