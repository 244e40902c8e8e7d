import { describe, expect, test } from "vitest";
import { PcapngWriter } from "../../lab/capture/pcapng-writer.ts";
import { collect } from "./collect.ts";

function written(work: (writer: PcapngWriter) => void, section = {}): Buffer {
  const pieces: Buffer[] = [];
  work(new PcapngWriter((piece) => pieces.push(piece), section));
  return Buffer.concat(pieces);
}

const hex = (text: string) => text.replaceAll(/\s/g, "");

describe("PcapngWriter", () => {
  test("writes these bytes", () => {
    const file = written(
      (writer) => {
        writer.addInterface({ name: "h1", description: "tap", snapLength: 96 });
        const data = Buffer.from("0102030405", "hex");
        // 1 700 000 000.123456789 s = 0x17979cfe_3d85cd15 ns
        writer.write({
          ...{ interface: 0, seconds: 1_700_000_000, nanoseconds: 123_456_789, data, originalLength: 60 },
          ...{ direction: "out", reception: "broadcast", comments: ["hi"] },
        });
        writer.write({ interface: 0, seconds: 0, nanoseconds: 1, data, direction: "in" });
        writer.end([{ interface: 0, received: 2, dropped: 258 }]);
      },
      { hardware: "x86", os: "Linux", application: "lab" },
    );
    expect(file.toString("hex")).toBe(
      hex(`
        0a0d0d0a 3c000000 4d3c2b1a 0100 0000 ffffffffffffffff
          0200 0300 78383600  0300 0500 4c696e7578000000  0400 0300 6c616200  0000 0000 3c000000
        01000000 30000000 0100 0000 60000000
          0900 0100 09000000  0200 0200 68310000  0300 0300 74617000  0000 0000 30000000
        06000000 3c000000 00000000 fe9c9717 15cd853d 05000000 3c000000 0102030405 000000
          0200 0400 0e000000  0100 0200 68690000  0000 0000 3c000000
        06000000 34000000 00000000 00000000 01000000 05000000 05000000 0102030405 000000
          0200 0400 01000000  0000 0000 34000000
        05000000 34000000 00000000 00000000 01000000
          0400 0800 0200000000000000  0500 0800 0201000000000000  0000 0000 34000000`),
    );
  });

  test("leaves out options nobody asked for", () => {
    expect(written((writer) => writer.end()).toString("hex")).toBe(
      hex("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"),
    );
  });

  test("hands over whole blocks only, also around frames as large as a piece", async () => {
    const pieces: Buffer[] = [];
    const writer = new PcapngWriter((piece) => pieces.push(piece));
    writer.addInterface({ name: "h1" });
    const lengths = [14, 262_144, 60, 200_000, 100_000, 0, 262_144];
    for (const length of lengths)
      writer.write({ interface: 0, seconds: 1, nanoseconds: 0, data: Buffer.alloc(length, 7) });
    writer.flush();
    writer.flush();
    writer.write({ interface: 0, seconds: 1, nanoseconds: 0, data: Buffer.alloc(3) });
    writer.end();
    expect(pieces.length).toBeGreaterThan(4);
    for (let count = 1; count <= pieces.length; count++) {
      const { frames, error } = await collect(pieces.slice(0, count));
      expect(error).toBeUndefined();
      expect(frames.map((frame) => frame.data.length)).toEqual([...lengths, 3].slice(0, frames.length));
      if (count === pieces.length) expect(frames).toHaveLength(lengths.length + 1);
    }
  });

  test("refuses what no reader could read", () => {
    const writer = new PcapngWriter(() => {});
    const frame = { interface: 0, seconds: 0, nanoseconds: 0, data: new Uint8Array(4) };
    expect(() => writer.write(frame)).toThrow("interface 0 was never added; there are 0");
    writer.addInterface({ name: "h1" });
    expect(() => writer.write({ ...frame, data: new Uint8Array(262_145) })).toThrow(RangeError);
    expect(() => writer.write({ ...frame, comments: ["ü".repeat(32_768)] })).toThrow(
      "a text of 65536 bytes is over 65535",
    );
    expect(() => writer.end([{ interface: 1, received: 0, dropped: 0 }])).toThrow(RangeError);
  });
});
