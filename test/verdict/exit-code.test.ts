import { describe, expect, test } from "vitest";
import type { KernelResult, Results } from "../../lab/model/results.ts";
import type { Verdict } from "../../lab/model/vocabulary.ts";
import { exitCode } from "../../lab/verdict/exit-code.ts";

type Status = KernelResult["health"]["status"];

function results(kernels: readonly Status[], cells: readonly Verdict[], checks: readonly Verdict[]): Results {
  return {
    kernels: kernels.map((status) => ({ health: { status, findings: [] } })),
    cells: cells.map((verdict) => ({ verdict })),
    checks: checks.map((verdict) => ({ verdict })),
  } as unknown as Results;
}

const GOOD: readonly Verdict[] = ["match", "unsupported", "match"];
const FLAGS = [false, true];
const COMBINATIONS = FLAGS.flatMap((broken) =>
  FLAGS.flatMap((mismatch) => FLAGS.map((inconclusive) => ({ broken, mismatch, inconclusive }))),
);

describe("exitCode", () => {
  test.each(COMBINATIONS)("broken kernel $broken, mismatch $mismatch, inconclusive $inconclusive", (one) => {
    const { broken, mismatch, inconclusive } = one;
    const expected = broken ? 4 : mismatch ? 1 : inconclusive ? 3 : 0;
    const bad = [...(inconclusive ? ["inconclusive" as const] : []), ...(mismatch ? ["mismatch" as const] : [])];
    const kernels: Status[] = ["ok", broken ? "panic" : "ok", "ok"];
    expect(exitCode(results(kernels, [...GOOD, ...bad], GOOD)), "in cells").toBe(expected);
    expect(exitCode(results(kernels, GOOD, [...bad, ...GOOD])), "in checks").toBe(expected);
    expect(exitCode(results(kernels, bad.slice(0, 1), bad.slice(1))), "in both").toBe(expected);
  });

  test.each(["warned", "oops", "panic", "hang", "leak", "boot-failed"] as const)(
    "a kernel that is %s is 4",
    (status) => {
      expect(exitCode(results([status], GOOD, GOOD))).toBe(4);
    },
  );

  test("an extrapolated expectation counts like any other: met it is 0, missed it is 1", () => {
    const extrapolated = (verdict: Verdict) => {
      const { kernels, cells, checks } = results(["ok"], [verdict], []);
      return exitCode({
        kernels,
        cells: cells.map((cell) => ({ ...cell, expected: { extrapolated: true } })),
        checks,
      } as Results);
    };
    expect([extrapolated("match"), extrapolated("mismatch")]).toEqual([0, 1]);
    const check = { verdict: "mismatch", extrapolated: true };
    expect(exitCode({ kernels: [], cells: [], checks: [check] } as unknown as Results)).toBe(1);
  });

  test("nothing wrong is 0, whatever there is of it", () => {
    expect(exitCode(results(["ok"], GOOD, []))).toBe(0);
    expect(exitCode(results([], [], []))).toBe(0);
  });
});
