/** Parts of a claim that are about cells. A refusal refutes nothing unless a refusal is what is asked about. */
import type { AlikePart, CellPart, WaysPart } from "../lab/model/claim.ts";
import type { CellResult } from "../lab/model/results.ts";
import { BARE, isTold, type PartFinding, reasonOf, stateOf, unasked, untoldRemark } from "./claims-finding.ts";
import { insteadOf } from "./claims-instead.ts";
import { kindsFinding } from "./claims-kinds.ts";
import { bearsOut, observedWords, scenarioOf, selectCells } from "./claims-select.ts";
import { wayItems } from "./claims-ways.ts";

/** @param blocks of cells of one kernel, by `blocksOf`. */
export function cellsFinding(
  part: CellPart | AlikePart | WaysPart,
  blocks: readonly (readonly CellResult[])[],
): PartFinding {
  const cells = selectCells(blocks, part.cells);
  const scenarios = new Set(part.cells.map(scenarioOf));
  if (cells.length === 0) return unasked(part, scenarios);
  const told = cells.filter(isTold);
  if (told.length === 0) return { ...BARE, part, state: "untold", found: reasonOf(cells), evidence: cells };
  const wantsError = "seen" in part && part.seen.error !== undefined;
  if (!wantsError && cells.every(isRefused)) {
    const errors = [...new Set(cells.map(({ observed }) => observed.error))].join(", ");
    return { ...BARE, part, state: "refused", found: `the kernel refuses it: ${errors}`, evidence: cells };
  }
  if ("asks" in part) return { ...BARE, part, state: "answered", items: wayItems(cells), evidence: told };
  if ("alike" in part) return { ...BARE, part, ...kindsFinding(told) };
  const missing = [...scenarios].filter((name) => !cells.some(({ scenario }) => scenario === name));
  return seenFinding(part, cells, missing);
}

function isRefused({ observed }: CellResult): boolean {
  return observed.error !== undefined;
}

function seenFinding(part: CellPart, cells: readonly CellResult[], missing: readonly string[]): PartFinding {
  const { seen } = part;
  const asked = seen.error === undefined ? cells.filter((cell) => !isRefused(cell)) : cells;
  const told = asked.filter(isTold);
  const against = told.filter((cell) => !bearsOut(cell, seen));
  const found = insteadOf(against, asked, (cell) => observedWords(cell, seen)).join("; ");
  const refused = cells.length - asked.length;
  const beside = [
    ...untoldRemark(asked),
    ...(refused > 0 ? [`${refused} of them the kernel refuses`] : []),
    ...missing.map((scenario) => `in part not in this run: macvlab run ${scenario} asks the rest`),
  ];
  const evidence = [...against, ...told.filter((cell) => bearsOut(cell, seen))];
  return { ...BARE, part, state: stateOf(against, told), found, beside, evidence };
}
