import { describe, expect, test } from "vitest";
import { type Cell, cellName } from "../../lab/model/cell.ts";
import type { KernelVersion } from "../../lab/model/kernel-version.ts";
import { knowledgeOf, REVIEWED } from "../../lab/oracle/generations.ts";
import { predictCell } from "../../lab/oracle/predict-cell.ts";
import { predictCheck } from "../../lab/oracle/predict-check.ts";
import { basics } from "../../scenarios/basics.ts";
import { ALL_CELLS, GENERATIONS, party } from "./cells.ts";

const answer = (cell: Cell, kernel: KernelVersion) => JSON.stringify({ ...predictCell(cell, kernel), rule: "" });
const differing = (one: KernelVersion, other: KernelVersion) =>
  ALL_CELLS.filter((cell) => answer(cell, one) !== answer(cell, other));

describe("between the reviewed generations", () => {
  test.each([
    [GENERATIONS[0], GENERATIONS[1]],
    [GENERATIONS[1], GENERATIONS[2]],
    [GENERATIONS[3], GENERATIONS[4]],
  ])("%s and %s predict the same", (one = [0, 0, 0], other = [0, 0, 0]) => {
    expect(differing(one, other)).toEqual([]);
  });

  test("D1 changes group frames of bridge senders that come back, and nothing else", () => {
    const changed = differing([6, 12, 117], [7, 2, 12]);
    expect(changed).toHaveLength(96);
    for (const cell of changed) {
      expect(cell, cellName(cell)).toMatchObject({ reflectiveRelay: true, source: { mode: "bridge" } });
      expect(["broadcast", "multicast-joined"]).toContain(cell.traffic);
    }
  });
});

const returning: Cell = {
  placement: "same-lower",
  reflectiveRelay: true,
  traffic: "broadcast",
  source: party("B"),
  destination: party("B"),
};

describe("knowledge of D1", () => {
  test.each<[KernelVersion, boolean, "known" | "doubtful"]>([
    [[5, 10, 0], false, "known"],
    [[5, 10, 262], false, "known"],
    [[5, 10, 263], false, "doubtful"],
    [[5, 15, 3], false, "known"],
    [[6, 1, 192], false, "known"],
    [[6, 1, 193], false, "doubtful"],
    [[6, 8, 0], false, "known"],
    [[6, 12, 43], false, "known"],
    [[6, 14, 2], false, "known"],
    [[6, 18, 15], false, "known"],
    [[6, 18, 44], false, "doubtful"],
    [[6, 19, 6], false, "doubtful"],
    [[7, 1, 13], false, "doubtful"],
    [[7, 2, 5], false, "doubtful"],
    [[7, 2, 6], true, "known"],
    [[7, 2, 9], true, "known"],
    [[7, 2, 40], true, "known"],
    [[7, 3, 0], true, "known"],
    [[7, 3, 4], true, "known"],
    [[7, 3, 9], true, "known"],
  ])("%j: changed %s, %s", (kernel, changed, certainty) => {
    const { facts, doubts, outside } = knowledgeOf(kernel);
    expect(facts.returningGroupReachesBridge).toBe(changed);
    const others = doubts.filter(({ returningGroupReachesBridge }) => returningGroupReachesBridge !== changed);
    expect(others).toHaveLength(certainty === "known" ? 0 : 1);
    expect(outside).toBe(false);
  });

  test.each<[KernelVersion, boolean, boolean]>([
    [[6, 12, 117], false, false],
    [[6, 18, 15], true, false],
    [[6, 18, 44], true, true],
    [[7, 2, 12], true, false],
    [[7, 3, 0], true, true],
    [[7, 3, 4], false, false],
  ])(
    "%j: an idle switch counts %s, doubtful %s: a fix that came to a stable branch first",
    (kernel, counts, doubtful) => {
      const { facts, doubts } = knowledgeOf(kernel);
      expect(facts.idleSwitchCounts).toBe(counts);
      expect(doubts.some(({ idleSwitchCounts }) => idleSwitchCounts !== counts)).toBe(doubtful);
    },
  );

  test("doubt marks what hangs on it, and nothing else", () => {
    expect(predictCell(returning, [6, 18, 44])).toMatchObject({ copies: 1, echo: 0, extrapolated: true });
    expect(predictCell({ ...returning, traffic: "unicast" }, [6, 18, 44])).not.toHaveProperty("extrapolated");
    const doubtful = ALL_CELLS.filter((cell) => predictCell(cell, [6, 18, 44]).extrapolated);
    expect(doubtful).toEqual(differing([6, 12, 117], [7, 2, 12]));
    for (const check of basics.checks ?? [])
      expect(predictCheck(check, [6, 18, 44])).not.toHaveProperty("extrapolated");
  });
});

test.each<[KernelVersion]>([[[4, 19, 300]], [[5, 4, 0]], [[7, 4, 0]], [[8, 0, 1]]])(
  "%j is outside: all is extrapolated",
  (kernel) => {
    expect(knowledgeOf(kernel).outside).toBe(true);
    expect(ALL_CELLS.every((cell) => predictCell(cell, kernel).extrapolated)).toBe(true);
    expect((basics.checks ?? []).every((check) => predictCheck(check, kernel).extrapolated)).toBe(true);
  },
);

test("a newer kernel is judged by the newest rules, an older one by the oldest", () => {
  expect(predictCell(returning, [9, 0, 0])).toMatchObject({ copies: 2, echo: 1 });
  expect(predictCell(returning, [4, 19, 0])).toMatchObject({ copies: 1, echo: 0 });
});

test("nothing is extrapolated at a reviewed version", () => {
  for (const kernel of REVIEWED) expect(ALL_CELLS.filter((cell) => predictCell(cell, kernel).extrapolated)).toEqual([]);
});
