/** `macvlab list`: the scenarios, what each shows and which claims it bears on. */
import { CLAIMS } from "../../scenarios/claims.ts";
import { SCENARIOS } from "../../scenarios/index.ts";
import { cellsOf, conversationsOf } from "../model/cell.ts";
import type { Scenario } from "../model/scenario.ts";

export function listCommand(): number {
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length)) + 2;
  process.stdout.write(`${SCENARIOS.map((scenario) => describeScenario(scenario, width)).join("\n")}\n`);
  return 0;
}

function describeScenario(scenario: Scenario, width: number): string {
  const counts = {
    cells: scenario.cells ? cellsOf(scenario.cells).length : 0,
    conversations: scenario.conversations ? conversationsOf(scenario.conversations).length : 0,
    checks: (scenario.checks?.length ?? 0) + (scenario.wireless?.length ?? 0),
    measurements: scenario.measures?.length ?? 0,
  };
  const size = Object.entries(counts)
    .flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []))
    .join(", ");
  const marks = [scenario.slow && "slow", scenario.privileged && "needs root"].filter(Boolean).join(", ");
  const lines = [
    `${scenario.name.padEnd(width)}${scenario.title}`,
    `${"".padEnd(width)}${size} a kernel${marks ? ` (${marks})` : ""}; claims ${inOrder(scenario.claims).join(" ") || "none"}`,
  ];
  return lines.join("\n");
}

/** In the ledger's order. */
function inOrder(claims: readonly string[]): string[] {
  const order = CLAIMS.map(({ id }) => id);
  return [...claims].sort((a, b) => order.indexOf(a) - order.indexOf(b));
}
