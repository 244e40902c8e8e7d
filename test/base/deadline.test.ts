import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DeadlineError, within } from "../../lab/base/deadline.ts";
import { EnvironmentError } from "../../lab/base/errors.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new Promise<never>(() => {});

describe("within", () => {
  test("resolves and fails as the work does, and leaves no timer", async () => {
    await expect(within(1000, "work", Promise.resolve(7))).resolves.toBe(7);
    await expect(within(1000, "work", Promise.reject(new Error("its own")))).rejects.toThrow("its own");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("fails once the time is over, not before, saying what and how long", async () => {
    let failure: unknown;
    const waiting = within(250, "the fences", never).catch((error: unknown) => {
      failure = error;
    });
    await vi.advanceTimersByTimeAsync(249);
    expect(failure).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
    expect(failure).toBeInstanceOf(DeadlineError);
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect(failure).toMatchObject({ message: '"the fences" was not done after 250 ms' });
  });

  test("asks for details only when it fails, and then for the newest", async () => {
    let said = "nothing yet";
    const parts = vi.fn(() => ({ detail: said, mend: "wait longer" }));
    await within(10, "x", Promise.resolve(), parts);
    expect(parts).not.toHaveBeenCalled();
    const failure = within(10, "x", never, parts);
    const seen = expect(failure).rejects.toMatchObject({ detail: "the last words", mend: "wait longer" });
    said = "the last words";
    await vi.advanceTimersByTimeAsync(10);
    await seen;
  });
});

test("a process that stood still as time ran out waits once more as long, and hears what came", async () => {
  const waiting = within(1_000, "work", new Promise((resolve) => setTimeout(resolve, 3_500, "done")));
  const begun = performance.now();
  const still = vi.spyOn(performance, "now").mockReturnValue(begun + 4_000);
  await vi.advanceTimersByTimeAsync(1_000);
  still.mockRestore();
  await vi.advanceTimersByTimeAsync(2_500);
  await expect(waiting).resolves.toBe("done");
});
