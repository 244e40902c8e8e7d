/** One glyph per outcome, and a legend for exactly the glyphs that occur. */
import { expect, test } from "vitest";
import type { CellResult } from "../../lab/model/results.ts";
import { behaviour, cellCode, glyphLegend, glyphOf, isConclusive, toneOf } from "../../reports/glyph.ts";
import { OLD, sampleCell } from "./sample.ts";

const PARTY = { kind: "macvlan", mode: "vepa" } as const;
const AXES = { placement: "same-lower", reflectiveRelay: false, traffic: "unicast" } as const;

const code = (observed: CellResult["observed"], verdict: CellResult["verdict"] = "match") =>
  cellCode(sampleCell(OLD, { ...AXES, source: PARTY, destination: PARTY }, observed, { verdict }));

test.each([
  ["1", { copies: 1, echo: 0, wire: 1 }, "match", "reached"],
  [".", { copies: 0, echo: 0, wire: 1 }, "match", "unreached"],
  ["2", { copies: 2, echo: 0, wire: 1 }, "match", "odd"],
  ["12", { copies: 12, echo: 0, wire: 1 }, "match", "odd"],
  ["1L", { copies: 1, echo: 0, wire: 0 }, "match", "reached"],
  ["1w2", { copies: 1, echo: 0, wire: 2 }, "match", "odd"],
  [".e", { copies: 0, echo: 1, wire: 1 }, "match", "odd"],
  ["2e3", { copies: 2, echo: 3, wire: 1 }, "match", "odd"],
  ["x", { error: "EINVAL" }, "unsupported", "refused"],
  ["!x", { error: "EBUSY" }, "mismatch", "bad"],
  ["!1", { copies: 1, echo: 0, wire: 1 }, "mismatch", "bad"],
  ["!?", {}, "mismatch", "bad"],
  ["?", { copies: 1 }, "inconclusive", "unsure"],
] as const)("%s", (glyph, observed, verdict, tone) => {
  expect(glyphOf(code({ ...observed }, verdict))).toBe(glyph);
  expect(toneOf(glyph)).toBe(tone);
});

test("another error is another behaviour, though the glyph is the same", () => {
  expect(code({ error: "EINVAL" }, "unsupported")).not.toBe(code({ error: "EBUSY" }, "unsupported"));
});

test("the judgement is no part of the behaviour; a blank and a doubt are none", () => {
  expect(behaviour("!2e")).toBe("2e");
  expect(["", "?", "!?"].filter(isConclusive)).toEqual([]);
  expect(["1", ".", "!x:EBUSY"].filter(isConclusive)).toHaveLength(3);
});

test("the legend explains what occurs and nothing else", () => {
  const samples = (...codes: string[]) => glyphLegend(new Set(codes)).map(([sample]) => sample);
  expect(samples("1", ".")).toEqual(["1", "."]);
  expect(samples("!2e")).toEqual(["2", "1e", "!1"]);
  expect(samples("12")).toEqual(["2"]);
  expect(glyphLegend(new Set(["x:EINVAL", "x:EBUSY", "!x:EEXIST"]))).toEqual([
    ["x", "refused by the kernel, as predicted: EBUSY, EINVAL"],
    ["!x", "refused by the kernel, not as predicted: EEXIST"],
  ]);
});
