import { describe, expect, test } from "vitest";
import { cellName, cellsOn } from "../../lab/model/cell.ts";
import type { KernelVersion } from "../../lab/model/kernel-version.ts";
import { parseKernelVersion } from "../../lab/model/kernel-version.ts";
import { withFlipped, withStuck } from "../../lab/oracle/flip.ts";
import { knowledgeOf, REVIEWED } from "../../lab/oracle/generations.ts";
import { predictCell } from "../../lab/oracle/predict-cell.ts";
import { predictCheck } from "../../lab/oracle/predict-check.ts";
import { predictConversation } from "../../lab/oracle/predict-conversation.ts";
import { type Detection, predictDetection } from "../../lab/oracle/predict-detection.ts";
import { RULE_IDS, RULES, type RuleId, wordingOf } from "../../lab/oracle/rules.ts";
import { basics } from "../../scenarios/basics.ts";
import { gateways } from "../../scenarios/gateways.ts";
import { ledger } from "../../scenarios/ledger.ts";
import { ALL_CELLS, ALL_CONVERSATIONS, GENERATIONS } from "./cells.ts";
import { LEDGER_ALWAYS, LEDGER_WITNESSES } from "./ledger-witnesses.ts";
import { readReviewed, unreviewedNames } from "./reviewed.ts";
import { STACKS_ALWAYS, STACKS_WITNESSES } from "./stacks-witnesses.ts";

const KERNEL: KernelVersion = [7, 3, 4];

