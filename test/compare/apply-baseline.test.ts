/** An earlier run as the expectation: what it changes in a verdict, and what it may not. */
import { describe, expect, test } from "vitest";
import { applyBaseline, judgeAgain, kernelNotes } from "../../lab/compare/apply-baseline.ts";
import type { CellResult, CheckResult, Results } from "../../lab/model/results.ts";
import { exitCode } from "../../lab/verdict/exit-code.ts";
import { NEW, OLD, SAMPLE, sampleKernel } from "../reports/sample.ts";
import { KERNEL, ONE_COPY, runOfCell, runOfCheck, runWith } from "./sides.ts";

const TWO_COPIES = { ...ONE_COPY, copies: 2 };

function against(results: Results, run: Results): Results {
  return applyBaseline(results, { file: "baseline.json", run });
}

function judged(now: CellResult["observed"], before: CellResult["observed"], parts: Partial<CellResult> = {}) {
  const results = against(runOfCell(now, parts), runOfCell(before));
  return results.cells[0] as CellResult;
}

describe("a cell", () => {
  test("as it was is as expected, though the oracle expects otherwise", () => {
    const expected = { ...ONE_COPY, by: "oracle", rule: "f: text" } as const;
    const cell = judged(TWO_COPIES, TWO_COPIES, { expected, verdict: "mismatch", reason: "a copy too many" });
    expect(cell).toMatchObject({ verdict: "match", expected: { copies: 2, by: "baseline" } });
    expect(cell.expected.rule).toBe("it was so before, though the oracle expects otherwise; f: text");
    expect(cell).not.toHaveProperty("reason");
  });

  test("that changed is a mismatch, though the oracle expects the change", () => {
    const cell = judged(TWO_COPIES, ONE_COPY);
    expect(cell).toMatchObject({ verdict: "mismatch", reason: "copies: expected 1, observed 2" });
    expect(cell.expected).toMatchObject({ copies: 1, by: "baseline" });
  });

  test.each([
    [{ ...ONE_COPY, echo: 1 }, "echo: expected 0, observed 1"],
    [{ ...ONE_COPY, wire: 0 }, "wire: expected 1, observed 0"],
    [{ ...ONE_COPY, as: ["otherhost" as const] }, "copies as: expected broadcast, observed otherhost"],
    [{ error: "EINVAL", at: "ip link add" }, 'expected success, observed EINVAL at "ip link add"'],
  ])("%j is a change", (observed, reason) => {
    expect(judged(observed, ONE_COPY)).toMatchObject({ verdict: "mismatch", reason });
  });

  test("that is refused as before is refused as predicted; another error, or success, is not", () => {
    const refused = (error: string) => ({ error, at: "ip link add" });
    expect(judged(refused("EINVAL"), refused("EINVAL")).verdict).toBe("unsupported");
    expect(judged(refused("EBUSY"), refused("EINVAL"))).toMatchObject({ verdict: "mismatch" });
    expect(judged({ at: "ip link add" }, refused("EINVAL"), { verdict: "mismatch" })).toMatchObject({
      verdict: "mismatch",
      reason: 'expected EINVAL, observed success at "ip link add"',
    });
  });

  test("that could not be told stays inconclusive, with the reason", () => {
    const cell = judged({ copies: 1 }, ONE_COPY, { verdict: "inconclusive", reason: "no fence was seen" });
    expect(cell).toMatchObject({ verdict: "inconclusive", reason: "no fence was seen" });
  });

  test("of which the baseline could not tell is judged by the oracle", () => {
    const before = runOfCell({ copies: 0 }, { verdict: "inconclusive" });
    const results = against(runOfCell(ONE_COPY), before);
    expect(results.cells[0]?.expected.by).toBe("oracle");
    expect(results.run.baseline).toEqual({ file: "baseline.json", judged: 0, others: 1 });
  });

  test("keeps what was observed, and its evidence", () => {
    const { observed, evidence } = runOfCell(TWO_COPIES).cells[0] as CellResult;
    expect(judged(TWO_COPIES, ONE_COPY)).toMatchObject({ observed, evidence });
  });
});

