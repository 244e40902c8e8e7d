/** Products say the same set of tuples, each once, whatever the set. */
import { expect, test } from "vitest";
import { foldProducts } from "../../reports/products.ts";

/** A small generator of numbers (mulberry32), so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const expand = (product: readonly (readonly string[])[]): string[] =>
  product.reduce<string[]>((texts, values) => texts.flatMap((text) => values.map((value) => text + value)), [""]);

const ALL = ["a", "b", "c"].flatMap((x) => ["1", "2"].flatMap((y) => ["p", "q", "r"].map((z) => [x, y, z])));

test.each(Array.from({ length: 50 }, (_, seed) => seed))("any set comes back whole (seed %i)", (seed) => {
  const next = random(seed);
  const tuples = ALL.filter(() => next() < 0.7);
  const back = foldProducts(tuples).flatMap(expand);
  expect(back.sort()).toEqual(tuples.map((tuple) => tuple.join("")).sort());
});

test("a full product is one, a missing corner makes it two", () => {
  expect(foldProducts(ALL)).toEqual([
    [
      ["a", "b", "c"],
      ["1", "2"],
      ["p", "q", "r"],
    ],
  ]);
  expect(foldProducts(ALL.slice(1))).toHaveLength(3);
  expect(foldProducts([])).toEqual([]);
});
