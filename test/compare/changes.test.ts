/** What is a change between two runs, and what is not. */
import { describe, expect, test } from "vitest";
import { compareRuns, isChanged, pairKernels } from "../../lab/compare/changes.ts";
import type { CellResult, KernelResult, Results } from "../../lab/model/results.ts";
import { SAMPLE, sampleCell, sampleCheck, sampleKernel } from "../reports/sample.ts";
import { CELL, KERNEL, ONE_COPY, runOfCell, runOfCheck, runWith } from "./sides.ts";

function aspectsBetween(before: Results, after: Results) {
  return compareRuns(before, after).changes.map((change) =>
    change.kind === "changed" ? change.aspects.join(" ") : change.kind,
  );
}

describe("of a cell", () => {
  test.each<[string, CellResult["observed"], string[]]>([
    ["a second copy", { ...ONE_COPY, copies: 2 }, ["copies"]],
    ["an echo", { ...ONE_COPY, echo: 1 }, ["echo"]],
    ["never on the wire", { ...ONE_COPY, wire: 0 }, ["wire"]],
    ["another packet type", { ...ONE_COPY, as: ["otherhost"] }, ["as"]],
    ["a packet type more", { ...ONE_COPY, as: ["broadcast", "otherhost"] }, ["as"]],
    ["no copy, so no packet type", { ...ONE_COPY, copies: 0, as: [] }, ["copies"]],
    ["a refusal", { error: "EBUSY", at: "ip link add" }, ["error"]],
    ["nothing", { ...ONE_COPY }, []],
    ["other groups through the hash filter", { ...ONE_COPY, leaked: [2, 8] }, []],
    ["other times and frames", { ...ONE_COPY, path: [["endpoint", "out", 7, 9]], seen: { lower: ["in"] } }, []],
  ])("%s", (_, observed, aspects) => {
    const verdict = "match";
    expect(aspectsBetween(runOfCell(ONE_COPY), runOfCell(observed, { verdict }))).toEqual(aspects);
  });

  test("another error, but not the same error at another command", () => {
    const refused = (error: string, at: string) => runOfCell({ error, at });
    expect(aspectsBetween(refused("EINVAL", "a"), refused("EBUSY", "a"))).toEqual(["error"]);
    expect(aspectsBetween(refused("EINVAL", "a"), refused("EINVAL", "b"))).toEqual([]);
  });

  test("the verdict, with the same observation", () => {
    expect(aspectsBetween(runOfCell(ONE_COPY), runOfCell(ONE_COPY, { verdict: "mismatch" }))).toEqual(["verdict"]);
  });

  test("the evidence and the rule are no change", () => {
    const expected = { ...ONE_COPY, by: "oracle", rule: "other: words" } as const;
    expect(aspectsBetween(runOfCell(ONE_COPY), runOfCell(ONE_COPY, { evidence: [], expected }))).toEqual([]);
  });

  test("what could not be told says nothing but that", () => {
    const blind = runOfCell({ copies: 0 }, { verdict: "inconclusive" });
    expect(aspectsBetween(runOfCell(ONE_COPY), blind)).toEqual(["verdict"]);
    expect(aspectsBetween(blind, runOfCell({ copies: 2 }, { verdict: "inconclusive" }))).toEqual([]);
  });

  test("one that appeared, one that went away", () => {
    const empty = runWith({ cells: [] });
    expect(aspectsBetween(empty, runOfCell(ONE_COPY))).toEqual(["appeared"]);
    expect(aspectsBetween(runOfCell(ONE_COPY), empty)).toEqual(["gone"]);
  });
});

test("a check changes by its answer or its verdict", () => {
  expect(aspectsBetween(runOfCheck(), runOfCheck())).toEqual([]);
  expect(aspectsBetween(runOfCheck(), runOfCheck({ observed: "bridge" }))).toEqual(["answer"]);
  expect(aspectsBetween(runOfCheck(), runOfCheck({ verdict: "mismatch" }))).toEqual(["verdict"]);
  expect(aspectsBetween(runOfCheck(), runOfCheck({ text: "said better" }))).toEqual([]);
});

test("cells of one meaning in two scenarios are two", () => {
  const other = runOfCell(ONE_COPY, { scenario: "bonds" });
  expect(aspectsBetween(runOfCell(ONE_COPY), other)).toEqual(["gone", "appeared"]);
});

describe("kernels", () => {
  const run = (...ids: string[]) => runWith({ kernels: ids.map((id) => sampleKernel(id, "7.2.6")) });
  const pairs = (a: Results, b: Results) => pairKernels(a, b).map(({ before, after }) => `${before.id}=${after.id}`);

  test("are paired by id; one alone with one alone; else not at all", () => {
    expect(pairs(run("a", "b"), run("b", "c"))).toEqual(["b=b"]);
    expect(pairs(run("a"), run("b"))).toEqual(["a=b"]);
    expect(pairs(run("a", "b"), run("c"))).toEqual([]);
  });

  test("the two of a pair are compared whatever they are called", () => {
    const check = (kernel: string, observed: string) => [sampleCheck(kernel, "mtu", { observed })];
    const cells = (kernel: string) => [sampleCell(kernel, CELL, ONE_COPY)];
    const before = runWith({ cells: cells("a"), checks: check("a", "1500") }, "6.12.1", "a");
    const after = runWith({ cells: cells("b"), checks: check("b", "9000") }, "7.2.6", "b");
    expect(aspectsBetween(before, after)).toEqual(["answer"]);
    expect(compareRuns(before, after).compared).toEqual({ cells: 1, checks: 1 });
  });

  test("one that is gone or new is a change; its answers are not listed", () => {
    const comparison = compareRuns(run("a", "b"), run("b", "c"));
    expect([comparison.gone, comparison.appeared].flat().map(({ id }) => id)).toEqual(["a", "c"]);
    expect(comparison.changes).toEqual([]);
    expect(isChanged(comparison)).toBe(true);
  });

  test.each<[string, Partial<KernelResult["health"]>, boolean]>([
    ["another status", { status: "warned" }, true],
    ["another title", { findings: [{ kind: "oops", title: "BUG in y", log: "" }] }, true],
    ["another log", { findings: [{ kind: "oops", title: "BUG at x.c:12", log: "elsewhere" }] }, false],
    ["another line of source", { findings: [{ kind: "oops", title: "BUG at x.c:99", log: "" }] }, false],
  ])("health: %s", (_, parts, changed) => {
    const finding = { kind: "oops", title: "BUG at x.c:12", log: "a log" } as const;
    const health = { status: "oops", findings: [finding] } as const;
    const of = (own: Partial<KernelResult["health"]>) =>
      runWith({ kernels: [sampleKernel(KERNEL, "7.2.6", { health: { ...health, findings: [finding], ...own } })] });
    expect(isChanged(compareRuns(of({}), of(parts)))).toBe(changed);
  });
});

test("a run is the same as itself", () => {
  const comparison = compareRuns(SAMPLE, structuredClone(SAMPLE));
  expect(isChanged(comparison)).toBe(false);
  expect(comparison.compared).toEqual({ cells: SAMPLE.cells.length, checks: SAMPLE.checks.length });
});