describe("a check", () => {
  const judgedCheck = (now: Partial<CheckResult>, before: Partial<CheckResult> = {}) =>
    against(runOfCheck(now), runOfCheck(before)).checks[0];

  test("is held against the earlier answer", () => {
    expect(judgedCheck({ observed: "bridge", verdict: "mismatch" }, { observed: "bridge" })).toMatchObject({
      verdict: "match",
      expected: "bridge",
      by: "baseline",
    });
    expect(judgedCheck({}, { observed: "bridge" })).toMatchObject({
      verdict: "mismatch",
      reason: "expected bridge, observed vepa",
    });
  });

  test("that could not be told stays inconclusive", () => {
    const now = { verdict: "inconclusive", reason: "dropped", observed: "" } as const;
    expect(judgedCheck(now)).toMatchObject({ verdict: "inconclusive", reason: "dropped" });
  });
});

test("what the baseline has no entry for is as it was, and counted", () => {
  const run = { ...SAMPLE, cells: SAMPLE.cells.slice(0, 10), checks: [] };
  const results = against(SAMPLE, run);
  const known = run.cells.filter(({ verdict }) => verdict !== "inconclusive").length;
  expect(results.run.baseline).toMatchObject({
    judged: known,
    others: SAMPLE.cells.length + SAMPLE.checks.length - known,
  });
  expect(results.cells.slice(10)).toEqual(SAMPLE.cells.slice(10));
  expect(results.checks).toEqual(SAMPLE.checks);
});

test("a run held against itself has no mismatch; a change exits with 1, a sick kernel still with 4", () => {
  const verdicts = against(SAMPLE, SAMPLE).cells.map(({ verdict }) => verdict);
  expect(verdicts).not.toContain("mismatch");
  expect(exitCode(against(runOfCell(TWO_COPIES), runOfCell(TWO_COPIES)))).toBe(0);
  expect(exitCode(against(runOfCell(TWO_COPIES), runOfCell(ONE_COPY)))).toBe(1);
  expect(exitCode(against(SAMPLE, SAMPLE))).toBe(4);
});

test("said about kernels: another generation, another kernel, none", () => {
  const notes = (results: Results, run: Results) => kernelNotes(results, { file: "b.json", run });
  expect(notes(runWith({}), runWith({}, "7.2.9"))).toEqual([]);
  expect(notes(runWith({}, "7.3.1"), runWith({}))).toEqual([
    'debian:sid/cloud is 7.3 now and was 7.2 in the baseline "b.json"',
  ]);
  expect(notes(runWith({}, "7.3.1", "tree:/linux"), runWith({}))).toEqual([
    'tree:/linux is held against debian:sid/cloud, the one kernel of the baseline "b.json"',
  ]);
  const two = runWith({ kernels: [sampleKernel(OLD, "6.12.1"), sampleKernel(NEW, "7.2.6")] });
  expect(notes(runWith({}, "5.10.1", "host"), two)).toEqual([
    'host is not in the baseline "b.json": the oracle judges it',
  ]);
});

test("one kernel's answers are judged as the whole run's are: which others there are tells what they are held against", () => {
  const [now, before] = [runOfCell(TWO_COPIES), runWith({ cells: runOfCell(ONE_COPY).cells }, "7.2.6", "other")];
  const other = { ...before, cells: before.cells.map((cell) => ({ ...cell, kernel: "other" })) };
  const verdictBeside = (...ids: string[]) =>
    judgeAgain(
      now,
      ids.map((id) => sampleKernel(id, "7.2.6")),
      other,
    ).cells[0]?.verdict;
  expect(verdictBeside(KERNEL)).toBe("mismatch");
  expect(verdictBeside(KERNEL, "third")).toBe(now.cells[0]?.verdict);
});
