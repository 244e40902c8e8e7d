/** Whether lower devices of a kind give what veths give, cell by cell. What this kernel cannot have refutes nothing. */
import { meaningOf } from "../lab/compare/run.ts";
import type { LowerPart } from "../lab/model/claim.ts";
import type { CellResult } from "../lab/model/results.ts";
import { BARE, isTold, type PartFinding, reasonOf, stateOf, untoldRemark } from "./claims-finding.ts";
import { insteadOf } from "./claims-instead.ts";
import { behaviour, cellCode } from "./glyph.ts";
import { groupBy } from "./group.ts";

/** @param all cells of one kernel. */
export function lowerFinding(part: LowerPart, all: readonly CellResult[]): PartFinding {
  const cells = all.filter(({ lower }) => lower === part.lower);
  if (cells.length === 0) {
    const found = `not in this run: macvlab run pairings --lower veth,${part.lower} asks it`;
    return { ...BARE, part, state: "unasked", found };
  }
  if (cells.every(({ verdict, observed }) => verdict === "unsupported" && observed.error === undefined))
    return { ...BARE, part, state: "refused", found: reasonOf(cells), evidence: cells.slice(0, 1) };
  const veths = new Map(all.filter((cell) => cell.lower === undefined && isTold(cell)).map((c) => [meaningOf(c), c]));
  const onVeth = (cell: CellResult) => veths.get(meaningOf(withoutLower(cell)));
  const told = cells.filter((cell) => isTold(cell) && onVeth(cell) !== undefined);
  if (told.length === 0)
    return { ...BARE, part, state: "unasked", found: "not in this run: --lower veth beside it asks it" };
  const against = told.filter((cell) => behaviour(cellCode(cell)) !== behaviour(cellCode(onVeth(cell) as CellResult)));
  const words = (cell: CellResult) => `${counts(cell)} instead of ${counts(onVeth(cell) as CellResult)}`;
  const [most = []] = [...groupBy(against, words).values()].sort((one, other) => other.length - one.length);
  const [example = ""] = insteadOf(most.slice(0, 1), told, words);
  const found = example === "" ? "" : `${against.length} of ${told.length} cells differ, most as ${example}`;
  return {
    ...BARE,
    part,
    state: stateOf(against, told),
    found,
    beside: untoldRemark(cells),
    evidence: [...against, ...told],
  };
}

function withoutLower({ lower: _, ...cell }: CellResult): CellResult {
  return cell as CellResult;
}

function counts({ observed: { copies, echo, wire, error } }: CellResult): string {
  return error ?? `copies ${copies}, echo ${echo}, wire ${wire}`;
}
