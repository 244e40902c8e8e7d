import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { Bytes } from "./capture-bytes.ts";
import { collect, plain } from "./collect.ts";

const DATA = Buffer.from("020000000002020000000001" + "88b5" + "cafe", "hex");
const read = (file: Bytes) => collect([file.done()]);

describe.each([false, true])("pcapng, big-endian %s", (big) => {
  const bytes = () => new Bytes(big);

  test("reads an enhanced packet with all its options", async () => {
    const unit = bytes()
      .option(9, Buffer.from([9]))
      .option(3, "tap of h1\0");
    const options = bytes().option(1, "one").option(2, bytes().u32(0b01101).done()).option(1, "zwölf");
    options.option(4, bytes().u64(3n).done()).u16(0, 0);
    const file = bytes().section().interface("h1", unit).enhanced(0, 1_700_000_000_123_456_789n, DATA, options);
    const { frames, error } = await read(file);
    expect(error).toBeUndefined();
    expect(plain(frames)).toEqual([
      {
        ...{ number: 1, seconds: 1_700_000_000, nanoseconds: 123_456_789, originalLength: 16, droppedBefore: 3 },
        interface: { index: 0, linkType: 1, name: "h1", description: "tap of h1" },
        ...{ direction: "in", reception: "broadcast", comments: ["one", "zwölf"], data: DATA.toString("hex") },
      },
    ]);
  });

  test("reads times in powers of two, with an offset", async () => {
    const unit = bytes()
      .option(9, Buffer.from([0x8a]))
      .option(14, bytes().u64(-100n).done());
    const { frames } = await read(
      bytes()
        .section()
        .interface("h1", unit)
        .enhanced(0, 1024n * 500n + 256n, DATA),
    );
    expect(frames).toMatchObject([{ seconds: 400, nanoseconds: 250_000_000 }]);
  });

  test("reads simple and obsolete packets", async () => {
    const file = bytes().section().interface("h1", bytes(), 10).interface("h2");
    file.block(3, bytes().u32(16).raw(DATA.subarray(0, 10)));
    const options = bytes().option(2, bytes().u32(2).done()).option(4, "not a drop count").u16(0, 0).done();
    file.block(2, bytes().u16(1, 5).u32(0, 1_000_001, 16, 70).raw(DATA).raw(options));
    file.block(2, bytes().u16(1, 0xffff).u32(0, 0, 16, 70).raw(DATA));
    const { frames, error } = await read(file);
    expect(error).toBeUndefined();
    expect(frames).toMatchObject([
      { number: 1, seconds: 0, interface: { name: "h1" }, originalLength: 16 },
      { number: 2, seconds: 1, nanoseconds: 1000, interface: { name: "h2" }, direction: "out", droppedBefore: 5 },
      { number: 3, droppedBefore: undefined },
    ]);
    expect(frames.map((frame) => frame.data.length)).toEqual([10, 16, 16]);
  });

  test("passes over blocks that hold no frame, but numbers as Wireshark does", async () => {
    const file = bytes()
      .section()
      .interface("h1")
      .block(4, bytes().u16(0, 0))
      .block(0x7777, bytes().u32(1, 2, 3));
    file.enhanced(0, 0n, DATA).block(0x0bad, bytes().u32(32_473)).block(9, bytes().raw("A=b\n")).enhanced(0, 0n, DATA);
    const { frames, error } = await read(file);
    expect(error).toBeUndefined();
    expect(frames.map((frame) => frame.number)).toEqual([1, 4]);
  });

  test("reports counters, with what is missing left out", async () => {
    const counters = bytes().option(4, bytes().u64(7n).done()).option(5, bytes().u64(2n).done());
    const file = bytes().section().interface("h1").interface("h2");
    file.block(
      5,
      bytes()
        .u32(0, 0, 0)
        .raw(
          counters
            .option(
              7,
              bytes()
                .u64(2n ** 33n)
                .done(),
            )
            .u16(0, 0)
            .done(),
        ),
    );
    file.block(5, bytes().u32(1, 0, 0));
    expect((await read(file)).statistics).toEqual([
      { interface: { index: 0, linkType: 1, name: "h1" }, received: 7, dropped: 2, droppedBySystem: 2 ** 33 },
      { interface: { index: 1, linkType: 1, name: "h2" } },
    ]);
  });
});

