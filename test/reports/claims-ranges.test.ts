/** Ranges of kernels: never wider than what was measured. */
import { describe, expect, test } from "vitest";
import type { ClaimPart } from "../../lab/model/claim.ts";
import { spokenFor } from "../../reports/claims-alike.ts";
import { BARE, type PartFinding } from "../../reports/claims-finding.ts";
import { isNext, rangesOf } from "../../reports/claims-ranges.ts";
import { kernelNames } from "../../reports/kernel-names.ts";
import { makeResults, sampleKernel } from "./sample.ts";

/** `6.1.5=yes 6.12.3=no`. */
function ranges(text: string): string[] {
  const told = text.split(" ").map((one) => one.split("=") as [string, string]);
  const kernels = told.map(([version], place) => sampleKernel(`kernel-${place}`, version));
  const names = kernelNames(makeResults({ kernels }));
  const values = kernels.map((kernel, place) => ({ kernel, value: told[place]?.[1] ?? "" }));
  return rangesOf(values, (value) => value, names).map(
    ({ name, value, changed }) => `${name}: ${value}${changed ? ` (${changed})` : ""}`,
  );
}

test.each<[string, string[]]>([
  ["6.1.5=yes", ["6.1: yes"]],
  ["5.10.1=yes 6.1.5=yes 6.12.3=yes", ["5.10 to 6.12: yes"]],
  [
    "5.10.1=no 6.1.5=no 6.12.3=no 7.2.13=yes 7.3.0=yes",
    ["6.12 and earlier: no", "7.2 and later: yes (between 6.12 and 7.2)"],
  ],
  ["7.2.13=no 7.3.0=yes", ["7.2 and earlier: no", "7.3 and later: yes (with 7.3)"]],
  ["6.12.3=no 6.12.4=yes", ["6.12.3 and earlier: no", "6.12.4 and later: yes (with 6.12.4)"]],
  [
    "5.10.1=no 6.1.5=yes 6.12.3=yes 7.2.1=no",
    ["5.10 and earlier: no", "6.1 to 6.12: yes (between 5.10 and 6.1)", "7.2 and later: no (between 6.12 and 7.2)"],
  ],
  ["6.1.5=yes 6.1.5=no", ["kernel-0 and earlier: yes", "kernel-1 and later: no (between kernel-0 and kernel-1)"]],
])("%s", (text, expected) => {
  expect(ranges(text)).toEqual(expected);
});

describe("the version right before another", () => {
  test.each<[string, string, boolean]>([
    ["7.2.13", "7.3.0", true],
    ["7.2.13", "7.3.2", false],
    ["6.12.3", "6.12.4", true],
    ["6.12.3", "6.12.5", false],
    ["6.12.3", "7.0.0", false],
    ["", "7.3.0", false],
  ])("%s before %s: %s", (before, after, expected) => {
    expect(isNext({ version: before }, { version: after })).toBe(expected);
  });
});

describe("kernels of one version that say the same", () => {
  const part = (state: PartFinding["state"], found = "") => ({ ...BARE, part: {} as ClaimPart, state, found });
  const judged = (id: string, version: string, ...parts: PartFinding[]) => ({
    kernel: sampleKernel(id, version),
    value: { word: "holds" as const, sentence: "", parts },
  });
  const ids = (...all: ReturnType<typeof judged>[]) => spokenFor(all).map(({ kernel }) => kernel.id);
  const full = judged("cloud", "6.1.192", part("holds"), part("fails", "1 copy"));

  test.each<[string, ReturnType<typeof judged>, string[]]>([
    ["asked less", judged("generic", "6.1.192", part("holds"), part("unasked")), ["cloud"]],
    ["asked the same", judged("generic", "6.1.192", part("holds"), part("fails", "1 copy")), ["generic"]],
    ["with another answer", judged("generic", "6.1.192", part("fails"), part("unasked")), ["generic", "cloud"]],
    [
      "that says it otherwise",
      judged("generic", "6.1.192", part("unasked"), part("fails", "2 copies")),
      ["generic", "cloud"],
    ],
    ["of another version", judged("generic", "6.1.193", part("holds"), part("unasked")), ["generic", "cloud"]],
    ["of no version", judged("generic", "", part("holds"), part("unasked")), ["generic", "cloud"]],
  ])("one %s", (_, other, kept) => {
    expect(ids(other, full).sort()).toEqual(kept.sort());
  });
});
