/** `macvlab diff` in its three forms. After a wanted change: `npx vitest run test/reports --update`, then read the diff. */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { runOf } from "../../lab/compare/baseline-run.ts";
import { compareRuns } from "../../lab/compare/changes.ts";
import { withKernel } from "../../lab/compare/kernel-choice.ts";
import type { Run } from "../../lab/compare/run.ts";
import { makeBaseline } from "../../reports/baseline.ts";
import { makeDiff } from "../../reports/diff.ts";
import { renderJsonDiff } from "../../reports/json-diff.ts";
import { renderMarkdownDiff } from "../../reports/markdown-diff.ts";
import { renderTerminalDiff } from "../../reports/terminal-diff.ts";
import { FIRST, SECOND, THIRD, THREE } from "./generations.ts";
import { NEW, SAMPLE } from "./sample.ts";

function diffOf(before: Run, after: Run, names: readonly [string, string] = ["runs/a", "runs/b"]) {
  return makeDiff(sideOf(names[0], before), sideOf(names[1], after), compareRuns(before, after));
}

const sideOf = (name: string, run: Run) => ({ name, directory: name.replace(/#.*/, ""), run });
const kernel = (id: string, run: Run = THREE) => withKernel(run, id, "runs/a");
const GENERATIONS = diffOf(kernel(FIRST), kernel(THIRD), [`runs/a#${FIRST}`, `runs/a#${THIRD}`]);
const BROKEN = diffOf(kernel(FIRST), kernel(SECOND), [`runs/a#${FIRST}`, `runs/a#${SECOND}`]);
const WITHOUT = diffOf(SAMPLE, { ...kernel(NEW, SAMPLE), cells: SAMPLE.cells.slice(9), checks: [] });

describe("golden files", () => {
  test.each([80, 120])("text, %i columns", async (columns) => {
    const text = [GENERATIONS, BROKEN, WITHOUT].map((diff) => renderTerminalDiff(diff, { columns, colour: false }));
    await expect(text.join("=====\n")).toMatchFileSnapshot(`./golden/diff-${columns}.txt`);
  });

  test.each([
    ["diff.md", renderMarkdownDiff],
    ["diff.json", renderJsonDiff],
  ])("%s", async (name, render) => {
    await expect([GENERATIONS, BROKEN].map(render).join("")).toMatchFileSnapshot(`./golden/${name}`);
  });
});

test.each([80, 120])("no line is longer than %i columns", (columns) => {
  const text = [GENERATIONS, BROKEN, WITHOUT].map((diff) => renderTerminalDiff(diff, { columns, colour: false }));
  expect(text.flatMap((one) => one.split("\n")).filter((line) => line.length > columns)).toEqual([]);
});

test("colour adds nothing but colour", () => {
  const colourful = renderTerminalDiff(GENERATIONS, { columns: 80, colour: true });
  expect(colourful).toContain("\x1b[");
  expect(stripVTControlCharacters(colourful)).toBe(renderTerminalDiff(GENERATIONS, { columns: 80, colour: false }));
});

test("nothing changed is said with what was compared", () => {
  const text = renderTerminalDiff(diffOf(THREE, THREE), { columns: 80, colour: false });
  expect(text).toContain(`Nothing changed: ${THREE.cells.length} cells and 6 checks compared.`);
});

test("a rule that reads differently explains; one that only moved to another function does not", () => {
  const [explained] = GENERATIONS.groups;
  expect(explained?.rules).toEqual({
    before: ["process_broadcast: a bridge endpoint's frame goes to vepa endpoints alone"],
    after: ["multicast_rx: a bridge endpoint's frame goes to bridge endpoints too"],
  });
  expect(explained?.changes).toHaveLength(8);
  expect(BROKEN.groups.filter(({ rules }) => rules.before.length + rules.after.length > 0)).toEqual([]);
});

test("a second copy and an echo of one cell are two entries and one change", () => {
  const [group] = GENERATIONS.groups;
  expect(group?.entries.map(({ before, after, changes }) => [before, after, changes.length])).toEqual([
    ["no echo to the sender", "1 echo to the sender", 8],
    ["1 copy", "2 copies", 4],
  ]);
});

test("held against a baseline, whose rules nobody knows, nothing is claimed about rules", () => {
  const baseline = runOf(makeBaseline(kernel(FIRST), { rules: false }));
  const text = renderTerminalDiff(diffOf(baseline, kernel(THIRD)), { columns: 200, colour: false });
  expect(text).toContain("8 cells and 1 check changed\n");
  expect(text).toContain("no frames were kept");
  expect(text).not.toMatch(/no rule explains|explained by/);
});

test("the JSON has every change once, with both sides", () => {
  const json = JSON.parse(renderJsonDiff(GENERATIONS));
  expect(json.changes).toHaveLength(9);
  for (const change of json.changes)
    for (const side of ["before", "after"]) {
      expect(change[side]).toMatchObject({ verdict: "match", rule: expect.any(String), evidence: expect.any(Array) });
      expect(json.groups[change.group].kind).toBe("changed");
    }
});
