import { describe, expect, test } from "vitest";
import { frameId, PROBE_ETHERTYPE, probeFrame, TAG_LENGTH, tagBytes } from "../../lab/traffic/frame.ts";

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
