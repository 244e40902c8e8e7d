import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { parseRecording, parseTalkRecording } from "../../lab/traffic/records.ts";
import { encodeEnd, encodeRecord, encodeRecording } from "./agent-recording.ts";

const NO_INTERFACE = 0xffff;

describe("parseRecording", () => {
  test("reads every field back", () => {
    const parts = { interface: 300, time: 1_700_000_000_123_456_789n, originalLength: 1514, data: "abc" } as const;
    const { records } = parseRecording(
      encodeRecording([
        { ...parts, kind: "tap", packetType: "outgoing" },
        { ...parts, kind: "host", packetType: "broadcast" },
        { ...parts, kind: "device", packetType: "host" },
        { ...parts, kind: "sent", result: 105 },
      ]),
    );
    const common = { ...parts, data: Buffer.from("abc"), result: 0 };
    expect(records).toEqual([
      { ...common, kind: "tap", packetType: "outgoing" },
      { ...common, kind: "host", packetType: "broadcast" },
      { ...common, kind: "device", packetType: "host" },
      { ...common, kind: "sent", packetType: "host", result: 105 },
    ]);
  });

  test("puts records in the order of time, those of one time in the order they were made", () => {
    const made = [5n, 1n, 5n, 3n, 1n].map((time, index) => ({ kind: "tap", time, interface: index }) as const);
    expect(parseRecording(encodeRecording(made)).records.map((one) => one.interface)).toEqual([1, 4, 3, 0, 2]);
  });

  test("keeps texts and the rings' counters, and leaves out interfaces that are not the plan's", () => {
    const bytes = Buffer.concat([
      encodeRecord({ kind: "text", interface: NO_INTERFACE, data: "relay-off" }),
      encodeRecord({ kind: "tap", interface: NO_INTERFACE, data: "somebody's" }),
      encodeRecord({ kind: "text", interface: NO_INTERFACE, data: "counters" }),
      encodeEnd([45_000, 3], [900, 0]),
    ]);
    expect(parseRecording(bytes)).toEqual({
      records: [],
      sent: [],
      texts: ["relay-off", "counters"],
      rings: { tap: [45_000, 3], host: [900, 0] },
    });
  });

  test("stops at the end record", () => {
    const more = encodeRecord({ kind: "tap" });
    expect(parseRecording(Buffer.concat([encodeRecording([{ kind: "tap" }]), more])).records).toHaveLength(1);
  });

  test("that breaks off anywhere is no recording", () => {
    const whole = encodeRecording([{ kind: "tap", data: "abc" }, { kind: "sent" }]);
    for (let length = 0; length < whole.length; length++) {
      const parse = () => parseRecording(whole.subarray(0, length));
      expect(parse, `${length} bytes`).toThrow(EnvironmentError);
      expect(parse).toThrow(`breaks off after ${length} bytes`);
    }
    expect(() => parseRecording(whole)).not.toThrow();
  });

  test("with a length that cannot be is none either, and is not read for ever", () => {
    const broken = encodeRecord({ kind: "tap" });
    broken.writeUInt32LE(0, 0);
    expect(() => parseRecording(Buffer.concat([broken, encodeEnd()]))).toThrow("breaks off");
  });
});

describe("parseTalkRecording", () => {
  test("keeps everything in the order it was made, words of conversations among frames and marks", () => {
    const made = [
      { kind: "text", interface: NO_INTERFACE, data: "first try" },
      { kind: "talk", time: 3n, interface: 4, data: "7 1 sent 101", result: 101 },
      { kind: "tap", time: 1n, interface: 4, data: "abc" },
      { kind: "talk", time: 2n, interface: NO_INTERFACE, data: "8 1 heard" },
    ] as const;
    const bytes = Buffer.concat([...made.map(encodeRecord), encodeEnd([900, 3])]);
    const { stream, drops } = parseTalkRecording(bytes);
    expect(stream.map(({ kind }) => kind)).toEqual(["text", "talk", "tap", "talk", "end"]);
    expect(stream[1]).toMatchObject({ interface: 4, time: 3n, result: 101, data: Buffer.from("7 1 sent 101") });
    expect(drops).toBe(3);
  });

  test("what was said in conversations is no frame", () => {
    const bytes = encodeRecording([{ kind: "talk", data: "7 1 sent" }, { kind: "tap" }]);
    expect(parseRecording(bytes).records.map(({ kind }) => kind)).toEqual(["tap"]);
  });

  test("that breaks off is none", () => {
    expect(() => parseTalkRecording(encodeRecord({ kind: "talk", data: "7 1 sent" }))).toThrow("breaks off");
  });
});
