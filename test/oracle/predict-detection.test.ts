/** Who meets its own solicitation, typed by hand; a trial on 5.10, 6.1 and 7.3 guests agreed in each of these. */
import { expect, test } from "vitest";
import { withFlipped } from "../../lab/oracle/flip.ts";
import { predictDetection } from "../../lab/oracle/predict-detection.ts";
import type { RuleId } from "../../lab/oracle/rules.ts";
import { NEW, OLD, party } from "./cells.ts";

function detection(
  short: string,
  reflectiveRelay: boolean,
  enhanced: boolean,
  kind: "macvlan" | "macvtap" = "macvlan",
) {
  const [source, external, vepa] = [party(short, kind), party("external"), party("V")];
  if (short === "lower")
    return { placement: "lower-host-to-endpoint", reflectiveRelay, enhanced, source, destination: vepa } as const;
  return { placement: "endpoint-to-external", reflectiveRelay, enhanced, source, destination: external } as const;
}

const PARTIES = ["P", "V", "B", "T", "S", "lower"];
const ALL = [...OLD, ...NEW];

test.each(PARTIES)("%s passes with the nonce, and without reflective relay", (short) => {
  for (const kernel of ALL)
    for (const [relay, enhanced] of [
      [false, false],
      [false, true],
      [true, true],
    ] as const)
      expect(predictDetection(detection(short, relay, enhanced), kernel).value).toBe("passed");
});

// macvlan_handle_frame: a group frame back from outside goes to its private, source or passthru sender; from 7.2 on to a
// bridge sender; never to a vepa one. The lower device's host gets all group frames that are not kept from it.
test.each(["macvlan", "macvtap"] as const)("%s: who meets its own solicitation fails without the nonce", (kind) => {
  const failing = (kernel: (typeof ALL)[number]) =>
    PARTIES.filter((short) => predictDetection(detection(short, true, false, kind), kernel).value === "failed");
  for (const kernel of OLD) expect(failing(kernel)).toEqual(["P", "T", "S", "lower"]);
  for (const kernel of NEW) expect(failing(kernel)).toEqual(["P", "B", "T", "S", "lower"]);
});

test("the host of a passthru endpoint's lower device does not: the endpoint gets it", () => {
  const beside = { ...detection("lower", true, false), destination: party("T") };
  for (const kernel of ALL) expect(predictDetection(beside, kernel).value).toBe("passed");
});

const WITNESSES: readonly (readonly [RuleId, string, boolean])[] = [
  ["own-nonce-is-ignored", "P", true],
  ["own-group-frame-returns", "S", false],
  ["group-from-bridge", "B", false],
  ["group-passes-on", "lower", false],
  ["back-out-of-its-port", "T", false],
];

test.each(WITNESSES)("%s turned round changes it for %s", (id, short, enhanced) => {
  const asked = detection(short, true, enhanced);
  expect(predictDetection(asked, [7, 3, 4], withFlipped(id)).value).not.toBe(predictDetection(asked, [7, 3, 4]).value);
});

test("what is quoted, and ends that exclude each other", () => {
  expect(predictDetection(detection("P", true, true), [6, 1, 192]).rule).toContain("ndisc_recv_ns: ");
  expect(predictDetection(detection("V", true, true), [6, 1, 192]).rule).not.toContain("ndisc_recv_ns: ");
  const both = { ...detection("V", true, true), placement: "same-lower", destination: party("T") } as const;
  expect(() => predictDetection(both, [6, 1, 192])).toThrow("cannot exist at once: EINVAL");
});
