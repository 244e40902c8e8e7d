/** The shipped schemas are the code's own, and an independent validator agrees with them. */
import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { makeBaseline } from "../../reports/baseline.ts";
import { jsonLines } from "../../reports/json-lines.ts";
import { stringifyResults } from "../../reports/results-file.ts";
import { baselineJsonSchema, resultsJsonSchema } from "../../reports/schema.ts";
import { SAMPLE } from "./sample.ts";

const shipped = (name: string) => new URL(`../../reports/${name}.schema.json`, import.meta.url);

test.each([
  ["results", resultsJsonSchema],
  ["baseline", baselineJsonSchema],
])("the shipped schema of %s is up to date", async (name, schema) => {
  const stale = `reports/${name}.schema.json is not what lab/model/${name}.ts says; "npm run schema" writes it anew`;
  await expect(schema(), stale).toMatchFileSnapshot(shipped(name).pathname);
});

/** Formats are annotations in this draft; the schema gives dates a pattern of its own. */
async function validator(name = "results") {
  const schema = JSON.parse(await readFile(shipped(name), "utf8"));
  return new Ajv2020({ validateFormats: false, allErrors: true }).compile(schema);
}

test("a results file validates, and so does one with fields of a later version", async () => {
  const validate = await validator();
  const results = JSON.parse(stringifyResults(SAMPLE));
  validate(results);
  expect(validate.errors).toBeNull();
  results.cells[0].observed.later = true;
  expect(validate(results)).toBe(true);
});

test.each([
  ["no verdict", (cell: Record<string, unknown>) => delete cell.verdict],
  ["an unknown verdict", (cell: Record<string, unknown>) => Object.assign(cell, { verdict: "maybe" })],
  ["half a copy", (cell: Record<string, unknown>) => Object.assign(cell, { observed: { copies: 0.5 } })],
  [
    "a tap point nobody has",
    (cell: Record<string, unknown>) => Object.assign(cell, { observed: { seen: { moon: [] } } }),
  ],
])("%s does not validate", async (_, spoil) => {
  const validate = await validator();
  const results = JSON.parse(stringifyResults(SAMPLE));
  spoil(results.cells[0]);
  expect(validate(results)).toBe(false);
});

test("a date that is none does not validate", async () => {
  const validate = await validator();
  expect(validate({ ...SAMPLE, run: { ...SAMPLE.run, startedAt: "yesterday" } })).toBe(false);
});

test.each([true, false])("a baseline validates, rules kept: %s", async (rules) => {
  const validate = await validator("baseline");
  const baseline = JSON.parse(jsonLines(makeBaseline(SAMPLE, { rules })));
  validate(baseline);
  expect(validate.errors).toBeNull();
  delete baseline.cells[0].observed;
  expect(validate(baseline)).toBe(false);
});
