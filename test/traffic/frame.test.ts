import { describe, expect, test } from "vitest";
import {
  flowFrame,
  frameId,
  PROBE_ETHERTYPE,
  probeFrame,
  TAG_LENGTH,
  tagBytes,
  taggedFrame,
} from "../../lab/traffic/frame.ts";

const HEADER = { destination: "ff:ff:ff:ff:ff:ff", source: "02:6d:76:00:00:01" };
const NONCE = 0xfedcba98;

describe("probeFrame", () => {
  test("is these bytes", () => {
    const frame = probeFrame(HEADER, NONCE, 258, "hello");
    expect(frame.subarray(0, 31).toString("hex")).toBe(
      `ffffffffffff026d7600000188b5${Buffer.from("mvlb").toString("hex")}fedcba9800000102${Buffer.from("hello").toString("hex")}`,
    );
    expect(frame.subarray(31).every((byte) => byte === 0)).toBe(true);
  });

  test("is never shorter than Ethernet's shortest frame, and holds no more than its share of the text", () => {
    expect(probeFrame(HEADER, NONCE, 1, "")).toHaveLength(60);
    expect(probeFrame(HEADER, NONCE, 1, "x".repeat(1000))).toHaveLength(14 + TAG_LENGTH + 80);
  });

  test("carries the tag the agent is told to expect", () => {
    const frame = probeFrame(HEADER, NONCE, 77, "fence");
    expect(frame.subarray(14, 14 + TAG_LENGTH).equals(tagBytes(NONCE, 77))).toBe(true);
  });
});

describe("frameId", () => {
  const frame = probeFrame(HEADER, NONCE, 4711, "x");

  test("reads back what probeFrame wrote, whatever the numbers", () => {
    for (const id of [0, 1, 4711, 0xffffffff])
      for (const nonce of [0, NONCE, 0xffffffff]) expect(frameId(probeFrame(HEADER, nonce, id, ""), nonce)).toBe(id);
  });

  test("knows a copy that was cut behind the tag", () => {
    expect(frameId(frame.subarray(0, 14 + TAG_LENGTH), NONCE)).toBe(4711);
    expect(frameId(frame.subarray(0, 14 + TAG_LENGTH - 1), NONCE)).toBeUndefined();
  });

  test("takes nobody else's frame for the run's own", () => {
    expect(frameId(frame, NONCE + 1)).toBeUndefined();
    expect(frameId(Buffer.alloc(0), NONCE)).toBeUndefined();
    const other = Buffer.from(frame);
    other.writeUInt16BE(PROBE_ETHERTYPE + 1, 12);
    expect(frameId(other, NONCE)).toBeUndefined();
    const unmarked = Buffer.from(frame);
    unmarked.write("MVLB", 14);
    expect(frameId(unmarked, NONCE)).toBeUndefined();
  });
});

describe("frames with a VLAN tag and frames of a flow", () => {
  test("are read back by their number, and by no other run's", () => {
    const tagged = taggedFrame(probeFrame(HEADER, NONCE, 5, "x"), 7);
    expect(tagged.subarray(12, 18).toString("hex")).toBe(`81000007${PROBE_ETHERTYPE.toString(16)}`);
    const flow = flowFrame(HEADER, NONCE, 6, 3);
    for (const [frame, id] of [
      [tagged, 5],
      [taggedFrame(flow, 7), 6],
      [flow, 6],
    ] as const) {
      expect(frameId(frame, NONCE)).toBe(id);
      expect(frameId(frame, NONCE + 1)).toBeUndefined();
    }
  });

  test("of one flow differ in their number alone, of another in their port", () => {
    const port = (frame: Buffer) => frame.readUInt16BE(34);
    const [one, same, other] = [
      flowFrame(HEADER, NONCE, 1, 3),
      flowFrame(HEADER, NONCE, 2, 3),
      flowFrame(HEADER, NONCE, 3, 4),
    ];
    expect(one.subarray(0, 42).equals(same.subarray(0, 42))).toBe(true);
    expect(port(other)).not.toBe(port(one));
    expect(one.readUInt16BE(16)).toBe(one.length - 14);
    expect(one.readUInt16BE(38)).toBe(one.length - 34);
  });

  test("that were cut before the tag are nobody's", () => {
    expect(frameId(flowFrame(HEADER, NONCE, 6, 3).subarray(0, 50), NONCE)).toBeUndefined();
  });
});
