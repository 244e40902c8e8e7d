import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Seconds } from "../../lab/runner/stopwatch.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Seconds", () => {
  test("adds up phases, rounded to milliseconds, and tells the total since it was made", () => {
    const seconds = new Seconds();
    seconds.add("boot", 1.23456);
    seconds.add("traffic", 0.1);
    seconds.add("traffic", 0.2);
    vi.advanceTimersByTime(2500);
    expect(seconds.report()).toEqual({ boot: 1.235, topology: 0, traffic: 0.3, decode: 0, total: 2.5 });
  });

  test("times work, whether it succeeds or fails, and passes on its result", () => {
    const seconds = new Seconds();
    const work = () => {
      vi.advanceTimersByTime(40);
      return "done";
    };
    expect(seconds.timed("decode", work)).toBe("done");
    const broken = () => {
      work();
      throw new Error("broken");
    };
    expect(() => seconds.timed("decode", broken)).toThrow("broken");
    expect(seconds.report().decode).toBe(0.08);
  });
});
