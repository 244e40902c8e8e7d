import { expect, test } from "vitest";
import { ratioOf, summaryOf } from "../../lab/verdict/ratios.ts";

test("the median of an even number of samples lies between the two in the middle", () => {
  expect(summaryOf([4, 1, 3, 2])).toEqual({ median: 2.5, spread: [1, 4] });
  expect(summaryOf([9, 1, 5])).toEqual({ median: 5, spread: [1, 9] });
  expect(summaryOf([7])).toEqual({ median: 7, spread: [7, 7] });
  expect(summaryOf([])).toBeUndefined();
});

test("ratios are taken round by round: a machine that slows down for all does not change them", () => {
  expect(ratioOf([100, 10, 50], [50, 5, 25])).toEqual({ median: 2, spread: [2, 2] });
});

test("a round without a sample of both is left out", () => {
  expect(ratioOf([100, undefined, 30], [50, 7, undefined])).toEqual({ median: 2, spread: [2, 2] });
  expect(ratioOf([1, 2], [undefined, 0])).toBeUndefined();
});

test("the other way round it is the reciprocal, as near as four digits tell", () => {
  const [one, other] = [ratioOf([3, 3, 3], [4, 4, 4]), ratioOf([4, 4, 4], [3, 3, 3])];
  expect(one?.median).toBe(0.75);
  expect(other?.median).toBe(1.333);
});
