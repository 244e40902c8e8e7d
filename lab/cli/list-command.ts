/** `macvlab list`: the scenarios, what each shows and which claims it bears on. */
import { SCENARIOS } from "../../scenarios/index.ts";
import { cellsOf } from "../model/cell.ts";
import type { Scenario } from "../model/scenario.ts";

export function listCommand(): number {
  process.stdout.write(`${SCENARIOS.map(describeScenario).join("\n")}\n`);
  return 0;
}

function describeScenario(scenario: Scenario): string {
  const cells = scenario.cells ? cellsOf(scenario.cells).length : 0;
  const checks = scenario.checks?.length ?? 0;
  const size = [cells && `${cells} cells`, checks && `${checks} checks`].filter(Boolean).join(", ");
  const marks = [scenario.slow && "slow", scenario.privileged && "needs root"].filter(Boolean).join(", ");
  const lines = [
    `${scenario.name.padEnd(12)}${scenario.title}`,
    `${"".padEnd(12)}${size} a kernel${marks ? ` (${marks})` : ""}; claims ${scenario.claims.join(" ") || "none"}`,
  ];
  return lines.join("\n");
}
