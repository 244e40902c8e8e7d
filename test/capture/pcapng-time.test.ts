import { describe, expect, test } from "vitest";
import { splitNanoseconds, timeReader } from "../../lab/capture/pcapng-time.ts";
import { seeded } from "./random.ts";

const NANOSECONDS = 1_000_000_000n;

function exact(resolution: number, units: bigint): [number, number] {
  const unitsPerSecond = (resolution < 128 ? 10n : 2n) ** BigInt(resolution & 127);
  return [Number(units / unitsPerSecond), Number(((units % unitsPerSecond) * NANOSECONDS) / unitsPerSecond)];
}

describe("timeReader", () => {
  test.each([0, 1, 3, 6, 8, 9, 10, 12, 19, 127, 128, 138, 148, 160, 191, 255])("is exact for if_tsresol %i", (byte) => {
    const random = seeded(byte);
    const read = timeReader(byte);
    for (let round = 0; round < 300; round++) {
      const [high, low] = [random(2 ** 32), random(2 ** 32)];
      expect(read(high, low)).toEqual(exact(byte, (BigInt(high) << 32n) | BigInt(low)));
    }
    expect(read(0xffffffff, 0xffffffff)).toEqual(exact(byte, 2n ** 64n - 1n));
  });

  test("defaults to microseconds and adds the offset", () => {
    expect(timeReader()(0, 1_500_000)).toEqual([1, 500_000_000]);
    expect(timeReader(6, -3600)(0, 7_200_000_000 % 2 ** 32)[0]).toBe(
      Math.floor((7_200_000_000 % 2 ** 32) / 1e6) - 3600,
    );
    expect(timeReader(0x80 | 10, 100)(0, 512)).toEqual([100, 500_000_000]);
  });
});

test("splitNanoseconds is exact", () => {
  const random = seeded(1);
  for (let round = 0; round < 1000; round++) {
    const [seconds, nanoseconds] = [random(2 ** 32), random(1e9)];
    const [high, low] = splitNanoseconds(seconds, nanoseconds);
    expect((BigInt(high) << 32n) | BigInt(low)).toBe(BigInt(seconds) * NANOSECONDS + BigInt(nanoseconds));
  }
});
