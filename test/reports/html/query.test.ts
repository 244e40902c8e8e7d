import { expect, test } from "vitest";
import { has, parseQuery, toggled } from "../../../reports/app/query.ts";
import { Report } from "../../../reports/app/report.ts";
import { cellLinks, fragmentOf, START, stateOf } from "../../../reports/app/state.ts";
import { indexOf } from "../../../reports/html-index.ts";
import { OLD, SAMPLE } from "../sample.ts";

const options = { program: "", claims: [] };
const { index } = indexOf([{ name: "sample", directory: "", results: SAMPLE }], options);
const report = new Report(index);
const found = (query: string) => report.select(query).questions.map((place) => index.names[place] ?? "");

test("words of a category are alternatives, categories must all hold, the rest is text", () => {
  expect([...parseQuery("mode:vepa mode:bridge relay:on any://thing").tokens.keys()]).toEqual(["mode", "relay"]);
  expect(parseQuery("mode:vepa any://thing").words).toEqual(["any://thing"]);
  const both = found("traffic:unicast traffic:broadcast relay:on");
  expect(both.length).toBeGreaterThan(0);
  expect(both.every((name) => /relay-on (unicast|broadcast) /.test(name))).toBe(true);
  expect(
    found("from:vepa to:source+other macvtap/vepa").every((name) => /macvtap\/vepa>.*source\+other$/.test(name)),
  ).toBe(true);
  expect(found("mode:no-such")).toEqual([]);
  expect(found("")).toHaveLength(index.questions.length);
});

test("verdicts and statuses are of the kernels that are shown", () => {
  expect(found("verdict:mismatch kernel:6.12")).toEqual([
    "pairings same-lower relay-on unicast macvtap/vepa>macvtap/bridge",
  ]);
  expect(found("verdict:inconclusive kernel:6.12")).toEqual([]);
  expect(found("status:not-measured kernel:7.2")).toEqual([]);
  expect(found("status:not-measured kernel:broken")).toHaveLength(index.questions.length);
  expect(report.select("kernel:6.12 kernel:7.2").columns).toHaveLength(2);
});

test("different is what two kernels certainly did differently", () => {
  const names = found("is:different");
  expect(names).toContain("pairings same-lower relay-on broadcast macvlan/bridge>macvlan/bridge");
  const unsure = "pairings two-lowers relay-on unicast macvlan/bridge>macvlan/source+sender";
  expect(names).not.toContain(unsure);
  expect(found("is:different kernel:6.12")).toEqual([]);
});

test("a button adds its token and takes it away", () => {
  expect(toggled("a mode:vepa", "relay:on")).toBe("a mode:vepa relay:on");
  expect(toggled("a MODE:vepa", "mode:vepa")).toBe("a");
  expect(has("a MODE:vepa", "mode:vepa")).toBe(true);
});

test("a view survives its URL", () => {
  const state = {
    view: "cell",
    query: "kernel:a/b&c #?",
    layout: "difference",
    cell: "p relay-on a>b+c",
    on: "é/6",
  } as const;
  expect(stateOf(fragmentOf(state))).toEqual(state);
  expect(cellLinks(state, "é/6")(state.cell)).toBe(fragmentOf(state));
  expect(stateOf("#/no-such?by=x")).toEqual(START);
  expect(stateOf("")).toEqual(START);
});

test("cells are found by meaning in an index with rows added and reordered", () => {
  const extra = SAMPLE.cells.map((cell) => ({ ...cell, scenario: "another" }));
  const results = { ...SAMPLE, cells: [...extra, ...SAMPLE.cells.toReversed()], kernels: SAMPLE.kernels.toReversed() };
  const other = new Report(indexOf([{ name: "sample", directory: "", results }], options).index);
  const old = report.columns.findIndex(({ kernel }) => kernel.id === OLD);
  const its = other.columns.findIndex(({ kernel }) => kernel.id === OLD);
  for (const [place, name] of index.names.entries())
    expect([name, other.look(its, other.find(name))]).toEqual([name, report.look(old, place)]);
});
