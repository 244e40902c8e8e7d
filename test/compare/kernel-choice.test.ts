/** One kernel of a run, by the names people have for it. */
import { expect, test } from "vitest";
import { withKernel } from "../../lab/compare/kernel-choice.ts";
import { mergeRuns } from "../../lab/compare/merge.ts";
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

test("runs with a kernel in common cannot be one", () => {
  const sources = ["x", "y"].map((name) => ({ name, run: SAMPLE }));
  expect(() => mergeRuns(sources)).toThrow(`"${NEW}" is in "x" and in "y"`);
  const parts = [OLD, NEW].map((id) => ({ name: id, run: withKernel(SAMPLE, id, "a") }));
  expect(mergeRuns(parts).cells).toHaveLength(SAMPLE.cells.length);
});
