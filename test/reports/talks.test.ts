/** Conversations in the reports. After a wanted change: `npx vitest run test/reports --update`, then read the diff. */
import { describe, expect, test } from "vitest";
import { applyBaseline } from "../../lab/compare/apply-baseline.ts";
import { runOf } from "../../lab/compare/baseline-run.ts";
import { compareRuns, isChanged } from "../../lab/compare/changes.ts";
import { hasResultsShape } from "../../lab/compare/shape.ts";
import { baselineSchema } from "../../lab/model/baseline.ts";
import { type CellResult, resultsSchema } from "../../lab/model/results.ts";
import type { Outcome, Talk } from "../../lab/model/vocabulary.ts";
import { makeBaseline } from "../../reports/baseline.ts";
import { foldChapters } from "../../reports/chapters.ts";
import { foldCompat } from "../../reports/compat.ts";
import { deviations } from "../../reports/deviations.ts";
import { makeDiff } from "../../reports/diff.ts";
import { kernelDifferences } from "../../reports/differences.ts";
import { cellCode, glyphLegend, toneOf } from "../../reports/glyph.ts";
import { renderMarkdown } from "../../reports/markdown.ts";
import { renderMarkdownCompat } from "../../reports/markdown-compat.ts";
import { renderTerminal } from "../../reports/terminal.ts";
import { renderTerminalDiff } from "../../reports/terminal-diff.ts";
import { trafficList, trafficText } from "../../reports/traffic-text.ts";
import { NEW, OLD, SAMPLE } from "./sample.ts";
import { TALKS } from "./talks.ts";

const only = (kernel: string) => ({
  ...TALKS,
  kernels: TALKS.kernels.filter(({ id }) => id === kernel),
  cells: TALKS.cells.filter((cell) => cell.kernel === kernel),
});
const told = { ...TALKS, cells: TALKS.cells.filter(({ verdict }) => verdict !== "inconclusive") };

describe("golden files", () => {
  test.each([80, 120])("terminal, %i columns", async (columns) => {
    const text = renderTerminal(TALKS, { columns, colour: false });
    await expect(text).toMatchFileSnapshot(`./golden/talks-${columns}.txt`);
    expect(text.split("\n").filter((line) => line.length > columns && !line.startsWith("$"))).toEqual([]);
  });

  test("Markdown: the report, and the compatibility report", async () => {
    await expect(renderMarkdown(TALKS)).toMatchFileSnapshot("./golden/talks.md");
    await expect(renderMarkdownCompat(foldCompat(TALKS))).toMatchFileSnapshot("./golden/talks-compat.md");
  });
});

test("they are what the schema says, and what is read without it", () => {
  expect(resultsSchema.safeParse(TALKS).error).toBeUndefined();
  expect(hasResultsShape(JSON.parse(JSON.stringify(TALKS)))).toBe(true);
  const [cell] = TALKS.cells;
  const damaged = (parts: object) => hasResultsShape({ ...TALKS, cells: [{ ...cell, ...parts }] });
  expect([damaged({ route: 1 }), damaged({ observed: { outcome: 1 } })]).toEqual([false, false]);
});

describe("a glyph", () => {
  const cell = (outcome: Outcome, traffic: Talk = "icmp", verdict: CellResult["verdict"] = "match") =>
    ({ ...(TALKS.cells[0] as CellResult), traffic, verdict, observed: { outcome } }) as CellResult;

  test.each<[Outcome, Talk, string, string]>([
    ["answered", "tcp", "+", "reached"],
    ["heard", "tcp", "h", "odd"],
    ["heard", "igmp", "+", "reached"],
    ["heard", "mld", "+", "reached"],
    ["unheard", "udp", "u", "unreached"],
    ["unresolved", "icmp", "-", "unreached"],
  ])("%s (%s) is %s", (outcome, traffic, glyph, tone) => {
    expect([cellCode(cell(outcome, traffic)), toneOf(glyph)]).toEqual([glyph, tone]);
  });

  test("is marked where it is not as expected, and tells nothing where nothing could be told", () => {
    expect(cellCode(cell("heard", "tcp", "mismatch"))).toBe("!h");
    expect(cellCode(cell("heard", "tcp", "inconclusive"))).toBe("?");
  });

  test("has its line in the legend, and frames have theirs", () => {
    const samples = (codes: string[]) => glyphLegend(new Set(codes)).map(([sample]) => sample);
    expect(samples(["+", "h", "u", "-"])).toEqual(["+", "h", "u", "-"]);
    expect(samples(["1", ".", "2e"])).toEqual(["1", ".", "2", "1e"]);
  });
});

