/** The sentence a run ends with counts everything and hides nothing. */
import { expect, test } from "vitest";
import {
  extrapolatedKernels,
  leakText,
  problems,
  summaryText,
  timesText,
  verdictCounts,
} from "../../reports/summary.ts";
import { makeResults, NEW, OLD, SAMPLE, sampleCheck, sampleKernel } from "./sample.ts";

test("every cell and check is counted once", () => {
  const sum = Object.values(verdictCounts(SAMPLE)).reduce((a, b) => a + b);
  expect(sum).toBe(SAMPLE.cells.length + SAMPLE.checks.length);
});

test("all as expected", () => {
  const results = makeResults({ kernels: [sampleKernel(OLD, "6.12.48")], checks: [sampleCheck(OLD, "a")] });
  expect(summaryText(results)).toBe(
    "0 cells and 1 check on 1 kernel: 1 as expected, 0 refused as predicted. All is as expected.",
  );
});

test("a sick kernel, a mismatch and a doubt each keep a run from being fine", () => {
  expect(problems(SAMPLE)).toEqual(["3 mismatches", "3 inconclusive", `${NEW} warned`, "file:broken boot-failed"]);
});

test("a running kernel has no boot time", () => {
  expect(timesText(sampleKernel("host", "6.1.1", { accelerator: "none" }))).toBe("total 3.5 s");
});

test("kernels newer than the reviewed drivers are known by their cells and checks", () => {
  expect([...extrapolatedKernels(SAMPLE)]).toEqual([NEW]);
});

test("leaks are summed up; none is no word", () => {
  expect(leakText(SAMPLE)).toMatch(/^Multicast nobody joined: \d+ of \d+ groups/);
  expect(leakText(makeResults())).toBeUndefined();
});
