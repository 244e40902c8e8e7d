/** `results.json` is JSON, says the same, and has one line per kernel, cell and check. */
import { expect, test } from "vitest";
import { resultsSchema } from "../../lab/model/results.ts";
import { stringifyResults } from "../../reports/results-file.ts";
import { makeResults, SAMPLE } from "./sample.ts";

test("it reads back as what was written", () => {
  expect(resultsSchema.parse(JSON.parse(stringifyResults(SAMPLE)))).toEqual(SAMPLE);
});

test("a cell is one line that grep finds", () => {
  const lines = stringifyResults(SAMPLE).split("\n");
  const id = SAMPLE.cells[7]?.id ?? "";
  const found = lines.filter((line) => line.includes(JSON.stringify(id)));
  expect(found).toHaveLength(1);
  expect(JSON.parse(found[0]?.replace(/,$/, "") ?? "")).toEqual(SAMPLE.cells[7]);
});

test("nothing measured is still JSON", () => {
  expect(JSON.parse(stringifyResults(makeResults()))).toEqual(makeResults());
});
