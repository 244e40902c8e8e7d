import { expect, test } from "vitest";
import { scenarioFacts } from "../../../lab/runner/scenario-facts.ts";
import { incomparable } from "../../../reports/comparability.ts";
import { spansOf } from "../../../reports/kernel-spans.ts";
import { SCENARIOS } from "../../../scenarios/index.ts";
import { makeResults, OLD, sampleKernel } from "../sample.ts";

const kernels = ["5.10.1", "6.1.1", "6.12.9", "6.12.10", "7.2.1"].map((version) => ({ name: version, version }));
const began = (...values: (string | undefined)[]) =>
  spansOf(kernels, values).map((span) => `${span.value} ${span.began}`);

test("a first kernel is named only where its neighbour was measured, and never across one that could not tell", () => {
  expect(began("a", "a", "a", "a", "a")).toEqual(["a in 5.10.1 or earlier"]);
  expect(began("a", "a", "a", "b", "b")).toEqual(["a in 5.10.1 or earlier", "b since 6.12.10"]);
  expect(began("a", "b", "b", "b", "b")).toEqual(["a in 5.10.1 or earlier", "b between 5.10.1 and 6.1.1"]);
  expect(began("a", "a", undefined, "b", "b")).toEqual(["a in 5.10.1 or earlier", "b between 6.1.1 and 6.12.10"]);
  expect(began(undefined, "a", undefined, "a", "b")).toEqual(["a in 6.1.1 or earlier", "b between 6.12.10 and 7.2.1"]);
  expect(began(undefined, undefined, undefined, undefined, undefined)).toEqual([]);
});

test("what compared runs do not share is named", () => {
  const run = makeResults({ kernels: [sampleKernel(OLD, "6.12.48")] });
  const scenarios = (revision: string) => [{ name: "pairings", revision, topology: "t" }];
  const before = { name: "before", results: { ...run, run: { ...run.run, scenarios: scenarios("a") } } };
  const image = { sha256: "f".repeat(64), recipe: "", iproute2: "6.1" };
  const later = { ...run.run, scenarios: scenarios("b"), version: "0.2.0" };
  const after = {
    name: "after",
    results: { ...run, kernels: [{ ...sampleKernel(OLD, "6.12.48"), image }], run: later },
  };
  expect(incomparable([before])).toEqual([]);
  expect(incomparable([before, before])).toEqual([]);
  expect(incomparable([before, after])).toEqual([
    "macvlab differs: 0.1.0 in before, 0.2.0 in after",
    "the revision of scenario pairings differs: a in before, b in after",
    `the guest image of ${OLD} differs: not recorded in before, ffffffffffff in after`,
    `iproute2 on ${OLD} differs: not recorded in before, 6.1 in after`,
  ]);
});

test("a fact only one of the runs recorded is named, one about what only one of them ran is not", () => {
  const run = makeResults({ kernels: [sampleKernel(OLD, "6.12.48")] });
  const tools = { "qemu-system-x86_64": "QEMU 7.2", node: null };
  const before = { name: "before", results: run };
  const after = { name: "after", results: { ...run, run: { ...run.run, tools } } };
  expect(incomparable([before, after])).toEqual([
    "qemu-system-x86_64 differs: not recorded in before, QEMU 7.2 in after",
    "node differs: not recorded in before, none in after",
  ]);
  const other = { name: "other", results: { ...run, kernels: [sampleKernel("debian:sid/cloud", "7.2.1")] } };
  expect(incomparable([before, other])).toEqual([]);
});

test("a scenario's revision changes with what it asks, its topology with where", () => {
  for (const scenario of SCENARIOS) {
    const facts = scenarioFacts(scenario);
    expect(scenarioFacts(scenario)).toEqual(facts);
    expect(scenarioFacts({ ...scenario, title: "another" }).revision).not.toBe(facts.revision);
  }
  const pairings = SCENARIOS.find(({ cells }) => cells);
  if (!pairings?.cells) throw new Error("no scenario has cells");
  const fewer = { ...pairings, cells: { ...pairings.cells, placements: pairings.cells.placements.slice(0, 1) } };
  expect(scenarioFacts(fewer).topology).toBeDefined();
});
