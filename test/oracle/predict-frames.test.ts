/** What single frames of the ledger's checks are expected to do, typed by hand from the reading of the source. */
import { describe, expect, test } from "vitest";
import { predictCheck } from "../../lab/oracle/predict-check.ts";
import { LEDGER_TRAFFIC } from "../../scenarios/ledger/traffic.ts";
import { GENERATIONS } from "./cells.ts";

const CHECKS = new Map(LEDGER_TRAFFIC.map((check) => [check.id, check]));

const EXPECTED: readonly (readonly [string, string])[] = [
  [
    "back-out-with-stp-with-relay",
    "first>second: wire=1 back=1 second=1; first>everybody: wire=1 back=1 second=1 external=1",
  ],
  [
    "back-out-without-stp-without-relay",
    "first>second: wire=1 back=0 second=0; first>everybody: wire=1 back=0 second=0 external=1",
  ],
  [
    "foreign-address-passthru",
    "first as foreign>external: wire=1 external=1; external>foreign: lower:in=1 first=1 lower-host=0",
  ],
  [
    "foreign-address-vepa",
    "first as foreign>external: wire=1 external=1; external>foreign: lower:in=1 first=0 lower-host=0",
  ],
  [
    "foreign-broadcast-private",
    "first>everybody: first=1 second=0 lower-host=0; first as foreign>everybody: first=1 second=1 lower-host=1",
  ],
  [
    "bridge-port-macvlan-vepa",
    "bridge>external: wire=1 external=1; external>first: first=1 bridge=1 behind=0; behind>first: wire=0 bridge=1; " +
      "behind>external: wire=1 external=1; external>behind: lower:in=1 first=0 bridge=0 behind=0; " +
      "external>everybody: first=1 bridge=1 behind=1",
  ],
  ["bridge-port-macvtap-vepa", "EBUSY"],
  [
    "bridge-port-sibling-bridge",
    "behind>second: wire=0 second=1; second>behind: wire=1 first=0 bridge=0 behind=0; " +
      "second>everybody: wire=1 first=1 bridge=1 behind=1",
  ],
  [
    "capture-lower-bridge-siblings-without-relay",
    "first>second: lower:out=0 lower:in=1 wire=0 back=0 second=1; " +
      "first>everybody: lower:out=1 lower:in=0 wire=1 back=0 second=1",
  ],
  [
    "two-openers-flows-vepa",
    "external>first 32 of as many flows: together=32 readers=2; external>first 8 of one flow: together=8 readers=1",
  ],
  [
    "second-opener-vepa",
    "first>external: first-again=0 wire=1 external=1; first-again>external: first=0 first:out=1 wire=1 external=1",
  ],
  ["macvlan-on-passthru", "EINVAL"],
  ["promiscuous-vepa", "external>foreign: lower:in=1 first=0 lower-host=0"],
  [
    "nested-vepa-on-bridge",
    "second>external: second:out=1 first:in=0 first:out=0 lower:out=1 wire=1 external=1; " +
      "external>second: lower:in=1 first=0 second=1 second:in=1; first>second: lower:out=1 lower:in=0 wire=1 second=0",
  ],
  ["source-list-add-nodst-between-frames", "external>second: first=0 second=1 then external>second: first=1 second=0"],
  [
    "moved-not-up-vepa",
    "external>first: first=1; external>everybody: first=1 then external>first: first=0; external>everybody: first=0",
  ],
  [
    "vlan-of-lower-host-passthru",
    "external>first: lower:in=1 first=1 vlan=0; external>first tagged: lower:in=1 first=0; " +
      "external>everybody tagged: lower:in=1 first=0 vlan=1",
  ],
];

describe("in every generation", () => {
  test.each(EXPECTED)("%s", (id, value) => {
    for (const kernel of GENERATIONS) {
      const prediction = predictCheck(CHECKS.get(id) as never, kernel);
      expect(prediction.value).toBe(value);
      expect(prediction.rule).toMatch(/^_*\w+: /);
    }
  });
});

const without = "external>everybody: lower:in=1 first=1 lower-host=1 dropped=0; external>first: first=1";
const dropped = "external>everybody: lower:in=1 first=0 lower-host=1 dropped=1; external>first: first=1";

test("a length of the queue for group frames is ignored where it cannot be asked for", () => {
  for (const kernel of GENERATIONS)
    expect(predictCheck(CHECKS.get("bcqueuelen-0") as never, kernel).value).toBe(kernel[0] === 5 ? without : dropped);
});

test("every check of frames names the claim it bears on, or none, and is predicted", () => {
  for (const check of LEDGER_TRAFFIC) expect(predictCheck(check, [6, 12, 117]).value, check.id).not.toBe("absent");
});
