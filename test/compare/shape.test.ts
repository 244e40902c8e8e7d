/** The quick look at a file: everything the schema takes is taken, nothing that would trip the code is. */
import { expect, test } from "vitest";
import { hasResultsShape } from "../../lab/compare/shape.ts";
import { resultsSchema } from "../../lab/model/results.ts";
import { SAMPLE } from "../reports/sample.ts";

type Fields = Record<string, unknown>;

const small = () => {
  const cells = SAMPLE.cells.filter(({ destination }) => destination.sourceList).slice(0, 1);
  return JSON.parse(JSON.stringify({ ...SAMPLE, cells, checks: SAMPLE.checks.slice(0, 1) })) as Fields;
};

/** Every place of a value, as the way to it. */
function placesOf(value: unknown, way: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [[...way, name], ...placesOf(part, [...way, name])]);
}

function spoiled(way: readonly string[]): Fields {
  const value = small();
  const last = way.at(-1) ?? "";
  const holder = way.slice(0, -1).reduce<Fields>((part, name) => part[name] as Fields, value);
  holder[last] = null;
  return value;
}

test("a run has it, one without answers too", () => {
  expect(hasResultsShape(small())).toBe(true);
  expect(hasResultsShape({ ...small(), cells: [], checks: [], kernels: [] })).toBe(true);
});

test.each([null, 3, "text", [], {}, { schema: "macvlab.results/2" }])("%j has it not", (value) => {
  expect(hasResultsShape(value)).toBe(false);
});

/** What is neither compared nor reported by what reads runs from files. */
const UNREAD =
  /^run\.|^kernels\.\d+\.(release|sha256|modules|accelerator|image|seconds|boots)|\.(claims?|log|leaked|seen|path)\b|\.extrapolated$/;

test("a value of the wrong kind, wherever it is read, is no run", () => {
  const places = placesOf(small()).filter((way) => !UNREAD.test(way.join(".")));
  const accepted = places.filter((way) => hasResultsShape(spoiled(way))).map((way) => way.join("."));
  expect(places.length).toBeGreaterThan(60);
  // Reasons and errors are shown, never taken apart.
  expect(accepted.filter((place) => !/\.reason$/.test(place))).toEqual([]);
});

test("what it refuses, the schema refuses", () => {
  const refused = placesOf(small()).filter((way) => !hasResultsShape(spoiled(way)));
  const taken = refused.filter((way) => resultsSchema.safeParse(spoiled(way)).success);
  expect(taken).toEqual([]);
});
