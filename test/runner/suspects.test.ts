/** Which rule is named as broken, of faults the oracle can have too: what it foretells with the fault stands for the kernel. */
import { describe, expect, test } from "vitest";
import { type Cell, cellId, cellsOf, excludesEachOther } from "../../lab/model/cell.ts";
import type { CellResult } from "../../lab/model/results.ts";
import { type Prediction, predictCell } from "../../lab/oracle/predict-cell.ts";
import { withSuspects } from "../../lab/runner/suspects.ts";
import { pairings } from "../../scenarios/pairings.ts";
import { FAULTS } from "../faults/catalogue.ts";
import { foreteller } from "../faults/foretell.ts";

const VERSION = [6, 1, 192] as const;
const CELLS = cellsOf(pairings.cells as NonNullable<typeof pairings.cells>).filter((cell) => !excludesEachOther(cell));

function resultOf(cell: Cell, observed: CellResult["observed"] | undefined): CellResult {
  const { rule, ...expected } = predictCell(cell, VERSION) as Prediction & { copies: number };
  const base = { id: cellId("pairings", "kernel", cell), scenario: "pairings", kernel: "kernel", claims: [], ...cell };
  const verdict = observed ? "mismatch" : "match";
  return {
    ...base,
    expected: { ...expected, rule, by: "oracle" },
    observed: observed ?? expected,
    verdict,
    evidence: [],
  } as never;
}

/** Faults of one rule which cells show. */
const PLANTED = FAULTS.flatMap(({ name, what, caughtBy }) => {
  if (caughtBy.by !== "rules" || caughtBy.cells) return [];
  const [rule, ...others] = Object.keys(caughtBy.rules);
  if (rule === undefined || others.length > 0) return [];
  const { cell: told } = foreteller(caughtBy, VERSION);
  const results = CELLS.map((cell) => resultOf(cell, told(cell) as CellResult["observed"] | undefined));
  return results.some(({ verdict }) => verdict === "mismatch") ? [{ name, what, rule, results }] : [];
});

describe("a fault of one rule", () => {
  test("there are enough of them", () => expect(PLANTED.length).toBeGreaterThanOrEqual(12));

  test.each(PLANTED)("$name: $what", ({ rule, results }) => {
    const suspects = withSuspects(results, VERSION).flatMap(({ suspect }) => suspect ?? []);
    expect(suspects[0]).toMatchObject({ rule });
    expect(suspects[0]?.contradicts[0], JSON.stringify(suspects[0])).toBeLessThanOrEqual(3);
  });
});

test("a kernel that behaves as expected is suspected of nothing", () => {
  const results = CELLS.map((cell) => resultOf(cell, undefined));
  expect(withSuspects(results, VERSION)).toBe(results);
});
