import { describe, expect, test } from "vitest";
import { denseArrangement } from "../../lab/topology/arrangement.ts";
import { writeCapture } from "../../lab/traffic/capture-file.ts";
import { probeFrame } from "../../lab/traffic/frame.ts";
import { planTraffic } from "../../lab/traffic/plan.ts";
import { planInterfaces } from "../../lab/traffic/plan-lines.ts";
import { parseRecording } from "../../lab/traffic/records.ts";
import { collect } from "../capture/collect.ts";
import { encodeEnd, encodeRecord, encodeRecording, type RecordParts } from "./agent-recording.ts";
import { CELLS, NONCE } from "./whole-plan.ts";

const PLAN = planTraffic(CELLS, denseArrangement(CELLS), NONCE);
const NAMES = planInterfaces(PLAN);
const T0 = 1_700_000_000_999_999_000n;

const number = (name: string) => {
  const found = NAMES.indexOf(name);
  if (found < 0) throw new RangeError(name);
  return found;
};
const bytesOf = (id: number, nonce = NONCE) =>
  probeFrame({ destination: "ff:ff:ff:ff:ff:ff", source: "02:6d:76:00:00:09" }, nonce, id, "x");

const record = (kind: RecordParts["kind"], name: string, microseconds: number, rest: Partial<RecordParts> = {}) => ({
  ...{ kind, interface: number(name), time: T0 + BigInt(microseconds) * 1000n, data: bytesOf(1) },
  ...rest,
});

const MACVLAN = "a-mvl-vep1";
const MACVTAP = "a-mvt-vep2";
/** One frame from a macvlan, through the switch, to a macvtap's reader and a host; one frame of somebody else's. */
const RECORDS: readonly RecordParts[] = [
  record("sent", MACVLAN, 0),
  record("tap", MACVLAN, 1, { packetType: "outgoing" }),
  record("tap", "low-a", 2, { packetType: "outgoing" }),
  record("tap", "swp-a", 3, { packetType: "otherhost", originalLength: 1514 }),
  record("tap", "low-a", 4, { data: Buffer.from("ffffffffffff0102030405060806", "hex"), packetType: "broadcast" }),
  record("host", "low-a", 5, { packetType: "broadcast" }),
  record("device", MACVTAP, 6),
  record("sent", MACVTAP, 7, { data: bytesOf(2), result: 105 }),
  record("host", "ext", 8, { data: bytesOf(1, NONCE + 1), packetType: "multicast" }),
];

const recording = parseRecording(encodeRecording(RECORDS));
const capture = writeCapture(PLAN, recording, "macvlab test");
const read = async () => collect([capture.bytes]);

describe("writeCapture", () => {
  test("is a whole pcapng file with every record of a tap in it, in the order of time", async () => {
    const { frames, error } = await read();
    expect(error).toBeUndefined();
    expect(frames.map((frame) => [frame.number, frame.interface.name, frame.direction, frame.reception])).toEqual([
      [1, MACVLAN, "out", undefined],
      [2, "low-a", "out", undefined],
      [3, "swp-a", "in", "promiscuous"],
      [4, "low-a", "in", "broadcast"],
      [5, "low-a:host", "in", "broadcast"],
      [6, `${MACVTAP}:device`, "in", undefined],
      [7, `${MACVTAP}:device`, "out", undefined],
      [8, "ext:host", "in", "multicast"],
    ]);
  });

  test("keeps bytes, lengths and times to the nanosecond", async () => {
    const { frames } = await read();
    expect(Buffer.from(frames[0]?.data ?? []).equals(bytesOf(1))).toBe(true);
    expect(frames[2]?.originalLength).toBe(1514);
    const times = frames.map(({ seconds, nanoseconds }) => BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds) - T0);
    expect(times).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((microseconds) => BigInt(microseconds) * 1000n));
  });

  test("tells of each frame where it was seen, under the numbers the file gives", async () => {
    const { frames } = await read();
    const sightings = capture.frames.get(1)?.sightings ?? [];
    expect(sightings.map(({ interface: name, tap, packetType }) => [name, tap, packetType])).toEqual([
      [MACVLAN, "tap", "outgoing"],
      ["low-a", "tap", "outgoing"],
      ["swp-a", "tap", "otherhost"],
      ["low-a", "host", "broadcast"],
      [MACVTAP, "device", "host"],
    ]);
    for (const { interface: name, tap, frame, time } of sightings) {
      const found = frames.find((one) => one.number === frame);
      expect(found?.interface.name).toBe(tap === "tap" ? name : `${name}:${tap}`);
      expect(BigInt(found?.seconds ?? 0) * 1_000_000_000n + BigInt(found?.nanoseconds ?? 0)).toBe(time);
      expect(Buffer.from(found?.data ?? []).equals(bytesOf(1))).toBe(true);
    }
  });

  test("tells what came of sending, and when", () => {
    expect(capture.frames.get(1)).toMatchObject({ sendResult: 0, sentAt: T0 });
    expect(capture.frames.get(2)).toMatchObject({ sendResult: 105, sightings: [] });
    expect([...capture.frames.keys()]).toEqual([1, 2]);
  });

  test("orders frames by sending, where the clock is too coarse to tell", () => {
    const sends = [3, 1, 2].map((id) => record("sent", MACVLAN, 0, { data: bytesOf(id) }));
    const { frames } = writeCapture(PLAN, parseRecording(encodeRecording(sends)), "x");
    expect([...frames].map(([id, { order }]) => [id, order])).toEqual([
      [3, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  test("has an interface per tap: hosts behind the handlers, macvtaps' devices, nothing for endpoints' stacks", async () => {
    const everywhere = NAMES.map((name, index) => record("tap", name, index));
    const { frames } = await collect([writeCapture(PLAN, parseRecording(encodeRecording(everywhere)), "x").bytes]);
    expect(new Set(frames.map((frame) => frame.interface.name))).toEqual(new Set(NAMES));
    const atStack = [record("host", MACVLAN, 0), record("host", "low-b", 1), record("device", MACVTAP, 2)];
    const shown = await collect([writeCapture(PLAN, parseRecording(encodeRecording(atStack)), "x").bytes]);
    expect(shown.frames.map((frame) => frame.interface.name)).toEqual(["low-b:host", `${MACVTAP}:device`]);
  });

  test("says what the rings lost, on every interface it may be missing from", async () => {
    expect((await read()).statistics).toEqual([]);
    const lossy = Buffer.concat([...RECORDS.map(encodeRecord), encodeEnd([9, 4], [9, 0])]);
    const { statistics } = await collect([writeCapture(PLAN, parseRecording(lossy), "x").bytes]);
    expect(new Set(statistics.map((one) => one.interface.name))).toEqual(new Set(NAMES));
    expect(new Set(statistics.map(({ dropped }) => dropped))).toEqual(new Set([4]));
  });
});
