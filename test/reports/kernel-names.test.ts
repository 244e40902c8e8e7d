/** Kernels are ordered by age and named as briefly as tells them apart. */
import { expect, test } from "vitest";
import { kernelNames, kernelPhrase, nameOf } from "../../reports/kernel-names.ts";
import { makeResults, sampleCheck, sampleKernel } from "./sample.ts";

const of = (...kernels: [id: string, version: string][]) =>
  kernelNames(makeResults({ kernels: kernels.map(([id, version]) => sampleKernel(id, version)) }));

const LADDER = of(["e", "7.3.4"], ["d", "7.2.6"], ["a", "5.10.9"], ["c", "6.12.1"], ["b", "6.1.190"]);

test("oldest first, as versions count", () => {
  expect(LADDER.ids).toEqual(["a", "b", "c", "d", "e"]);
});

test("by version, unless two share it or there is none", () => {
  const names = of(["cloud", "6.1.1"], ["generic", "6.1.1"], ["sid", "7.2"], ["broken", ""]);
  expect(names.ids.map((id) => nameOf(names, id))).toEqual(["broken", "cloud", "generic", "7.2"]);
});

test.each([
  ["abcde", "all 5 kernels"],
  ["abc", "5.10.9 to 6.12.1 (3 kernels)"],
  ["de", "7.2.6, 7.3.4"],
  ["acde", "all but 6.1.190"],
  ["ace", "5.10.9, 6.12.1, 7.3.4"],
  ["b", "6.1.190"],
])("%s: %s", (ids, phrase) => {
  expect(kernelPhrase(LADDER, ids)).toBe(phrase);
});

test("a kernel that is in no list is named by its id, and comes last", () => {
  const checks = [sampleCheck("stranger", "a")];
  const names = kernelNames(makeResults({ kernels: [sampleKernel("known", "6.1.1")], checks }));
  expect(names.ids.map((id) => nameOf(names, id))).toEqual(["6.1.1", "stranger"]);
});
