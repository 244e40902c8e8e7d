import { expect, test } from "vitest";
import { predictCheck } from "../../lab/oracle/predict-check.ts";
import { guestNics } from "../../scenarios/guest-nics.ts";

const expectationOf = (id: string) => {
  const check = (guestNics.checks ?? []).find((one) => one.id === id);
  return check && predictCheck(check, [6, 12, 117]).value;
};

test("what a guest makes of its card reaches a VEPA macvtap's guest as little as the macvtap has it", () => {
  expect(expectationOf("card-promiscuous-vepa")).toBe("external>foreign: lower:in=1 first=0 lower-host=0");
  expect(expectationOf("card-promiscuous-passthru")).toBe("external>foreign: lower:in=1 first=1 lower-host=0");
  expect(expectationOf("card-bridge-vepa")).toContain("external>behind: lower:in=1 first=0 behind=0");
  expect(expectationOf("card-bridge-passthru")).toContain("external>behind: lower:in=1 first=1 behind=1");
  expect(expectationOf("card-macvlan-vepa")).toContain("external>nested: lower:in=1 first=0 nested=0");
});

test("a card with another address hands on nothing for the old one", () => {
  for (const mode of ["private", "vepa", "bridge", "passthru", "source"])
    expect(expectationOf(`card-address-${mode}`)).toMatch(/external>first: first=0$/);
});

test("a guest does not get to its host's lower device, and to its host's macvlan it does", () => {
  expect(expectationOf("card-bridge-icmp-lower-host")).toBe("unresolved");
  expect(expectationOf("card-bridge-tcp-host-macvlan")).toBe("answered");
  expect(expectationOf("payload-large-private-elsewhere")).toBe("answered, larger than the MTU: larger than the MTU");
});