describe("names", () => {
  test("of one kind", () => {
    expect(trafficText({ traffic: "icmp" })).toBe("icmp");
    expect(trafficText({ traffic: "icmp", neighbours: "static" })).toBe("icmp (static neighbours)");
    expect(trafficText({ traffic: "tcp", route: "router" })).toBe("tcp (by router)");
  });

  test("of several say once how they are held", () => {
    expect(trafficList(["icmp", "udp", "icmp (by router)", "tcp (by router)"])).toBe(
      "icmp, udp; icmp, tcp (by router)",
    );
    expect(trafficList(["unicast", "broadcast"])).toBe("unicast, broadcast");
  });
});

test("talks that fare alike share a section, in one order, whatever order they come in", () => {
  const sections = (cells: readonly CellResult[]) =>
    foldChapters({ ...TALKS, cells: [...cells] }, [OLD, NEW]).flatMap((chapter) =>
      chapter.sections.map(({ traffic }) => traffic.join(", ")),
    );
  const expected = [
    "arp, igmp",
    "icmp",
    "udp",
    "tcp",
    "icmp (static neighbours), udp (static neighbours)",
    "icmp (by router)",
  ];
  expect(sections(TALKS.cells)).toEqual(expected);
  expect(sections(TALKS.cells.toReversed())).toEqual(expected);
});

test("frames and conversations are chapters of their own in one report", () => {
  const text = renderTerminal({ ...SAMPLE, cells: [...SAMPLE.cells, ...TALKS.cells] }, { columns: 100, colour: false });
  expect(text).toContain("ONE LOWER DEVICE carries both endpoints, scenario pairings");
  expect(text).toContain("ONE LOWER DEVICE carries both endpoints, scenario conversations");
  expect(text).toContain("one tagged frame per cell");
});

test("what differs between kernels is how far they came", () => {
  const { cells } = kernelDifferences(TALKS, [OLD, NEW]);
  expect(cells.map(({ outcomes }) => outcomes.map(({ text, kernels }) => [text, kernels.length]))).toEqual([
    [
      ["answered", 1],
      ["heard", 1],
    ],
    [
      ["heard (expected: answered)", 1],
      ["answered", 1],
    ],
  ]);
});

test("what is not as expected says how far it came, and every try", () => {
  const [wrong, unclear] = deviations(TALKS);
  expect([wrong?.expected, wrong?.observed]).toEqual(["answered", "heard"]);
  expect(unclear?.observed).toBe("answered (tries: unheard, answered)");
});

test("a diff names the outcomes on both sides", () => {
  const [before, after] = [only(OLD), only(NEW)];
  const renamed = { ...after, kernels: before.kernels, cells: after.cells.map((cell) => ({ ...cell, kernel: OLD })) };
  const comparison = compareRuns(before, renamed);
  const side = (name: string, run: typeof before) => ({ name, directory: ".", run });
  const text = renderTerminalDiff(makeDiff(side("a", before), side("b", renamed), comparison), {
    columns: 100,
    colour: false,
  });
  expect(text).toContain("one lower device, relay on, icmp, udp (static neighbours)");
  expect(text).toContain("answered -> heard");
});

describe("a baseline", () => {
  const baseline = makeBaseline(told, { rules: true });

  test("keeps them, each way of holding one apart, and gives them back", () => {
    expect(baselineSchema.safeParse(baseline).error).toBeUndefined();
    const again = runOf(baseline);
    expect(again.cells.length).toBe(told.cells.length);
    expect(isChanged(compareRuns(told, again))).toBe(false);
    expect(renderMarkdownCompat(foldCompat(again))).toBe(renderMarkdownCompat(foldCompat(told)));
  });

  test("is the expectation of a later run", () => {
    const judged = applyBaseline(told, { file: "before.json", run: runOf(baseline) });
    expect(judged.cells.filter(({ verdict }) => verdict !== "match")).toEqual([]);
    const worse = told.cells.map((cell) => ({ ...cell, observed: { outcome: "unheard" as const } }));
    const changed = applyBaseline({ ...told, cells: worse }, { file: "before.json", run: runOf(baseline) });
    const reasons = new Set(changed.cells.map(({ reason }) => reason));
    expect([...reasons]).toContain("expected answered, observed unheard");
  });
});
