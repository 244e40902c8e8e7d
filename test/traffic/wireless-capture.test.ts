import { expect, test } from "vitest";
import { nodeOf, STATIONS, WIRELESS_NODES } from "../../lab/topology/wireless.ts";
import { probeFrame, tagBytes } from "../../lab/traffic/frame.ts";
import { parseRecording } from "../../lab/traffic/records.ts";
import { writeWirelessCapture } from "../../lab/traffic/wireless-capture.ts";
import { frameFor, planWireless } from "../../lab/traffic/wireless-plan.ts";
import { encodeRecording } from "./agent-recording.ts";

const NONCE = 9;
const PLAN = planWireless(
  new Map(STATIONS.filter((one) => one.fourAddress).map(({ address }, at) => [address, `wlan1.sta${at + 1}`])),
);
const vepa = nodeOf({ kind: "macvlan", mode: "vepa" }, false);

test("every node has its frames, and those to all behind an interface are shared", () => {
  for (const node of WIRELESS_NODES)
    for (const direction of ["out", "in"] as const)
      for (const to of ["unicast", "broadcast"] as const)
        expect(frameFor(PLAN, node, direction, to).wave).toBe(`${direction}-${to}`);
  const sibling = nodeOf({ kind: "macvtap", mode: "bridge" }, false);
  expect(frameFor(PLAN, vepa, "in", "broadcast")).toBe(frameFor(PLAN, sibling, "in", "broadcast"));
  expect(new Set(PLAN.frames.map(({ id }) => id)).size).toBe(PLAN.frames.length);
});

test("records of three places become one capture in the order of time", () => {
  const { id, text, ...header } = frameFor(PLAN, vepa, "out", "unicast");
  const frame = probeFrame(header, NONCE, id, text);
  const air = Buffer.concat([
    Buffer.from("000008000000000008010000", "hex"),
    Buffer.from("020000000000026d76a0000202000000000010000aaa", "hex").subarray(0, 20),
    Buffer.from("aaaa0300000088b5", "hex"),
    tagBytes(NONCE, id),
  ]);
  const station = encodeRecording([
    { kind: "sent", interface: 0, packetType: "outgoing", time: 10n, data: frame },
    { kind: "tap", interface: 0, packetType: "outgoing", time: 11n, data: frame },
  ]);
  const monitor = encodeRecording([{ kind: "tap", interface: 0, time: 12n, data: air }]);
  const seen = writeWirelessCapture(
    [
      { air: true, interfaces: ["hwsim0"], recording: parseRecording(monitor) },
      { air: false, interfaces: ["vlan-vepa-3"], recording: parseRecording(station) },
    ],
    NONCE,
    "test",
  );
  expect(seen.taps.get(id)).toEqual([{ interface: "vlan-vepa-3", out: true, foreign: false, frame: 1 }]);
  expect(seen.air.get(id)).toEqual([{ transmitter: "02:6d:76:a0:00:02", form: "3-address", frame: 2 }]);
  expect(seen.drops).toBe(0);
});
