import { describe, expect, test } from "vitest";
import { switchGuest } from "../../lab/cli/arguments/values.ts";
import { canHaveSwitch, refuseHypervisors, refuseUnswitched } from "../../lab/cli/switch-targets.ts";
import { SCENARIOS } from "../../scenarios/index.ts";

describe("--switch", () => {
  test("is a guest, of the kernel under test or of one that is named", () => {
    expect(switchGuest("guest")).toEqual({ kernel: undefined });
    expect(switchGuest("guest=debian:trixie/cloud=6.12.1")).toEqual({ kernel: "debian:trixie/cloud=6.12.1" });
    for (const wrong of ["", "guest=", "host", "guests", "GUEST"]) expect(() => switchGuest(wrong)).toThrow("expected");
  });

  test("is for every scenario that is asked of a kernel in a guest; another one is refused in a sentence", () => {
    const able = ["basics", "ledger", "gateways", "pairings", "conversations"];
    expect(SCENARIOS.filter(canHaveSwitch).map(({ name }) => name)).toEqual(able);
    const cards = SCENARIOS.filter(({ name }) => name === "guest-nics");
    expect(() => refuseUnswitched(cards, SCENARIOS)).toThrow('scenario "guest-nics" cannot have its switch in a guest');
    expect(() => refuseUnswitched(SCENARIOS.filter(canHaveSwitch), SCENARIOS)).not.toThrow();
  });

  test("several guests need one, and lower devices to share", () => {
    expect(() => refuseHypervisors(3, undefined)).toThrow("--hypervisors needs a switch");
    expect(() => refuseHypervisors(7, { kernel: undefined })).toThrow("there are 6 lower devices");
    expect(() => refuseHypervisors(6, { kernel: undefined })).not.toThrow();
    expect(() => refuseHypervisors(undefined, undefined)).not.toThrow();
  });
});
