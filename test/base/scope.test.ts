import { afterEach, describe, expect, test, vi } from "vitest";
import { Scope } from "../../lab/base/scope.ts";

function recorded() {
  const done: string[] = [];
  const reports: string[] = [];
  const scope = new Scope((message) => reports.push(message));
  const defer = (name: string, work: () => unknown = () => {}) =>
    scope.defer(name, () => {
      done.push(name);
      return work();
    });
  return { scope, done, reports, defer };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("Scope", () => {
  test("undoes in reverse order, one after the other", async () => {
    const { scope, done, reports, defer } = recorded();
    defer("first");
    defer("second", async () => {
      await Promise.resolve();
      done.push("second is over");
    });
    defer("third");
    await scope[Symbol.asyncDispose]();
    expect(done).toEqual(["third", "second", "second is over", "first"]);
    expect(reports).toEqual([]);
  });

  test("a failing step is reported by name and stops no other", async () => {
    const { scope, done, reports, defer } = recorded();
    defer("first");
    defer("thrown", () => {
      throw new Error("it broke");
    });
    defer("rejected", () => Promise.reject(new Error("it failed")));
    defer("odd", () => Promise.reject("a text"));
    await scope[Symbol.asyncDispose]();
    expect(done).toEqual(["odd", "rejected", "thrown", "first"]);
    expect(reports).toEqual([
      'cleaning up "odd" failed: a text',
      'cleaning up "rejected" failed: it failed',
      'cleaning up "thrown" failed: it broke',
    ]);
  });

  test("never masks the error that ended the work", async () => {
    const { scope, reports, defer } = recorded();
    defer("broken", () => Promise.reject(new Error("clean-up")));
    const work = async () => {
      await using _scope = scope;
      throw new Error("the work");
    };
    await expect(work()).rejects.toThrow("the work");
    expect(reports).toHaveLength(1);
  });

  test("a step that hangs is given up after ten seconds, and the rest is undone", async () => {
    vi.useFakeTimers();
    const { scope, done, reports, defer } = recorded();
    defer("first");
    defer("hanging", () => new Promise(() => {}));
    const disposing = scope[Symbol.asyncDispose]();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(done).toEqual(["hanging"]);
    await vi.advanceTimersByTimeAsync(1);
    await disposing;
    expect(done).toEqual(["hanging", "first"]);
    expect(reports).toEqual([expect.stringMatching(/^cleaning up "hanging" failed: .*10000 ms/)]);
  });

  test("takes over a resource and hands it back", async () => {
    const { scope, done } = recorded();
    const resource = { name: "it", [Symbol.asyncDispose]: async () => void done.push("gone") };
    expect(scope.use("it", resource)).toBe(resource);
    await scope[Symbol.asyncDispose]();
    expect(done).toEqual(["gone"]);
  });

  test("undoes every step once, however often it is disposed of", async () => {
    const { scope, done, defer } = recorded();
    defer("only");
    await scope[Symbol.asyncDispose]();
    await scope[Symbol.asyncDispose]();
    expect(done).toEqual(["only"]);
  });

  test("undoes what an undo step registers", async () => {
    const { scope, done, defer } = recorded();
    defer("first", () => defer("late"));
    await scope[Symbol.asyncDispose]();
    expect(done).toEqual(["first", "late"]);
  });
});
