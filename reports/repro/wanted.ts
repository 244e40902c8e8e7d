/**
 * What a script holds its own counts against. By itself it shows again what the run saw, so that 0 is the fault; a test of the
 * kernel tree is to pass on a right kernel. Where the verdict is no mismatch, both are one.
 */
import type { CellResult } from "../../lab/model/results.ts";
import { COUNTED } from "./obstacle.ts";

export type ReproFormat = "script" | "kselftest";

export type Wanted = Pick<CellResult["observed"], "error" | (typeof COUNTED)[number]>;

/** Whether a script passes where what is expected is seen, though the run saw something else. */
export const isHeldToExpected = ({ verdict }: CellResult, format: ReproFormat): boolean =>
  format === "kselftest" && verdict === "mismatch";

/** What a baseline expects nothing of is to be as it was seen. */
export function wantedOf(cell: CellResult, format: ReproFormat): Wanted {
  const { expected, observed } = cell;
  if (!isHeldToExpected(cell, format)) return observed;
  if (expected.error !== undefined) return { error: expected.error };
  return Object.fromEntries(COUNTED.map((count) => [count, expected[count] ?? observed[count]]));
}
