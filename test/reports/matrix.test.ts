/** Folding macvlan and macvtap: only where every cell agrees, and never over a cell nobody measured. */
import { expect, test } from "vitest";
import type { CellResult } from "../../lab/model/results.ts";
import type { Party } from "../../lab/model/vocabulary.ts";
import { foldKinds, type Grid, makeFrame, sheetOf } from "../../reports/matrix.ts";
import { rowName } from "../../reports/party.ts";
import { OLD, sampleCell } from "./sample.ts";

const [VLAN, TAP, HOST]: Party[] = [
  { kind: "macvlan", mode: "bridge" },
  { kind: "macvtap", mode: "bridge" },
  { kind: "lower-host" },
];

function cell(source: Party | undefined, destination: Party | undefined, copies: number): CellResult {
  if (!source || !destination) throw new Error("no such party");
  const placement = destination.kind === "lower-host" ? "endpoint-to-lower-host" : "same-lower";
  const axes = { placement, reflectiveRelay: false, traffic: "unicast", source, destination } as const;
  return sampleCell(OLD, axes, { copies, echo: 0, wire: 1 });
}

function fold(cells: readonly CellResult[], differs = new Set<number>()): Grid {
  const frame = makeFrame(cells);
  return foldKinds(frame, sheetOf(frame, cells), differs);
}

const ALIKE = [cell(VLAN, VLAN, 1), cell(VLAN, TAP, 1), cell(TAP, VLAN, 1), cell(TAP, TAP, 1)];
const names = (grid: Grid) => grid.rows.map((line) => rowName(line.party, line.bothKinds));

test("kinds that behave alike share a line", () => {
  const grid = fold(ALIKE);
  expect(names(grid)).toEqual(["bridge"]);
  expect(grid.glyphs).toEqual([["1"]]);
});

test("one cell that differs brings both kinds back, with their names", () => {
  const grid = fold([...ALIKE.slice(0, 3), cell(TAP, TAP, 0)]);
  expect(names(grid)).toEqual(["macvlan bridge", "macvtap bridge"]);
  expect(grid.glyphs).toEqual([
    ["1", "1"],
    ["1", "."],
  ]);
});

test("a cell nobody measured is blank, not alike and not unreached", () => {
  const grid = fold(ALIKE.slice(0, 3));
  expect(grid.glyphs).toEqual([
    ["1", "1"],
    ["1", ""],
  ]);
});

test("a kind measured alone keeps its name", () => {
  expect(names(fold(ALIKE.slice(0, 1)))).toEqual(["macvlan bridge"]);
});

test("hosts come last and are never folded", () => {
  const grid = fold([...ALIKE, cell(VLAN, HOST, 0), cell(TAP, HOST, 0)]);
  expect(grid.columns.map((line) => line.party.kind)).toEqual(["macvlan", "lower-host"]);
  expect(grid.glyphs).toEqual([["1", "."]]);
});

test("a folded cell is marked when one of its cells differs between kernels", () => {
  expect(fold(ALIKE, new Set([3])).glyphs).toEqual([["1*"]]);
});
