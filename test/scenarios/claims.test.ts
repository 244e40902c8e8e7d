/** The ledger's data: every part can be answered by what the scenarios ask. */
import { expect, test } from "vitest";
import { cellsOf, conversationsOf } from "../../lab/model/cell.ts";
import { CELL_CLAIMS } from "../../lab/model/cell-claims.ts";
import type { CellResult } from "../../lab/model/results.ts";
import { isMeant } from "../../reports/claims-checks.ts";
import { blocksOf, selectCells } from "../../reports/claims-select.ts";
import { CLAIMS } from "../../scenarios/claims.ts";
import { SCENARIOS } from "../../scenarios/index.ts";

const parts = CLAIMS.flatMap(({ id, parts: own }) => own.map((part) => ({ id, part })));

test("ids are each there once", () => {
  const ids = CLAIMS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("every claim a cell or check bears on is in it", () => {
  const checks = SCENARIOS.flatMap((scenario) => scenario.checks?.flatMap(({ claim }) => claim ?? []) ?? []);
  const ids = CLAIMS.map(({ id }) => id);
  expect([...CELL_CLAIMS, ...checks].filter((id) => !ids.includes(id))).toEqual([]);
});

test("every check and measurement a part names, or means by a pattern, is asked by a scenario", () => {
  const asked = SCENARIOS.flatMap(({ name, checks = [], wireless = [], measures = [] }) =>
    [...checks, ...wireless, ...measures].map(({ id }) => `${name} ${id}`),
  );
  const named = parts.flatMap(({ part }) => {
    if ("measured" in part) return part.measured.flatMap(({ what, to }) => [what, what.replace(/ .*/, ` ${to}`)]);
    return "checks" in part ? part.checks : [];
  });
  expect(named.filter((name) => !asked.some((own) => isMeant(own, name)))).toEqual([]);
});

test("every selection of cells selects some", () => {
  const frames = SCENARIOS.flatMap(({ name, cells }) =>
    cells ? cellsOf(cells).map((cell) => ({ scenario: name, ...cell })) : [],
  );
  const talks = SCENARIOS.flatMap(({ name, conversations }) =>
    conversations ? conversationsOf(conversations).map((cell) => ({ scenario: name, ...cell })) : [],
  );
  const all = blocksOf([...frames, ...talks] as unknown as CellResult[]);
  const selections = parts.flatMap(({ id, part }) =>
    "cells" in part ? part.cells.map((cells) => ({ id, cells })) : [],
  );
  expect(selections.filter(({ cells }) => selectCells(all, [cells]).length === 0)).toEqual([]);
});
