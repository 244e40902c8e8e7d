/** Measurements in reports: figures with their spread, each ratio once, nothing that looks like a verdict. */
import { expect, test } from "vitest";
import type { Measurement } from "../../lab/model/results.ts";
import { exitCode } from "../../lab/verdict/exit-code.ts";
import { type Answer, type FoldedCheck, refusedTogether } from "../../reports/checks.ts";
import { kernelNames } from "../../reports/kernel-names.ts";
import { renderMarkdown } from "../../reports/markdown.ts";
import { measuredKernels } from "../../reports/measurements.ts";
import { summaryText } from "../../reports/summary.ts";
import { renderTerminal } from "../../reports/terminal.ts";
import { makeResults, OLD, sampleKernel } from "./sample.ts";

const common = { scenario: "throughput", kernel: OLD, claim: "M8", text: "one TCP stream", unit: "Mbit/s" };
const fast: Measurement = {
  ...common,
  id: "throughput-bridge",
  samples: [1509.4, 3000],
  median: 2255,
  spread: [1509, 3000],
  ratios: [{ to: "throughput-vepa", median: 0.9205, spread: [0.7331, 1.351] }],
};
const slow: Measurement = {
  ...common,
  id: "throughput-vepa",
  samples: [45.5],
  median: 45.5,
  spread: [45.5, 45.5],
  ratios: [{ to: "throughput-bridge", median: 1.086, spread: [0.7401, 1.364] }],
  reason: "iperf3: no route",
};
const none: Measurement = {
  ...common,
  id: "throughput-veth",
  samples: [],
  ratios: [],
  reason: "lost to the kernel: BUG",
};
const RESULTS = { ...makeResults({ kernels: [sampleKernel(OLD, "6.12.48")] }), measurements: [fast, slow, none] };

test("each pair's ratio is told once, and what is missing says why", () => {
  const [{ kernel, rows } = { kernel: "", rows: [] }] = measuredKernels(RESULTS, kernelNames(RESULTS));
  expect(kernel).toBe("6.12.48");
  expect(rows.map(({ id, figure, ratios }) => [id, figure, ratios])).toEqual([
    ["throughput-bridge", "2255 Mbit/s (1509 to 3000)", ["0.92 of throughput-vepa (0.73 to 1.35)"]],
    ["throughput-vepa", "45.5 Mbit/s (45.5 to 45.5); samples are missing: iperf3: no route", []],
    ["throughput-veth", "not measured: lost to the kernel: BUG", []],
  ]);
});

test("terminal and Markdown have them; no verdict and no exit code is made of them", () => {
  const text = renderTerminal(RESULTS, { columns: 80, colour: false });
  expect(text).toContain("MEASURED\n");
  expect(text).toContain("    throughput-bridge  2255 Mbit/s (1509 to 3000)\n        0.92 of throughput-vepa");
  expect(renderMarkdown(RESULTS)).toContain("| `throughput-bridge` | one TCP stream | 2255 Mbit/s (1509 to 3000) |");
  expect(summaryText(RESULTS)).toBe(
    "0 cells and 0 checks, 3 measured without judgement, on 1 kernel: 0 as expected, 0 refused as predicted. All is as expected.",
  );
  expect(exitCode(RESULTS)).toBe(0);
});

test("checks that are refused for one reason are told of together, where they are many", () => {
  const refused: Answer = {
    verdict: "unsupported",
    expected: "x",
    observed: "none",
    reason: "no module",
    kernels: [OLD],
  };
  const checks = (count: number, one: Answer): FoldedCheck[] =>
    Array.from({ length: count }, (_, n) => ({
      ...{ scenario: "wireless", id: `c${n}`, claim: undefined, text: "x" },
      answers: [one],
    }));
  expect(refusedTogether(checks(7, refused))).toMatchObject({ together: [{ count: 7 }], others: [] });
  expect(refusedTogether(checks(3, refused)).others).toHaveLength(3);
  expect(refusedTogether(checks(7, { ...refused, verdict: "mismatch" })).together).toEqual([]);
});
