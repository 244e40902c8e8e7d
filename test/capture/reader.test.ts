import { describe, expect, test } from "vitest";
import { EnvironmentError, LabError } from "../../lab/base/errors.ts";
import { readCapture } from "../../lab/capture/reader.ts";
import { Bytes, pcapFile } from "./capture-bytes.ts";
import { collect, pieces, plain } from "./collect.ts";
import { seeded } from "./random.ts";

const data = (byte: number) => Buffer.alloc(17, byte);

function smallPcapng(big: boolean): Buffer {
  const file = new Bytes(big).section().interface("h1").interface("h2");
  file.enhanced(0, 1n, data(1)).block(0x7777, new Bytes(big).u32(1)).enhanced(1, 2n, data(2));
  return file.section().interface("h3").enhanced(0, 3n, data(3), new Bytes(big).option(1, "last")).done();
}

const FILES: [string, Buffer][] = [
  ["pcapng, little-endian", smallPcapng(false)],
  ["pcapng, big-endian", smallPcapng(true)],
  [
    "pcap, microseconds",
    pcapFile(
      0xa1b2c3d4,
      false,
      [1, 2, 3].map((n) => ({ seconds: n, fraction: n, data: data(n) })),
    ),
  ],
  [
    "pcap, nanoseconds",
    pcapFile(
      0xa1b23c4d,
      true,
      [1, 2, 3].map((n) => ({ seconds: n, fraction: n, data: data(n) })),
    ),
  ],
];

describe.each(FILES)("%s", (_name, file) => {
  test("reads the same however it is cut into pieces", async () => {
    const whole = await collect([file]);
    expect(whole.error).toBeUndefined();
    expect(whole.frames).toHaveLength(3);
    const expected = plain(whole.frames);
    for (let at = 0; at <= file.length; at++) {
      const { frames, error } = await collect([file.subarray(0, at), file.subarray(at)]);
      expect(error).toBeUndefined();
      expect(plain(frames)).toEqual(expected);
    }
    for (const size of [1, 2, 3, 5, 7, 16, 33])
      expect(plain((await collect(pieces(file, size))).frames)).toEqual(expected);
  });

  test("cut off anywhere, gives the frames before and one error", async () => {
    const whole = plain((await collect([file])).frames);
    let clean = 0;
    for (let length = 0; length < file.length; length++) {
      const { frames, error } = await collect([file.subarray(0, length)]);
      expect(plain(frames)).toEqual(whole.slice(0, frames.length));
      if (error === undefined) clean++;
      else expect((error as Error).message).toMatch(/^"x\.pcapng" is cut off: it ends at byte \d+, inside the /);
    }
    // Between two records nothing is missing: behind 8 of the 9 pcapng blocks, or pcap's header and 2 of 3 records.
    expect(clean).toBe(file.readUInt32BE(0) === 0x0a0d0d0a ? 8 : 3);
  });

  test("flipped bits give frames or a LabError, never more", async () => {
    const random = seeded(file.length);
    for (let round = 0; round < 1500; round++) {
      const broken = Buffer.from(file);
      for (let flips = 1 + random(3); flips > 0; flips--) {
        const at = random(broken.length);
        broken[at] = (broken[at] as number) ^ (1 << random(8));
      }
      const { frames, error } = await collect(pieces(broken.subarray(0, broken.length - random(2) * random(40)), 64));
      expect(frames.length).toBeLessThanOrEqual(3);
      if (error !== undefined) expect(error).toBeInstanceOf(LabError);
    }
  });
});

describe("what is no capture", () => {
  test.each([
    ["68656c6c6f", "found 0x68656c6c", undefined],
    ["1f8b0800", "found 0x1f8b0800, a gzip file", "gunzip"],
    ["28b52ffd", "a zstd file", "unzstd"],
    ["04224d18", "an lz4 file", "unlz4"],
    ["34cdb2a1", "a modified pcap file", "editcap -F pcapng"],
  ])("%s is refused by its first bytes", async (hex, message, mend) => {
    const { error } = await collect(pieces(Buffer.from(hex, "hex"), 1));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect((error as EnvironmentError).message).toContain(message);
    expect((error as EnvironmentError).message).toContain('"x.pcapng" is not a capture');
    if (mend === undefined) expect((error as EnvironmentError).mend).toBeUndefined();
    else expect((error as EnvironmentError).mend).toContain(mend);
  });

  test("an empty file is cut off at its beginning", async () => {
    const { error } = await collect([]);
    expect((error as Error).message).toContain("inside the file header at byte 0: expected 4 bytes, found 0");
  });
});

test.each([
  [6, "block header at byte 0: expected 8 bytes, found 6"],
  [10, "block header at byte 0: expected 12 bytes, found 10"],
  [20, "section header block at byte 0: expected 28 bytes, found 20"],
])("pcapng of %i bytes says what is missing", async (length, message) => {
  const { error } = await collect([smallPcapng(true).subarray(0, length)]);
  expect((error as Error).message).toContain(message);
});

test("frames come while the source is still open, and leaving early closes it", async () => {
  let closed = false;
  async function* source() {
    try {
      yield smallPcapng(false).subarray(0, -1);
      throw new Error("read on");
    } finally {
      closed = true;
    }
  }
  const numbers: number[] = [];
  for await (const frame of readCapture(source())) {
    numbers.push(frame.number);
    if (numbers.length === 2) break;
  }
  expect(numbers).toEqual([1, 2]);
  expect(closed).toBe(true);
});

test("an error of the source passes through", async () => {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield smallPcapng(false);
    throw new Error("the guest is gone");
  }
  const { frames, error } = await collect(source());
  expect(frames).toHaveLength(3);
  expect(error).toEqual(new Error("the guest is gone"));
});

test("what was read is let go: 256 MiB pass through little memory", async () => {
  const block = new Bytes().enhanced(0, 0n, Buffer.alloc(65_536)).done();
  async function* source() {
    yield new Bytes().section().interface("h1").done();
    for (let count = 0; count < 4096; count++) yield Buffer.from(block);
  }
  let most = 0;
  let frames = 0;
  const before = process.memoryUsage().arrayBuffers;
  for await (const frame of readCapture(source())) {
    frames += frame.data.length === 65_536 ? 1 : 0;
    if (frames % 64 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  expect(frames).toBe(4096);
  expect(most).toBeLessThan(128 * 1024 * 1024);
});

test("a large block in tiny pieces takes linear time and is one frame", async () => {
  const file = new Bytes().section().interface("h1").enhanced(0, 0n, Buffer.alloc(200_000, 5)).done();
  const { frames, error } = await collect(pieces(file, 1));
  expect(error).toBeUndefined();
  expect(frames.map((frame) => frame.data.length)).toEqual([200_000]);
});
