/** What the basics are expected to show, typed by hand from the reading of the source. */
import { describe, expect, test } from "vitest";
import { predictCheck } from "../../lab/oracle/predict-check.ts";
import { basics } from "../../scenarios/basics.ts";
import { GENERATIONS } from "./cells.ts";

const OTHERS = ["private", "vepa", "bridge", "source"];
const forOthers = (id: (mode: string) => string, value: string) => OTHERS.map((mode) => [id(mode), value] as const);

const EXPECTED: readonly (readonly [string, string])[] = [
  ["default-mode-macvlan", "vepa"],
  ["default-mode-macvtap", "vepa"],
  ["mode-change", "bridge"],
  ["mode-change-in-force", "first=0 second=1 lower-host=0"],
  ["passthru-alone", "none"],
  ["passthru-then-passthru", "EINVAL"],
  ...forOthers((mode) => `passthru-then-${mode}`, "EINVAL"),
  ...forOthers((mode) => `${mode}-then-passthru`, "EINVAL"),
  ...forOthers((mode) => `${mode}-into-passthru`, "EINVAL"),
  ...forOthers((mode) => `passthru-into-${mode}`, "EINVAL"),
  ["passthru-into-passthru", "none"],
  ["passthru-down", "first=0 lower-host=0"],
  ["down-gets-nothing", "first=0 second=0 lower-host=0"],
  ["ping-macvtap-external", "reached"],
  ["address-passthru", "lower"],
  ["address-passthru-given", "lower"],
  ...forOthers((mode) => `address-generated-${mode}`, "generated"),
  ["address-given-macvlan", "given"],
  ["address-given-macvtap", "given"],
  ["duplicate-of-lower-add", "none"],
  ["duplicate-of-lower-up", "EADDRINUSE"],
  ["duplicate-of-sibling-add", "none"],
  ["duplicate-of-sibling-up", "EADDRINUSE"],
  ["duplicate-of-down-sibling-up", "none"],
  ["duplicate-of-down-sibling-frame", "first=0 second=1 lower-host=0"],
  ["passthru-up", "none"],
  ["mtu-default", "1400"],
  ["mtu-given", "1300"],
  ["mtu-lowered", "1400"],
  ["mtu-lowered-not-below", "1300"],
  ["mtu-raised", "1500"],
  ["mtu-above-lower-add", "EINVAL"],
  ["mtu-above-lower-set", "EINVAL"],
  ["mtu-below-lower-set", "none"],
  ["mtu-too-small-add", "EINVAL"],
  ["source-copy", "first=1 second=1 third=0 lower-host=0"],
  ["source-no-copy", "first=0 second=1 third=0 lower-host=0"],
  ["source-nodst", "first=1 second=0 third=0 lower-host=0"],
  ["source-nodst-unlisted", "first=0 second=1 third=0 lower-host=0"],
  ["source-copy-of-siblings", "first=1 third=1 lower-host=0"],
  ["source-nodst-siblings", "first=1 third=0 lower-host=0"],
  ["source-to-itself-listed", "first=1 lower-host=0"],
  ["source-to-itself-unlisted", "first=0 lower-host=0"],
  ["source-down", "first=0 lower-host=0"],
  ["source-list-in-vepa", "EINVAL"],
  ["source-two-lists", "first=1 second=1 lower-host=0"],
  ["source-list-after-naming-mode", "first=1 lower-host=0"],
  ["source-list-after-mode-change", "first=0 lower-host=0"],
  ["ping-private-siblings-without-relay", "not reached"],
  ["ping-private-siblings-with-relay", "not reached"],
  ["ping-vepa-siblings-without-relay", "not reached"],
  ["ping-vepa-siblings-with-relay", "reached"],
  ["ping-bridge-siblings-without-relay", "reached"],
  ["ping-bridge-siblings-with-relay", "reached"],
  ["ping-passthru-siblings-without-relay", "absent"],
  ["ping-passthru-siblings-with-relay", "absent"],
  ["ping-source-siblings-without-relay", "not reached"],
  ["ping-source-siblings-with-relay", "reached"],
  ...["private", "vepa", "bridge", "passthru", "source"].map((mode) => [`ping-${mode}-external`, "reached"] as const),
];

const CHECKS = new Map((basics.checks ?? []).map((check) => [check.id, check]));

describe("basics", () => {
  test.each(EXPECTED)("%s: %s", (id, value) => {
    const check = CHECKS.get(id);
    for (const kernel of GENERATIONS) {
      const prediction = check && predictCheck(check, kernel);
      expect(prediction?.value).toBe(value);
      expect(prediction?.rule).toMatch(/^\w+: /);
      expect(prediction).not.toHaveProperty("extrapolated");
    }
  });

  test("has no check beside these", () => {
    expect([...CHECKS.keys()].sort()).toEqual(EXPECTED.map(([id]) => id).sort());
  });
});

const look = { look: "error" } as const;
const first = { kind: "macvlan" } as const;
const add = { do: "add", endpoint: "first", request: first } as const;

describe("what basics does not ask", () => {
  test("a step on an endpoint that is not there", () => {
    const check = { id: "", text: "", steps: [{ do: "up", device: "first" } as const], look };
    expect(predictCheck(check, [6, 1, 0]).value).toBe("ENODEV");
  });

  test("a second endpoint of a name", () => {
    expect(predictCheck({ id: "", text: "", steps: [add, add], look }, [6, 1, 0]).value).toBe("EEXIST");
  });

  test("a source list outside source mode", () => {
    const listed = { ...add, request: { ...first, mode: "vepa", sources: ["external"] } } as const;
    expect(predictCheck({ id: "", text: "", steps: [listed], look }, [6, 1, 0]).value).toBe("EINVAL");
  });

  test("a sibling's address counts as given", () => {
    const second = { do: "add", endpoint: "second", request: { ...first, address: "sibling" } } as const;
    const address = { look: "address", device: "second" } as const;
    expect(predictCheck({ id: "", text: "", steps: [add, second], look: address }, [6, 1, 0]).value).toBe("given");
  });

  test("copies at an endpoint that is not there", () => {
    const copies = { look: "copies", from: "external", to: "first", at: ["first", "second"] } as const;
    const check = { id: "", text: "", steps: [add, { do: "up", device: "first" } as const], look: copies };
    expect(predictCheck(check, [6, 1, 0]).value).toBe("first=1 second=absent");
  });
});
