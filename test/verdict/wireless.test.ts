/** What of a wireless frame is seen, and when its silence proves nothing. */
import { describe, expect, test } from "vitest";
import { seeFrame, type WirelessEnds, type WirelessFacts } from "../../lab/verdict/wireless.ts";

const [ENDPOINT, STATION, ACCESS_POINT] = ["02:6d:76:a0:00:02", "02:00:00:00:02:00", "02:00:00:00:00:00"];
const addresses = { endpoint: ENDPOINT, station: STATION, accessPoint: ACCESS_POINT };
const party = { kind: "macvtap", mode: "vepa" } as const;
const OUT: WirelessEnds = {
  ask: { what: "frame", party, direction: "out", to: "unicast" },
  leaves: "wlan2",
  receiver: "wlan0",
  addresses,
};
const IN: WirelessEnds = { ...OUT, ask: { ...OUT.ask, direction: "in" }, leaves: "wlan0", receiver: "vtap-vepa-3" };

const at = (name: string, frame: number, out = false, foreign = false) => ({ interface: name, out, foreign, frame });
const onAir = (transmitter: string, frame: number, form = "3-address") => ({ transmitter, form, frame });
const left = at("wlan2", 1, true);
const fence = { air: [onAir(STATION, 8)], taps: [at("wlan0:host", 9)] };
const dropped: WirelessFacts = {
  probe: { air: [onAir(ENDPOINT, 2)], taps: [left] },
  fences: [fence],
  answers: [{ reason: 7, frame: 3 }],
  drops: 0,
  capture: "captures/x.pcapng",
};

describe("a frame that goes out", () => {
  test("in the endpoint's name, dropped and answered", () => {
    const seen = seeFrame(OUT, dropped);
    expect(seen.value).toBe("air=endpoint/3-address delivered=0 answer=deauthentication/7");
    expect(seen.doubt).toBeUndefined();
    expect(seen.evidence.map(({ interface: name, frames, control }) => [name, frames, control])).toEqual([
      ["wlan2", [1], []],
      ["air", [2, 3], [8]],
      ["wlan0:host", [], [9]],
    ]);
  });

  test("delivered, and sent on by the access point", () => {
    const probe = { air: [onAir(STATION, 2), onAir(ACCESS_POINT, 4)], taps: [left, at("wlan0:host", 3)] };
    expect(seeFrame(OUT, { ...dropped, probe, answers: [] }).value).toBe(
      "air=station/3-address+access-point/3-address delivered=1 answer=none",
    );
  });

  test("a stranger's address on the air is told as it is", () => {
    const probe = { ...dropped.probe, air: [onAir("02:00:00:00:09:00", 2)] };
    expect(seeFrame(OUT, { ...dropped, probe }).value).toContain("air=02:00:00:00:09:00/3-address ");
  });

  test.each([
    ["never left", { probe: { air: [], taps: [] } }, 'the frame was not seen leaving "wlan2"'],
    ["has no fence behind it", { fences: [] }, 'no fence was seen at "wlan0:host"'],
    ["may have been overlooked", { drops: 3 }, "the recorders had no room for 3 frames"],
    [
      "has no fence on the air",
      { probe: { air: [], taps: [left] }, fences: [{ ...fence, air: [] }] },
      "no fence was seen on the air",
    ],
  ] as const)("that %s proves nothing", (_, parts, doubt) => {
    expect(seeFrame(OUT, { ...dropped, ...parts }).doubt).toBe(doubt);
  });
});

describe("a frame that comes in", () => {
  const probe = { air: [onAir(ACCESS_POINT, 2)], taps: [at("wlan0", 1, true), at("vtap-vepa-3", 3)] };

  test("is counted where a macvtap's reader gets it, not on its interface", () => {
    const fences = [{ air: [onAir(ACCESS_POINT, 8)], taps: [at("vtap-vepa-3:device", 9)] }];
    expect(seeFrame(IN, { ...dropped, probe, fences, answers: [] }).value).toBe(
      "air=access-point/3-address delivered=0",
    );
    const read = { ...probe, taps: [...probe.taps, at("vtap-vepa-3:device", 4)] };
    expect(seeFrame(IN, { ...dropped, probe: read, answers: [] }).value).toBe("air=access-point/3-address delivered=1");
  });
});
