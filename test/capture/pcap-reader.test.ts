import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { type PcapRecord, pcapFile } from "./capture-bytes.ts";
import { collect, plain } from "./collect.ts";

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
const record = (fraction: number, length = 20): PcapRecord => ({
  ...{ seconds: 1_700_000_000, fraction, originalLength: length + 5 },
  data: Buffer.alloc(length, fraction),
});

describe.each([
  ["microseconds, little-endian", MICROSECONDS, false, 123_456_000],
  ["microseconds, big-endian", MICROSECONDS, true, 123_456_000],
  ["nanoseconds, little-endian", NANOSECONDS, false, 123_456],
  ["nanoseconds, big-endian", NANOSECONDS, true, 123_456],
])("pcap in %s", (_what, magic, big, nanoseconds) => {
  test("reads its frames", async () => {
    const { frames, error } = await collect([pcapFile(magic, big, [record(123_456), record(0, 0)])]);
    expect(error).toBeUndefined();
    const common = { interface: { index: 0, linkType: 1 }, seconds: 1_700_000_000, comments: [] };
    expect(plain(frames)).toEqual([
      { ...common, number: 1, nanoseconds, originalLength: 25, data: "40".repeat(20) },
      { ...common, number: 2, nanoseconds: 0, originalLength: 5, data: "" },
    ]);
  });
});

test("carries a fraction over a second", async () => {
  const { frames } = await collect([pcapFile(MICROSECONDS, false, [record(2_500_000)])]);
  expect(frames).toMatchObject([{ seconds: 1_700_000_002, nanoseconds: 500_000_000 }]);
});

test("names a captured length nobody can mean", async () => {
  const file = pcapFile(MICROSECONDS, false, [record(1), record(2)]);
  file.writeUInt32LE(262_145, 24 + 36 + 8);
  const { frames, error } = await collect([file]);
  expect(frames).toHaveLength(1);
  expect((error as EnvironmentError).message).toBe(
    '"x.pcapng" is damaged: packet record at byte 60: expected a captured length of at most 262144, found 262145',
  );
});

test("names a version it does not know", async () => {
  const file = pcapFile(MICROSECONDS, true, []);
  file.writeUInt16BE(3, 4);
  const { error } = await collect([file]);
  expect(error).toBeInstanceOf(EnvironmentError);
  expect((error as EnvironmentError).message).toContain("file header at byte 0: expected version 2.4, found 3.4");
});

test.each([
  [10, "it ends at byte 10, inside the file header at byte 0: expected 24 bytes, found 10"],
  [24 + 36 + 7, "it ends at byte 67, inside the packet record at byte 60: expected 16 bytes, found 7"],
  [24 + 36 + 20, "it ends at byte 80, inside the packet record at byte 60: expected 36 bytes, found 20"],
])("says where a file of %i bytes was cut off", async (length, message) => {
  const { error } = await collect([pcapFile(NANOSECONDS, false, [record(1), record(2)]).subarray(0, length)]);
  expect((error as EnvironmentError).message).toBe(`"x.pcapng" is cut off: ${message}`);
});