/** Per rule a cell, a check or a conversation whose prediction is another one once the rule is turned round. */
const WITNESSES: Readonly<Record<RuleId, string>> = {
  "bridge-group-direct": "same-lower relay-off broadcast macvlan/bridge>macvlan/bridge",
  "direct-group-receivers": "same-lower relay-off broadcast macvlan/bridge>macvlan/private",
  "bridge-unicast-direct": "same-lower relay-off unicast macvlan/bridge>macvlan/bridge",
  "rest-to-the-wire": "two-lowers relay-off unicast macvlan/vepa>macvlan/vepa",
  "host-to-the-wire": "external-to-endpoint relay-off unicast external-host>macvlan/vepa",
  "flooded-by-switch": "two-lowers relay-off broadcast macvlan/vepa>macvlan/vepa",
  "known-address-one-port": "two-lowers relay-off unicast macvlan/vepa>macvlan/vepa",
  "back-out-of-its-port": "same-lower relay-off unicast macvlan/vepa>macvlan/vepa",
  "up-is-hashed": "two-lowers relay-off unicast macvlan/vepa>macvlan/vepa",
  "vlan-before-handler": "endpoint-to-lower-host relay-on vlan macvlan/vepa>lower-host",
  "source-list-copies": "two-lowers relay-off unicast macvlan/vepa>macvlan/source+other",
  "nodst-consumes": "source-nodst",
  "source-copy-needs-up": "two-lowers relay-off unicast macvlan/vepa>macvlan/source+sender",
  "source-copy-keeps-type": "two-lowers relay-off unicast macvlan/vepa>macvlan/source+sender",
  "own-group-frame-returns": "endpoint-to-lower-host relay-on broadcast macvlan/private>lower-host",
  "group-from-outside": "two-lowers relay-off broadcast macvlan/vepa>macvlan/private",
  "group-from-vepa": "same-lower relay-on broadcast macvlan/vepa>macvlan/private",
  "group-from-bridge": "same-lower relay-on broadcast macvlan/bridge>macvlan/vepa",
  "multicast-filter": "two-lowers relay-off multicast-not-joined macvlan/vepa>macvlan/vepa",
  "group-passes-on": "endpoint-to-lower-host relay-on broadcast macvlan/vepa>lower-host",
  "passthru-takes-unicast": "two-lowers relay-off unknown-unicast macvlan/vepa>macvlan/passthru",
  "unicast-by-destination": "two-lowers relay-off unicast macvlan/vepa>macvlan/private",
  "source-never-by-destination": "two-lowers relay-off unicast macvlan/vepa>macvlan/source+other",
  "down-passthru-swallows": "two-lowers relay-off unicast macvlan/vepa>macvlan/passthru",
  "unicast-becomes-host": "two-lowers relay-off unicast macvlan/vepa>macvlan/private",
  "rest-to-lower-host": "endpoint-to-lower-host relay-on unicast macvlan/vepa>lower-host",
  "own-address-is-host": "endpoint-to-external relay-off unicast macvlan/vepa>external-host",
  "all-ones-is-broadcast": "endpoint-to-external relay-off broadcast macvlan/vepa>external-host",
  "stack-takes-its-own": "endpoint-to-external relay-off unicast macvlan/vepa>external-host",
  "reader-takes-all": "two-lowers relay-off unicast macvlan/vepa>macvtap/vepa",
  "next-hop-is-asked-for": "same-lower relay-on icmp static-neighbours macvlan/private>macvlan/private",
  "arp-teaches-the-asked": "lower-host-to-endpoint relay-on icmp lower-host>macvlan/private",
  "nd-teaches-the-asked": "lower-host-to-endpoint relay-on icmpv6 lower-host>macvlan/private",
  "solicited-group-is-joined": "two-lowers relay-off nd macvlan/vepa>macvlan/vepa",
  "own-nonce-is-ignored": "detection",
  "mtu-range": "mtu-too-small-add",
  "mtu-inherited": "mtu-default",
  "mtu-above-lower": "mtu-above-lower-add",
  "mtu-raised-above-lower": "mtu-above-lower-set",
  "mtu-follows-down": "mtu-lowered",
  "mode-default": "default-mode-macvlan",
  "mode-changes-at-once": "mode-change",
  "passthru-is-for-life": "vepa-into-passthru",
  "passthru-takes-lower-address": "address-passthru-given",
  "address-generated": "address-given-macvlan",
  "passthru-closes-lower": "passthru-alone",
  "passthru-needs-empty-lower": "same-lower relay-off unicast macvlan/vepa>macvlan/passthru",
  "list-needs-source-mode": "source-copy",
  "busy-address-may-be-made": "duplicate-of-lower-add",
  "passthru-opens-unchecked": "passthru-up",
  "lower-address-busy": "duplicate-of-lower-up",
  "sibling-address-busy": "duplicate-of-down-sibling-up",
  "leaving-source-empties-list": "source-list-after-naming-mode",
  ...LEDGER_WITNESSES,
  ...STACKS_WITNESSES,
  "e1000-filters": "on-e1000 endpoint-to-lower-host relay-on multicast-not-joined macvlan/vepa>lower-host",
  "e1000e-filters": "on-e1000e endpoint-to-lower-host relay-on multicast-not-joined macvlan/vepa>lower-host",
  "virtio-net-filters": "on-virtio-net endpoint-to-lower-host relay-on multicast-not-joined macvlan/vepa>lower-host",
  "dummy-has-no-cable": "on-dummy two-lowers relay-off unicast macvlan/vepa>macvlan/vepa",
  "bridge-keeps-its-own": "on-bridge endpoint-to-lower-host relay-on unicast macvlan/vepa>lower-host",
  "station-known-by-address": "on-hwsim two-lowers relay-off broadcast macvlan/vepa>macvlan/vepa",
  "sent-to-stations-only": "on-hwsim two-lowers relay-off unicast macvlan/passthru>macvlan/passthru",
  "own-group-frame-is-dropped": "on-hwsim two-lowers relay-on broadcast macvlan/passthru>macvlan/passthru",
  "sockets-see-arrivals": "capture-macvtap-vepa-read",
  "sockets-see-departures": "capture-macvtap-vepa-read",
  "forwarding-port-sends": "back-out-with-stp-with-relay",
  "one-handler-a-device": "bridge-port-macvtap-vepa",
  "inner-bridge-keeps": "bridge-port-macvlan-vepa",
  "inner-bridge-forwards": "bridge-port-macvlan-vepa",
  "openers-share-flows": "two-openers-flows-vepa",
  "any-opener-sends": "second-opener-vepa",
  "short-queue-drops": "bcqueuelen-0",
  "list-changes-at-once": "source-list-add-between-frames",
  "moved-comes-down": "moved-not-up-vepa",
  "lower-comes-back": "lower-down-up-vepa",
};

const FEW = ALL_CELLS.filter(
  ({ source, destination, placement }) =>
    placement !== "same-lower" &&
    [source, destination].every(({ kind, mode = "vepa" }) => kind !== "macvtap" && ["vepa", "passthru"].includes(mode)),
);
const ELSEWHERE = (["dummy", "bridge", "virtio-net", "e1000", "e1000e", "hwsim"] as const).flatMap((lower) =>
  cellsOn(lower, FEW),
);
const CELLS = new Map([...ALL_CELLS, ...ELSEWHERE].map((cell) => [cellName(cell), cell]));
const CHECKS = new Map(
  [...(basics.checks ?? []), ...(ledger.checks ?? []), ...(gateways.checks ?? [])].map((check) => [check.id, check]),
);
const TALKS = new Map(ALL_CONVERSATIONS.map((cell) => [cellName(cell), cell]));

