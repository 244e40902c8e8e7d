/** Every ordered pair of endpoints and hosts, everywhere they can sit. */
import { CELL_CLAIMS } from "../lab/model/cell-claims.ts";
import type { Scenario } from "../lab/model/scenario.ts";
import { LAYER2_TRAFFIC, MODES, PLACEMENTS } from "../lab/model/vocabulary.ts";

export const pairings: Scenario = {
  name: "pairings",
  title: "Who can talk to whom: both kinds, every mode, with and without reflective relay, each way",
  claims: CELL_CLAIMS,
  slow: false,
  privileged: false,
  cells: { placements: PLACEMENTS, reflectiveRelay: [false, true], traffic: LAYER2_TRAFFIC, modes: MODES },
};
