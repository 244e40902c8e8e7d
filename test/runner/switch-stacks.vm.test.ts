/** Checks of whole stacks with the external switch in a guest of its own: the same is seen as in one guest. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Results } from "../../lab/model/results.ts";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { readResults } from "./run-files.ts";

/** Of every kind, answered and not: what comes from outside, is translated on its way there, and is reflected. */
const SOME =
  "host-macvlan-bridge-macv(lan|tap)-vepa|gateway-bridge-macvlan-bridge|several-bridge-ignore-0.*rp-0|own-question-macv(lan|tap)-private";

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
});
afterAll(() => yard[Symbol.asyncDispose]());

async function run(out: string, args: readonly string[]): Promise<Results> {
  const { code, stderr } = await yard.run(["run", "gateways", "--filter", SOME, "--out", out, ...args]);
  expect(code, stderr).toBe(0);
  return readResults(join(yard.directory, out));
}

const seen = ({ checks }: Results) => checks.map(({ id, observed, verdict }) => ({ id, observed, verdict }));

test("checks of stacks see across cables what they see in one guest", async () => {
  const one = await run("single", []);
  const other = await run("switched", ["--switch", "guest"]);
  process.stdout.write(`compared ${other.checks.length} checks of two cablings\n`);
  expect(other.checks.length).toBeGreaterThanOrEqual(15);
  expect(seen(other)).toEqual(seen(one));
  expect(other.kernels[0]?.health.status).toBe("ok");
  // There were several clocks: what the checks talked to was in the other guest.
  expect(other.kernels[0]?.switch?.clockError).toBeGreaterThan(0);
});
