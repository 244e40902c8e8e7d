/** The plan of everything, dense: what the tests of this folder look at. */
import { type Cell, cellsOf } from "../../lab/model/cell.ts";
import { LAYER2_TRAFFIC, MODES, PLACEMENTS } from "../../lab/model/vocabulary.ts";
import { denseArrangement } from "../../lab/topology/arrangement.ts";
import { type Plan, type PlannedCell, planTraffic } from "../../lab/traffic/plan.ts";

export const NONCE = 0x12345678;

export const CELLS: readonly Cell[] = cellsOf({
  placements: PLACEMENTS,
  reflectiveRelay: [false, true],
  traffic: LAYER2_TRAFFIC,
  modes: MODES,
});

export const PLAN: Plan = planTraffic(CELLS, denseArrangement(CELLS), NONCE);

export const plannedAs = (wanted: Partial<Cell>, plan = PLAN): PlannedCell[] =>
  plan.cells.filter(({ cell }) =>
    Object.entries(wanted).every(([key, value]) => JSON.stringify(cell[key as keyof Cell]) === JSON.stringify(value)),
  );
