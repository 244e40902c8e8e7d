/** Frames as mac80211_hwsim's monitor shows them. */
import { describe, expect, test } from "vitest";
import { parseAirFrame } from "../../lab/traffic/air-frame.ts";
import { tagBytes } from "../../lab/traffic/frame.ts";

const NONCE = 77;
const RADIOTAP = Buffer.from("00000c000000000000000000", "hex");
const SNAP = "aaaa0300000088b5";
const [ACCESS_POINT, STATION, ENDPOINT] = ["020000000000", "020000000200", "026d76a00002"];

function air(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat([
    RADIOTAP,
    ...parts.map((part) => (typeof part === "string" ? Buffer.from(part, "hex") : part)),
  ]);
}

const toAccessPoint = (control: string, transmitter: string, rest: string) =>
  air(control, "0000", ACCESS_POINT, transmitter, ACCESS_POINT, "1000", rest, SNAP, tagBytes(NONCE, 5));

describe("a probe", () => {
  test("in 3-address form, with its transmitter", () => {
    expect(parseAirFrame(toAccessPoint("0801", ENDPOINT, ""), NONCE)).toEqual({
      kind: "probe",
      id: 5,
      transmitter: "02:6d:76:a0:00:02",
      form: "3-address",
    });
  });

  test("in 4-address form: its source is behind, and not the transmitter", () => {
    expect(parseAirFrame(toAccessPoint("0803", STATION, ENDPOINT), NONCE)).toMatchObject({
      transmitter: "02:00:00:00:02:00",
      form: "4-address",
    });
  });

  test("with quality of service, which is two bytes more", () => {
    expect(parseAirFrame(toAccessPoint("8801", STATION, "0000"), NONCE)).toMatchObject({ kind: "probe", id: 5 });
  });

  test("of another run is none", () => {
    expect(parseAirFrame(toAccessPoint("0801", ENDPOINT, ""), NONCE + 1)).toEqual({ kind: "other" });
  });
});

test("a deauthentication, with its reason", () => {
  const frame = air("c000", "0000", ENDPOINT, ACCESS_POINT, ACCESS_POINT, "2000", "0700");
  expect(parseAirFrame(frame, NONCE)).toEqual({
    kind: "deauthentication",
    receiver: "02:6d:76:a0:00:02",
    transmitter: "02:00:00:00:00:00",
    reason: 7,
  });
});

test("beacons, acknowledgements and what is cut short are others", () => {
  const probe = toAccessPoint("0801", ENDPOINT, "");
  const beacon = air("8000", "0000", "ffffffffffff", ACCESS_POINT, ACCESS_POINT, "0000");
  for (const frame of [beacon, air("d400", "0000", STATION), Buffer.alloc(0), Buffer.from("0000ffff", "hex")])
    expect(parseAirFrame(frame, NONCE)).toEqual({ kind: "other" });
  for (let length = 0; length < probe.length; length++)
    expect(parseAirFrame(probe.subarray(0, length), NONCE)).toEqual({ kind: "other" });
});
