/** One cell as a test for the kernel's tree, with what is said to have been seen of it. */
import { type Cell, cellsOf, partyName } from "../../lab/model/cell.ts";
import type { CellResult } from "../../lab/model/results.ts";
import { renderRepro } from "../../reports/repro/script.ts";
import { pairings } from "../../scenarios/pairings.ts";

/** A vepa endpoint's broadcast, which a switch with the relay on brings back to a bridge endpoint. */
export function asSelftest({ copies }: { readonly copies: number }): string {
  const counts = { copies, echo: 0, wire: 1 };
  const cell = cellsOf(pairings.cells as NonNullable<typeof pairings.cells>).find(isIt) as Cell;
  const id = "pairings host same-lower relay-on broadcast macvlan/vepa>macvlan/bridge";
  const expected = { ...counts, by: "oracle", rule: "" };
  const result = { ...cell, id, kernel: "host", observed: counts, expected, verdict: "match" };
  return renderRepro(result as unknown as CellResult, { format: "kselftest", release: "7.2.0" });
}

const isIt = ({ placement, traffic, reflectiveRelay, source, destination }: Cell): boolean =>
  placement === "same-lower" &&
  traffic === "broadcast" &&
  reflectiveRelay &&
  partyName(source) === "macvlan/vepa" &&
  partyName(destination) === "macvlan/bridge";
