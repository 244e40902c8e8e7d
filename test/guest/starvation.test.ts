import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type ProcessorTimes, processorTimes, readThreads, type Threads } from "../../lab/guest/processor-time.ts";
import { starvation } from "../../lab/guest/starvation.ts";
import type { Finding } from "../../lab/model/results.ts";

const LOCKUP: Finding = { kind: "soft-lockup", title: "BUG: soft lockup in macvlan_start_xmit", log: "its stack" };
const HUNG: Finding = { kind: "hung-task", title: "INFO: task hung in rtnl_lock", log: "" };
const WARNING: Finding = { kind: "warning", title: "WARNING in macvlan_open", log: "" };

let times: ProcessorTimes;
/** What part of the time its busiest thread runs, and what part it waits, from now on. */
let share = { runs: 0, waits: 0 };
let heard = 0;

beforeEach(() => {
  vi.useFakeTimers();
  const counted = { ran: 0, waited: 0, at: performance.now() };
  times = processorTimes((): Threads => {
    const passed = performance.now() - counted.at;
    counted.ran += passed * share.runs;
    counted.waited += passed * share.waits;
    counted.at = performance.now();
    return new Map([
      ["1", [counted.ran, counted.waited]],
      ["2", [0, 0]],
    ]);
  });
  heard = performance.now();
});
afterEach(() => {
  times[Symbol.dispose]();
  vi.useRealTimers();
});

const lives = async (seconds: number, runs: number, waits: number) => {
  share = { runs, waits };
  await vi.advanceTimersByTimeAsync(seconds * 1000);
};
const guest = () => starvation(times, () => heard);

describe("a watchdog's report", () => {
  test("of a guest that ran all the time is the kernel's", async () => {
    const { isCredible, starved } = guest();
    await lives(10, 0.9, 0.1);
    expect([isCredible(LOCKUP), starved()]).toEqual([true, undefined]);
  });

  test("of a guest that slept of its own will is the kernel's: a task waits for what never comes", async () => {
    const { isCredible, starved } = guest();
    await lives(10, 0.02, 0.05);
    expect([isCredible(HUNG), starved()]).toEqual([true, undefined]);
  });

  test.each([LOCKUP, HUNG])(
    "of a guest that was not let run, and is heard of again, is not: $kind",
    async (finding) => {
      const { isCredible, starved } = guest();
      await lives(10, 0.2, 0.8);
      expect(isCredible(finding)).toBe(false);
      await lives(3, 1, 0);
      heard = performance.now();
      expect(isCredible(finding)).toBe(false);
      expect(starved()).toBe("the guest was starved: 2.0 s of CPU in 10.0 s of time");
    },
  );

  test("of a guest that was not let run, and goes on hanging as it is, is the kernel's after all", async () => {
    const { isCredible, starved } = guest();
    await lives(10, 0.4, 0.6);
    expect(isCredible(LOCKUP)).toBe(false);
    await lives(9, 0.4, 0.6);
    expect([isCredible(LOCKUP), starved()]).toEqual([false, undefined]);
    await lives(2, 0.4, 0.6);
    expect([isCredible(LOCKUP), starved()]).toEqual([true, undefined]);
  });

  test("is waited for no longer than a minute", async () => {
    const { isCredible, starved } = guest();
    await lives(10, 0.01, 0.99);
    isCredible(LOCKUP);
    await lives(61, 0.01, 0.99);
    expect(isCredible(LOCKUP)).toBe(false);
    expect(starved()).toContain("the guest was starved");
  });

  test("that is no matter of time is the kernel's in any case", async () => {
    await lives(10, 0.01, 0.99);
    expect(guest().isCredible(WARNING)).toBe(true);
  });
});

describe("silence", () => {
  test("counts in full while the guest gets half of the time or needs none", async () => {
    const { silence } = guest();
    await lives(6, 0.5, 0.5);
    expect(silence()).toBe(6_000);
    heard = performance.now();
    await lives(6, 0, 0);
    expect(silence()).toBe(6_000);
  });

  test("counts as far as the guest could run, and ends after a minute all the same", async () => {
    const { silence, starved } = guest();
    await lives(20, 0.1, 0.9);
    expect(silence()).toBeCloseTo(4_000, 0);
    expect(starved()).toBeUndefined();
    await lives(41, 0.1, 0.9);
    expect(starved()).toBe("the guest was starved: 6.1 s of CPU in 61.0 s of time");
  });
});

test("a machine that does not tell has every report believed", async () => {
  const untold = processorTimes(() => undefined);
  await vi.advanceTimersByTimeAsync(10_000);
  const { isCredible, silence } = starvation(untold, () => heard);
  expect([isCredible(LOCKUP), silence()]).toEqual([true, 10_000]);
  untold[Symbol.dispose]();
});

test("this very process ran, by the scheduler's count; one that is gone tells nothing", () => {
  const [[ran] = [0]] = [...(readThreads(process.pid)?.values() ?? [])];
  expect(ran).toBeGreaterThan(0);
  expect(readThreads(2 ** 22 + 1)).toBeUndefined();
});
