/** Checks of whole stacks with the external switch in a guest of its own: what is seen is what is seen in one guest. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { readResults } from "./run-files.ts";

/** Of every kind: within a host by way of its port, from it and to it, translated on the way, and reflected in time. */
const SEEN = new Map([
  ["host-macvlan-bridge-macvtap-vepa-relay-on", "endpoint>host: answered; host>endpoint: answered"],
  ["gateway-bridge-macvlan-bridge-nat-relay-off", "answered, seen as host"],
  ["gateway-bridge-macvlan-bridge-no-nat-relay-off", "unheard, seen as endpoint"],
  ["own-question-macvlan-private-no-nonce-relay-on", "failed, heard itself"],
  ["own-question-macvtap-private-no-nonce-relay-on", "failed, heard itself"],
  [
    "several-bridge-ignore-1-announce-0-filter-0-rp-0",
    "answered: first=first second=second third=third; asking: first=first second=first third=first; leaving: first=first second=first third=first; reached: first+second+third",
  ],
]);

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
});
afterAll(() => yard[Symbol.asyncDispose]());

test("checks of stacks see across cables what they see in one guest", async () => {
  const filter = `(${[...SEEN.keys()].join("|")})$`;
  const args = ["run", "gateways", "--filter", filter, "--switch", "guest", "--out", "switched"];
  const { code, stderr } = await yard.run(args);
  expect(code, stderr).toBe(0);
  const { checks, kernels } = await readResults(join(yard.directory, "switched"));
  process.stdout.write(`made ${checks.length} checks of stacks across cables\n`);
  expect(new Map(checks.map(({ id, observed }) => [id, observed]))).toEqual(SEEN);
  expect(checks.filter(({ verdict }) => verdict !== "match")).toEqual([]);
  expect(kernels[0]?.health.status).toBe("ok");
  // There were several clocks: what the checks talked to was in the other guest.
  expect(kernels[0]?.switch?.clockError).toBeGreaterThan(0);
});
