/** Conversations with the external switch in a guest of its own: they come as far as in one guest. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Results } from "../../lab/model/results.ts";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { deviations, readResults } from "./run-files.ts";

/** Of every placement, answered and not; between stacks of both guests, across the router, leases. */
const SOME =
  "relay-on (icmp|tcp|igmp|dhcp)( by-router)? (mac(vlan/bridge|vtap/private)|external-host|lower-host)>(mac(vlan/(bridge|source.other)|vtap/bridge)|external-host|lower-host)$";
/** That many of them are compared. */
const CELLS = 100;

let yard: Yard;
let single: Results;
beforeAll(async () => {
  yard = await openYard();
  single = await run("single", []);
});
afterAll(() => yard[Symbol.asyncDispose]());

async function run(out: string, args: readonly string[]): Promise<Results> {
  const { code, stderr } = await yard.run(["run", "conversations", "--filter", SOME, "--out", out, ...args]);
  expect(code, stderr).toBe(0);
  return readResults(join(yard.directory, out));
}

/** How far each came, by its id; how often it was tried is chance. */
function outcomes({ cells }: Results): Map<string, unknown> {
  return new Map(
    cells.map(({ id, observed: { outcome, duplicates }, verdict }) => [id, { outcome, duplicates, verdict }]),
  );
}

test("conversations across cables come as far as in one guest, by one clock", async () => {
  const results = await run("switched", ["--switch", "guest"]);
  const [one, other] = [outcomes(single), outcomes(results)];
  process.stdout.write(`compared ${other.size} conversations of two cablings\n`);
  expect(other.size).toBeGreaterThanOrEqual(CELLS);
  expect([...other].filter(([id, seen]) => JSON.stringify(seen) !== JSON.stringify(one.get(id)))).toEqual([]);
  expect(deviations(results.cells)).toEqual([]);
  const kinds = new Set([...other.values()].map((seen) => (seen as { readonly outcome?: string }).outcome));
  expect(kinds).toContain("answered");
  expect(kinds).toContain("unresolved");
  expect(results.kernels[0]?.health.status).toBe("ok");
  expect(results.kernels[0]?.switch?.clockError).toBeGreaterThan(0);
});
