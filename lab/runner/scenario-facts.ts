/** What a run asked, by hash: runs whose scenario or topology differs are compared with a warning. */
import { createHash } from "node:crypto";
import { cellsOf, conversationsOf } from "../model/cell.ts";
import type { ScenarioFacts } from "../model/results.ts";
import type { Scenario } from "../model/scenario.ts";
import { denseArrangement } from "../topology/arrangement.ts";
import { checkWorlds } from "../topology/check-world.ts";
import { talkingPlace } from "../topology/talking-place.ts";

/** Of the whole scenario, whatever of it was selected. */
export function scenarioFacts(scenario: Scenario): ScenarioFacts {
  const { name, cells, conversations, checks } = scenario;
  const topology = [
    ...(cells ? [denseArrangement(cellsOf(cells)).topologies] : []),
    ...(conversations ? [talkingPlace(scenario, conversationsOf(conversations))] : []),
    ...(checks ? [checkWorlds(checks).map((world) => [world.topology, world.hasSwitch])] : []),
  ];
  return { name, revision: digest(scenario), ...(topology.length > 0 ? { topology: digest(topology) } : {}) };
}

/** SHA-256 of plain data; maps count as their entries. */
function digest(value: unknown): string {
  const text = JSON.stringify(value, (_, one) => (one instanceof Map ? [...one] : one));
  return createHash("sha256").update(text).digest("hex");
}
