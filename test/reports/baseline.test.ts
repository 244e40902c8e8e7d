/** A baseline says what the run said, says it in the same bytes each time, and leaves out what changes by itself. */
import { expect, test } from "vitest";
import { runOf, unknownParty } from "../../lab/compare/baseline-run.ts";
import { compareRuns } from "../../lab/compare/changes.ts";
import { baselineSchema } from "../../lab/model/baseline.ts";
import type { Results } from "../../lab/model/results.ts";
import { makeBaseline } from "../../reports/baseline.ts";
import { jsonLines } from "../../reports/json-lines.ts";
import { stringifyResults } from "../../reports/results-file.ts";
import { THREE } from "./generations.ts";
import { SAMPLE } from "./sample.ts";

const textOf = (results: Results, rules = false) => jsonLines(makeBaseline(results, { rules }));
const readBack = (text: string) => runOf(baselineSchema.parse(JSON.parse(text)));

test("golden file", async () => {
  await expect(textOf(THREE, true)).toMatchFileSnapshot("./golden/baseline.json");
});

test.each([
  ["two kernels", SAMPLE, false],
  ["three kernels, rules kept", THREE, true],
])("%s: read back, it is the run but for what could not be told", (_, results, rules) => {
  const { changes, gone, appeared, health } = compareRuns(results, readBack(textOf(results, rules)));
  const all = [...results.cells, ...results.checks];
  const untold = all.filter(({ verdict }) => verdict === "inconclusive").map(({ id }) => id);
  // Only their verdict is the oracle's: what is refused is refused, expected or not.
  expect(changes.map((change) => [change.kind, change.before?.id])).toEqual(untold.map((id) => ["gone", id]));
  expect([gone, appeared, health]).toEqual([[], [], []]);
});

test("rules are kept whole where they are kept", () => {
  const rules = new Map(readBack(textOf(THREE, true)).cells.map(({ id, expected }) => [id, expected.rule]));
  for (const { id, verdict, expected } of THREE.cells)
    if (verdict !== "inconclusive") expect(rules.get(id)).toBe(expected.rule);
  expect(readBack(textOf(THREE)).cells.every(({ expected }) => expected.rule === "")).toBe(true);
});

/** Another run of the same kernels, as far as behaviour goes. */
function another(results: Results): Results {
  const other = structuredClone(results);
  other.run = { ...other.run, id: "another", startedAt: "2030-01-01T00:00:00.000Z", seconds: 99 };
  other.cells.reverse();
  for (const cell of other.cells) {
    cell.evidence = [];
    cell.observed.leaked = [1, 8];
    cell.observed.path = [["endpoint", "out", 99, 99]];
  }
  for (const kernel of other.kernels) {
    kernel.release = `${kernel.version}-99-cloud`;
    kernel.version = kernel.version.replace(/\d+$/, "99");
    kernel.sha256 = "f".repeat(64);
    kernel.health.findings = kernel.health.findings.map((finding) => ({ ...finding, log: "another" }));
  }
  return other;
}

test("the same behaviour is the same bytes, whatever else is another", () => {
  const generations = { ...THREE };
  expect(textOf(another(generations))).toBe(textOf(generations));
});

test("one cell that behaves differently changes few lines", () => {
  const other = structuredClone(THREE);
  const cell = other.cells[20];
  if (cell) cell.observed.copies = 7;
  const [before, after] = [new Set(textOf(THREE).split("\n")), textOf(other).split("\n")];
  expect(after.filter((line) => !before.has(line)).length).toBeLessThan(6);
});

test("it is small", () => {
  expect(textOf(SAMPLE).length).toBeLessThan(stringifyResults(SAMPLE).length / 10);
});

test("a party nobody has is found", () => {
  const baseline = makeBaseline(SAMPLE, { rules: false });
  expect(unknownParty(baseline)).toBeUndefined();
  const [first, ...others] = baseline.cells;
  if (!first) throw new Error("the sample has no cells");
  expect(unknownParty({ ...baseline, cells: [{ ...first, sources: ["macvlan/hub"] }, ...others] })).toBe("macvlan/hub");
});

test("what was measured is kept where rules are, as ratios: the rest is the machine's", () => {
  const [kernel] = THREE.kernels.map(({ id }) => id);
  const common = { scenario: "throughput", kernel: kernel ?? "", text: "one TCP stream", unit: "Mbit/s" };
  const ratios = [{ to: "throughput-vepa", median: 1.2, spread: [1.1, 1.3] as [number, number] }];
  const measured: Results = {
    ...THREE,
    measurements: [
      { ...common, id: "throughput-bridge", samples: [100, 120], median: 110, spread: [100, 120], ratios },
      { ...common, id: "throughput-veth", samples: [], ratios: [], reason: "iperf3: no route" },
    ],
  };
  const kept = { ...common, id: "throughput-bridge", samples: [], ratios };
  expect(readBack(textOf(measured, true)).measurements).toEqual([kept]);
  expect(textOf(measured)).toBe(textOf(THREE));
});

test("a container is a party", () => {
  const baseline = makeBaseline(SAMPLE, { rules: false });
  const [first] = baseline.cells;
  if (!first) throw new Error("the sample has no cells");
  const entry = { ...first, sources: ["container/vepa"], destinations: ["container/private", "lower-host"] };
  expect(unknownParty({ ...baseline, cells: [entry] })).toBeUndefined();
  const { cells } = runOf({ ...baseline, cells: [{ ...entry, kernels: undefined }] } as never);
  expect(cells.map(({ source, destination }) => [source.kind, destination.kind])).toContainEqual([
    "container",
    "lower-host",
  ]);
});
