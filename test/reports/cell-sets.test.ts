/** Sets of cells in words: nobody is left out of them. */
import { expect, test } from "vitest";
import type { CellResult } from "../../lab/model/results.ts";
import type { Party } from "../../lab/model/vocabulary.ts";
import { cellSets } from "../../reports/cell-text.ts";

function cell(source: Party, destination: Party, placement: CellResult["placement"] = "same-lower"): CellResult {
  const where = { scenario: "containers", kernel: "host", placement, reflectiveRelay: true, traffic: "icmp" };
  return { ...where, source, destination } as CellResult;
}

const HOST = { kind: "lower-host" } as const;

test("containers are told of by their kind", () => {
  const cells = [
    cell({ kind: "container", mode: "vepa" }, HOST, "endpoint-to-lower-host"),
    cell({ kind: "container", mode: "bridge" }, HOST, "endpoint-to-lower-host"),
  ];
  const [set, ...others] = cellSets(cells);
  expect(others).toEqual([]);
  expect(set?.pairs).toBe("container vepa, container bridge -> lower host");
  expect(cells.map((one) => set?.holds(one))).toEqual([true, true]);
  expect(set?.holds(cell({ kind: "macvlan", mode: "vepa" }, HOST, "endpoint-to-lower-host"))).toBe(false);
});

test("a kind is not told where macvlan and macvtap are both meant", () => {
  const cells = (["macvlan", "macvtap"] as const).map((kind) => cell({ kind, mode: "vepa" }, HOST));
  expect(cellSets(cells).map(({ pairs }) => pairs)).toEqual(["vepa -> lower host"]);
});