const DETECTION: Detection = {
  placement: "endpoint-to-external",
  reflectiveRelay: true,
  source: { kind: "macvlan", mode: "private" },
  destination: { kind: "external-host" },
  enhanced: true,
};

/** What is predicted for a cell, a check or a conversation, without the wording. */
function answer(name: string, rules = RULES): string {
  const [cell, check, talk] = [CELLS.get(name), CHECKS.get(name), TALKS.get(name)];
  if (cell) return JSON.stringify({ ...predictCell(cell, KERNEL, rules), rule: "" });
  if (check) return predictCheck(check, KERNEL, rules).value;
  if (name === "detection") return predictDetection(DETECTION, KERNEL, rules).value;
  if (talk) return predictConversation(talk, KERNEL, rules).outcome;
  throw new RangeError(`"${name}" is neither a cell nor a check nor a conversation`);
}

test.each(RULE_IDS)("%s turned round changes what is predicted", (id) => {
  const witness = WITNESSES[id];
  expect(answer(witness, withFlipped(id)), witness).not.toBe(answer(witness));
});

/** Decisions that always fall the same way; a random address and a given one differ in the words for them only. */
const ALWAYS: Readonly<Partial<Record<RuleId, boolean>>> = {
  ...LEDGER_ALWAYS,
  ...STACKS_ALWAYS,
  "host-to-the-wire": true,
  "group-passes-on": true,
  "arp-teaches-the-asked": true,
  "nd-teaches-the-asked": true,
  "solicited-group-is-joined": true,
  "own-nonce-is-ignored": true,
  "unicast-becomes-host": true,
  "sockets-see-arrivals": true,
  "sockets-see-departures": true,
  "forwarding-port-sends": true,
  "any-opener-sends": true,
  "list-changes-at-once": true,
  "moved-comes-down": true,
  "lower-comes-back": true,
  "mode-changes-at-once": true,
  "busy-address-may-be-made": true,
  "address-generated": false,
};
const BEFORE = [...CELLS.keys(), ...CHECKS.keys(), ...TALKS.keys(), "detection"].map(
  (name) => [name, answer(name)] as const,
);

describe.each([true, false])("stuck at %s", (stuck) => {
  test.each(RULE_IDS.filter((id) => ALWAYS[id] !== stuck))("%s is noticed", (id) => {
    const rules = withStuck(id, stuck);
    expect(BEFORE.some(([name, before]) => answer(name, rules) !== before)).toBe(true);
  });
});

test("a rule turned round leaves the table itself alone", () => {
  const before = answer(WITNESSES["group-from-vepa"]);
  withFlipped("group-from-vepa");
  expect(answer(WITNESSES["group-from-vepa"])).toBe(before);
});

describe("the functions rules name", async () => {
  const reviewed = await readReviewed();

  test.each(reviewed)("exist in $generation", (generation) => {
    const [major, minor] = parseKernelVersion(generation.generation);
    const { facts } = knowledgeOf([major, minor, 999]);
    const changed = { ...facts, returningGroupReachesBridge: true };
    for (const id of RULE_IDS)
      for (const each of [facts, changed]) {
        const { functions, text } = wordingOf(RULES, id, each);
        expect(unreviewedNames(`${functions.join(", ")}: ${text}`, generation), id).toEqual([]);
      }
  });

  test("were reviewed in the generations the oracle says", () => {
    const branches = REVIEWED.map(([major, minor]) => `${major}.${minor}`);
    expect(reviewed.map(({ generation }) => generation)).toEqual(branches);
  });

  test("are those a prediction quotes", () => {
    for (const kernel of GENERATIONS) {
      const names = `${kernel[0]}.${kernel[1]}`;
      const generation = reviewed.find((each) => each.generation === names);
      expect(generation, names).toBeDefined();
      const rules = new Set(ALL_CELLS.map((cell) => predictCell(cell, kernel).rule));
      for (const rule of rules) {
        expect(rule).toMatch(/^_*[a-z][a-z0-9_]+: /);
        if (generation) expect(unreviewedNames(rule, generation), rule).toEqual([]);
      }
    }
  });
});

test("a sentence is one sentence, without a full stop or a semicolon", () => {
  for (const id of RULE_IDS)
    for (const kernel of GENERATIONS)
      expect(wordingOf(RULES, id, knowledgeOf(kernel).facts).text, id).toMatch(/^[a-z][^;.]+$/);
});
