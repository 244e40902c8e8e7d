import { expect, test } from "vitest";
import type { WirelessAsk } from "../../lab/model/wireless.ts";
import { predictWireless } from "../../lab/oracle/wireless.ts";
import { wireless } from "../../scenarios/wireless.ts";

const value = (fourAddress: boolean, ask: WirelessAsk) =>
  predictWireless({ id: "x", text: "x", fourAddress, ask }).value;
const vepa = { kind: "macvlan", mode: "vepa" } as const;
const passthru = { kind: "macvtap", mode: "passthru" } as const;
const out = { what: "frame", direction: "out", to: "unicast" } as const;
const into = { ...out, direction: "in" } as const;

test("an ordinary station transmits in an endpoint's name, and the access point turns it away", () => {
  expect(value(false, { ...out, party: vepa })).toBe("air=endpoint/3-address delivered=0 answer=deauthentication/7");
  expect(value(false, { ...out, party: passthru })).toBe("air=station/3-address delivered=1 answer=none");
});

test("of what comes in an endpoint gets group frames only", () => {
  expect(value(false, { ...into, party: vepa })).toBe("air=none delivered=0");
  expect(value(false, { ...into, party: vepa, to: "broadcast" })).toBe("air=access-point/3-address delivered=1");
});

test("with four addresses everything arrives, and nothing is sent on", () => {
  for (const party of [vepa, passthru, "station"] as const) {
    expect(value(true, { ...out, party, to: "broadcast" })).toBe("air=station/4-address delivered=1 answer=none");
    expect(value(true, { ...into, party })).toBe("air=access-point/4-address delivered=1");
    expect(value(true, { what: "ping", party })).toBe("reached");
  }
});

test("every rule names the function it follows", () => {
  for (const spec of wireless.wireless ?? [])
    for (const sentence of predictWireless(spec).rule.split("; ")) expect(sentence).toMatch(/^\w+: /);
});