test("reads several sections in different byte orders", async () => {
  const first = new Bytes().section().interface("a").enhanced(0, 1n, DATA).done();
  const second = new Bytes(true).section().interface("b").interface("c").enhanced(1, 2n, DATA).done();
  const { frames, error } = await collect([first, second, first]);
  expect(error).toBeUndefined();
  const seen = frames.map((frame) => [frame.number, frame.interface.index, frame.interface.name, frame.nanoseconds]);
  expect(seen).toEqual([
    [1, 0, "a", 1000],
    [2, 2, "c", 2000],
    [3, 3, "a", 1000],
  ]);
});

describe("damage is named, after the frames before it:", () => {
  const good = () => new Bytes().section().interface("h1").enhanced(0, 0n, DATA);
  const at = good().done().length;
  const enhanced = `enhanced packet block at byte ${at}`;
  const raw = (type: number, length: number, trailer: number) =>
    new Bytes().u32(type, length).raw(Buffer.alloc(24)).u32(trailer);
  const flagsOfTwoBytes = new Bytes().option(2, "ab");

  test.each<[string, Bytes, string]>([
    ["lengths that differ", raw(6, 36, 40), `${enhanced}: expected its length 36 again at its end, found 40`],
    [
      "an odd length",
      raw(6, 37, 37),
      `${enhanced}: expected a length from 12 to 16777216 that is a multiple of 4, found 37`,
    ],
    ["a short length", raw(6, 8, 8), "found 8"],
    ["a huge length", raw(6, 0xfffffff0, 0), "found 4294967280"],
    [
      "no room for fields",
      new Bytes().block(6, new Bytes().u32(0)),
      `${enhanced}: expected a body of at least 20 bytes, found 4 bytes`,
    ],
    [
      "an unknown interface",
      new Bytes().enhanced(1, 0n, DATA),
      `${enhanced}: expected an interface below 1, found interface 1`,
    ],
    [
      "more data than block",
      new Bytes().block(6, new Bytes().u32(0, 0, 0, 5, 5, 0)),
      `${enhanced}: expected a captured length of at most 4, found 5`,
    ],
    [
      "an option over the end",
      new Bytes().enhanced(0, 0n, DATA, new Bytes().u16(1, 5).u32(0)),
      `${enhanced}: expected at most 4 bytes in option 1, found 5`,
    ],
    [
      "an option of wrong length",
      new Bytes().enhanced(0, 0n, DATA, flagsOfTwoBytes),
      `${enhanced}: expected 4 bytes in option 2, found 2`,
    ],
    [
      "a new version",
      new Bytes().block(0x0a0d0d0a, new Bytes().u32(0x1a2b3c4d).u16(2, 0).u64(-1n)),
      `section header block at byte ${at}: expected version 1.0, found 2.0`,
    ],
    [
      "no byte order",
      new Bytes().u32(0x0a0d0d0a, 28, 0x12345678),
      "expected the byte-order magic 0x1a2b3c4d, found 0x78563412",
    ],
    [
      "frames before any interface",
      new Bytes().section().enhanced(0, 0n, DATA),
      "expected an interface description before it, found interface 0",
    ],
  ])("%s", async (_what, bad, message) => {
    const { frames, error } = await collect([good().done(), bad.done(), good().done()]);
    expect(frames).toHaveLength(1);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect((error as EnvironmentError).message).toMatch(/^"x\.pcapng" is damaged: /);
    expect((error as EnvironmentError).message).toContain(message);
  });
});
