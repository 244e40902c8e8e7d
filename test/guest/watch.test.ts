import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EnvironmentError, KernelError } from "../../lab/base/errors.ts";
import { type WatchOptions, watch } from "../../lab/guest/watch.ts";
import type { Finding } from "../../lab/model/results.ts";

const LOCKUP: Finding = { kind: "soft-lockup", title: "BUG: soft lockup in macvlan_start_xmit", log: "its stack" };
const WARNING: Finding = { kind: "warning", title: "WARNING in macvlan_open", log: "" };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A guest that falls silent at once, or never; what its kernel says is told from `at` on. */
function watched(silent: boolean, said: readonly Finding[] = [], at = 0, options: WatchOptions = {}, starved = false) {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const told: string[] = [];
  const seen = { lost: undefined as unknown, lostAfter: 0, interruptedAfter: 0 };
  const place = {
    silence: () => (silent ? elapsed() : 0),
    findings: () => (elapsed() >= at ? said : []),
    starved: () => (starved ? "the guest was starved: 2.0 s of CPU in 10.0 s of time" : undefined),
    interrupt: () => {
      seen.interruptedAfter = elapsed();
    },
  };
  const watching = watch(place, { onFinding: ({ title }) => told.push(title), ...options });
  watching.lost.catch((error) => {
    seen.lost = error;
    seen.lostAfter = elapsed();
  });
  return { seen, told, watching };
}

test("a guest that says nothing is told of within 10 s, asked where it is, and given up within 30 s", async () => {
  const { seen, told } = watched(true);
  await vi.advanceTimersByTimeAsync(9_900);
  expect(told).toContain("nothing heard of the guest for 5 s");
  expect(seen.lost).toBeUndefined();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(seen.lost).toBeInstanceOf(KernelError);
  expect(seen.interruptedAfter).toBeGreaterThan(10_000);
  expect(seen.lostAfter).toBeGreaterThan(seen.interruptedAfter);
});

test("once its kernel has said what hangs there is nothing to wait for", async () => {
  const { seen } = watched(true, [LOCKUP], 11_000);
  await vi.advanceTimersByTimeAsync(12_000);
  expect(seen.lost).toMatchObject({ message: LOCKUP.title, detail: "its stack" });
  expect(seen.interruptedAfter).toBe(0);
});

test("where it is known what hangs, silence is enough", async () => {
  const { seen } = watched(true, [], 0, { known: true });
  await vi.advanceTimersByTimeAsync(6_000);
  expect(seen.lost).toBeInstanceOf(KernelError);
  expect(seen.interruptedAfter).toBe(0);
});

test("one that reported a hang but answers is given a while, or all the time there is", async () => {
  const [hasty, patient] = [watched(false, [LOCKUP]), watched(false, [LOCKUP], 0, { patient: true })];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(hasty.seen.lost).toMatchObject({ message: LOCKUP.title });
  expect(patient.seen.lost).toBeUndefined();
});

test("one that was not let run is no kernel's fault; a patient one who watches goes on", async () => {
  const [hasty, patient] = [watched(true, [], 0, {}, true), watched(false, [], 0, { patient: true }, true)];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(hasty.seen.lost).toBeInstanceOf(EnvironmentError);
  expect(hasty.seen.lost).toMatchObject({ message: "the guest was starved: 2.0 s of CPU in 10.0 s of time" });
  expect(patient.seen.lost).toBeUndefined();
});

test("a warning is told of and costs nothing; who stops watching hears no more", async () => {
  const { seen, told, watching } = watched(false, [WARNING]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([seen.lost, new Set(told)]).toEqual([undefined, new Set([WARNING.title])]);
  watching[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});

test("the lab's own standing still is nobody's silence", async () => {
  const { seen, told } = watched(false);
  const silent = watched(true);
  await vi.advanceTimersByTimeAsync(1_000);
  const [now, still] = [performance.now(), vi.spyOn(performance, "now")];
  still.mockReturnValue(now + 20_000); // one look, after all that time
  await vi.advanceTimersByTimeAsync(200);
  expect([told, silent.told, silent.seen.interruptedAfter]).toEqual([[], [], 0]);
  still.mockRestore();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([seen.lost, silent.seen.lost]).toEqual([undefined, expect.any(KernelError)]);
});
