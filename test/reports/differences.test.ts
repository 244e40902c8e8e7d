/** What differs between kernels is found by observation alone, aspect by aspect, and grouped. */
import { expect, test } from "vitest";
import type { CellResult } from "../../lab/model/results.ts";
import { kernelDifferences } from "../../reports/differences.ts";
import { makeResults, NEW, OLD, SAMPLE, sampleCell, sampleCheck } from "./sample.ts";

const KERNELS = [OLD, NEW];
const PARTY = { kind: "macvlan", mode: "bridge" } as const;
const AXES = {
  placement: "same-lower",
  reflectiveRelay: true,
  traffic: "broadcast",
  source: PARTY,
  destination: PARTY,
};

function pair(old: CellResult["observed"], young: CellResult["observed"], parts: Partial<CellResult> = {}) {
  const axes = AXES as Parameters<typeof sampleCell>[1];
  const cells = [sampleCell(OLD, axes, old), sampleCell(NEW, axes, young, parts)];
  return kernelDifferences(makeResults({ cells }), KERNELS);
}

test("a second copy and an echo are two findings", () => {
  const { cells } = pair({ copies: 1, echo: 0, wire: 1 }, { copies: 2, echo: 1, wire: 1 });
  expect(cells.map(({ outcomes }) => outcomes.map(({ text }) => text))).toEqual([
    ["1 copy", "2 copies"],
    ["no echo to the sender", "1 echo to the sender"],
  ]);
  expect(cells[0]?.sets[0]).toMatchObject({
    where: "one lower device, relay on, broadcast",
    pairs: "macvlan bridge -> macvlan bridge",
  });
});

test("an inconclusive cell is not compared", () => {
  const found = pair({ copies: 1 }, { copies: 0 }, { verdict: "inconclusive" });
  expect(found).toEqual({ compared: 0, cells: [], checks: [] });
});

test("the same observation judged otherwise is no difference", () => {
  expect(pair({ copies: 1 }, { copies: 1 }, { verdict: "mismatch" })).toEqual({ compared: 1, cells: [], checks: [] });
});

test("a mismatch says what was expected of the aspect that is wrong", () => {
  const expected = { copies: 1, by: "oracle", rule: "r" } as const;
  const { cells } = pair({ copies: 1 }, { copies: 2 }, { verdict: "mismatch", expected });
  expect(cells[0]?.outcomes[1]).toEqual({ text: "2 copies (expected: 1 copy)", kernels: [NEW] });
});

test("another error is a difference", () => {
  const { cells } = pair({ error: "EINVAL" }, { error: "EBUSY" });
  expect(cells[0]?.outcomes.map(({ text }) => text)).toEqual(["refused: EINVAL", "refused: EBUSY"]);
});

test("checks differ by their answers; unanswered ones do not count", () => {
  const checks = [
    ...KERNELS.map((kernel, index) => sampleCheck(kernel, "mtu", { observed: String(index) })),
    sampleCheck(OLD, "ping"),
    sampleCheck(NEW, "ping", { observed: "", verdict: "inconclusive" }),
  ];
  const found = kernelDifferences(makeResults({ checks }), KERNELS);
  expect(found.checks.map(({ check }) => check.id)).toEqual(["mtu"]);
  expect(found.compared).toBe(1);
});

test("the parties of a set are said as briefly as is true", () => {
  const found = kernelDifferences(SAMPLE, KERNELS);
  const sets = found.cells.flatMap((difference) => difference.sets.map((set) => `${set.where}: ${set.pairs}`));
  expect(sets).toContain("one lower device, relay on, broadcast, multicast-joined: bridge -> bridge");
  expect(sets).toContain("one lower device, relay on, unicast: macvtap vepa -> macvtap bridge");
});
