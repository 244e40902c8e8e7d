import { expect, test } from "vitest";
import { type ChangeClass, type ClassedAnswer, changeClass } from "../../lab/compare/classes.ts";
import type { Verdict } from "../../lab/model/vocabulary.ts";

type Side = Verdict | "absent";
const SIDES: readonly Side[] = ["match", "mismatch", "inconclusive", "unsupported", "absent"];

/** By what it was, what it is: with the same behaviour, and with another. */
const TABLE: Readonly<Record<Side, Readonly<Record<Side, readonly [same: ChangeClass, other: ChangeClass]>>>> = {
  match: {
    match: ["same", "changed"],
    mismatch: ["newly-failing", "newly-failing"],
    inconclusive: ["coverage-lost", "coverage-lost"],
    unsupported: ["coverage-lost", "coverage-lost"],
    absent: ["disappeared", "disappeared"],
  },
  mismatch: {
    match: ["fixed", "fixed"],
    mismatch: ["still-failing", "still-failing"],
    inconclusive: ["coverage-lost", "coverage-lost"],
    unsupported: ["coverage-lost", "coverage-lost"],
    absent: ["disappeared", "disappeared"],
  },
  inconclusive: {
    match: ["appeared", "appeared"],
    mismatch: ["newly-failing", "newly-failing"],
    inconclusive: ["same", "same"],
    unsupported: ["same", "same"],
    absent: ["disappeared", "disappeared"],
  },
  unsupported: {
    match: ["appeared", "appeared"],
    mismatch: ["newly-failing", "newly-failing"],
    inconclusive: ["coverage-lost", "coverage-lost"],
    unsupported: ["same", "changed"],
    absent: ["disappeared", "disappeared"],
  },
  absent: {
    match: ["appeared", "appeared"],
    mismatch: ["appeared", "appeared"],
    inconclusive: ["appeared", "appeared"],
    unsupported: ["appeared", "appeared"],
    absent: ["same", "same"],
  },
};

const side = (verdict: Side, behaviour: string): ClassedAnswer | undefined =>
  verdict === "absent" ? undefined : { verdict, behaviour };

test.each(SIDES.flatMap((before) => SIDES.map((after) => [before, after] as const)))("%s, then %s", (before, after) => {
  const [same, other] = TABLE[before][after];
  expect(changeClass(side(before, "1"), side(after, "1"))).toBe(same);
  expect(changeClass(side(before, "1"), side(after, "2"))).toBe(other);
});
