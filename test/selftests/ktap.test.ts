import { expect, test } from "vitest";
import { countVerdicts, readKtap } from "./ktap.ts";

/** As kselftest's runner prints it: its own lines plain, those of the tests behind "# ". */
const PRINTED = `TAP version 13
1..4
# timeout set to 45
# selftests: net: tap
# TAP version 13
# 1..3
# # Starting 3 tests from 1 test cases.
# ok 1 tap.test_packet_valid_udp_gso
# not ok 2 tap.test_packet_valid_udp_csum
# ok 3 tap.crash # SKIP no vnet header
ok 1 selftests: net: tap
# selftests: net: protodown.sh
# TEST: Basic protodown on/off with macvlan                           [ OK ]
ok 2 selftests: net: protodown.sh
# selftests: net: lonely.sh
not ok 3 selftests: net: lonely.sh # TIMEOUT 45 seconds
# selftests: net: needy.sh
ok 4 selftests: net: needy.sh # SKIP
TAP version 13
1..1
not ok 1 selftests: drivers/net/team: one.sh # exit=1
`;

test("a result for each test, with the reason it gives and the results of its parts", () => {
  const none = { pass: 0, fail: 0, skip: 0 };
  expect(readKtap(PRINTED)).toEqual([
    { name: "selftests: net: tap", verdict: "pass", why: "", parts: { pass: 1, fail: 1, skip: 1 } },
    { name: "selftests: net: protodown.sh", verdict: "pass", why: "", parts: none },
    { name: "selftests: net: lonely.sh", verdict: "fail", why: "TIMEOUT 45 seconds", parts: none },
    { name: "selftests: net: needy.sh", verdict: "skip", why: "SKIP", parts: none },
    { name: "selftests: drivers/net/team: one.sh", verdict: "fail", why: "exit=1", parts: none },
  ]);
  expect(countVerdicts(readKtap(PRINTED))).toEqual({ pass: 2, fail: 2, skip: 1 });
});

test.each([
  ["ok 1", { name: "", verdict: "pass" }],
  ["ok 12 - with a dash", { name: "with a dash", verdict: "pass" }],
  ["ok 3 name # skip no module", { verdict: "skip", why: "skip no module" }],
  ["ok 3 name # SKIPPED_NOT", { verdict: "pass" }],
  ["not ok 4 name # TODO later", { verdict: "skip" }],
])("%s", (line, expected) => {
  expect(readKtap(line)).toEqual([expect.objectContaining(expected)]);
});

test("what is no result is none: plans, versions, diagnostics, a line that was cut off", () => {
  expect(readKtap("TAP version 13\n1..2\n# ok, let's go\nBail out!\nok\nnot o")).toEqual([]);
});
