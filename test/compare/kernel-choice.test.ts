/** One kernel of a run, by the names people have for it. */
import { expect, test } from "vitest";
import { withKernel } from "../../lab/compare/kernel-choice.ts";
import { mergeRuns } from "../../lab/compare/merge.ts";
import type { CellResult } from "../../lab/model/results.ts";
import { makeResults, NEW, OLD, SAMPLE, sampleKernel } from "../reports/sample.ts";

const chosen = (name: string) => withKernel(SAMPLE, name, "a/results.json").kernels.map(({ id }) => id);

test.each([
  ["its spec", OLD, OLD],
  ["its version", "7.2.6", NEW],
  ["its generation", "6.12", OLD],
])("by %s", (_, name, id) => {
  expect(chosen(name)).toEqual([id]);
});

test("only its answers are left", () => {
  const { cells, checks } = withKernel(SAMPLE, NEW, "a");
  expect(new Set([...cells, ...checks].map(({ kernel }) => kernel))).toEqual(new Set([NEW]));
  expect(cells.length).toBe(SAMPLE.cells.filter(({ kernel }) => kernel === NEW).length);
});

test.each(["", "6", "debian:bookworm/cloud"])('"%s" names none, and those there are are listed', (name) => {
  expect(() => chosen(name)).toThrow(`"${name}" names no kernel of "a/results.json"`);
  try {
    chosen(name);
  } catch (error) {
    expect(error).toMatchObject({ mend: expect.stringContaining(`"${OLD}" (6.12.48)`) });
  }
});

test("a generation two kernels share is ambiguous", () => {
  const two = makeResults({ kernels: [sampleKernel("a", "6.12.1"), sampleKernel("b", "6.12.2")] });
  expect(() => withKernel(two, "6.12", "x")).toThrow('"6.12" names 2 kernels of "x"');
});

test("one kernel asked different things in two runs is one, with both answers and the worse health", () => {
  const finding = { kind: "warning" as const, title: "WARNING in f", log: "" };
  const [kernel, other] = [sampleKernel("a", "6.12.1"), sampleKernel("a", "6.12.2")];
  const ill = { ...kernel, health: { status: "warned" as const, findings: [finding] } };
  const [cell, next] = SAMPLE.cells.filter((one) => one.kernel === NEW).map((one) => ({ ...one, kernel: "a" }));
  const run = (name: string, of: typeof kernel, ...cells: (typeof cell)[]) => ({
    name,
    run: { kernels: [of], cells: cells.flatMap((one) => one ?? []), checks: [] },
  });
  const merged = mergeRuns([run("x", kernel, cell), run("y", ill, next)]);
  expect(merged.kernels).toEqual([ill]);
  expect(merged.cells).toEqual([cell, next]);
  expect(() => mergeRuns([run("x", kernel, cell), run("y", kernel, next, cell)])).toThrow(
    '"a" is in "x" and in "y", both asked "pairings ',
  );
  expect(() => mergeRuns([run("x", kernel, cell), run("y", other, next)])).toThrow(
    '"a" is 6.12.1 in "x" and 6.12.2 in "y"',
  );
});

test("one kernel with another module in it is another binary", () => {
  const kernel = { ...sampleKernel("a", "6.12.1"), modules: [{ name: "macvlan", sha256: "1" }] };
  const patched = { ...kernel, modules: [{ name: "macvlan", sha256: "2" }] };
  const more = { ...kernel, modules: [...kernel.modules, { name: "macvtap", sha256: "3" }] };
  const [cell, next] = SAMPLE.cells.filter((one) => one.kernel === NEW).map((one) => ({ ...one, kernel: "a" }));
  const merge = (other: typeof kernel) =>
    mergeRuns([
      { name: "x", run: { kernels: [kernel], cells: [cell as CellResult], checks: [] } },
      { name: "y", run: { kernels: [other], cells: [next as CellResult], checks: [] } },
    ]);
  expect(merge(more).cells).toHaveLength(2);
  expect(() => merge(patched)).toThrow('"a" is another binary in "x" than in "y"');
  expect(() => merge({ ...kernel, sha256: "other" })).toThrow("another binary");
});

test("runs that asked one kernel the same cannot be one", () => {
  const sources = ["x", "y"].map((name) => ({ name, run: SAMPLE }));
  expect(() => mergeRuns(sources)).toThrow(`"${NEW}" is in "x" and in "y"`);
  const parts = [OLD, NEW].map((id) => ({ name: id, run: withKernel(SAMPLE, id, "a") }));
  expect(mergeRuns(parts).cells).toHaveLength(SAMPLE.cells.length);
});
