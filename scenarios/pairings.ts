/** Every ordered pair of endpoints and hosts, everywhere they can sit. */
import { cellsOf } from "../lab/model/cell.ts";
import { claimsOf } from "../lab/model/cell-claims.ts";
import type { CellAxes, Scenario } from "../lab/model/scenario.ts";
import { LAYER2_TRAFFIC, MODES, PLACEMENTS } from "../lab/model/vocabulary.ts";

const axes: CellAxes = {
  placements: PLACEMENTS,
  reflectiveRelay: [false, true],
  traffic: LAYER2_TRAFFIC,
  modes: MODES,
};

export const pairings: Scenario = {
  name: "pairings",
  title: "Who can talk to whom: both kinds, every mode, with and without reflective relay, each way",
  claims: [...new Set(cellsOf(axes).flatMap(claimsOf))],
  slow: false,
  privileged: false,
  cells: axes,
};
