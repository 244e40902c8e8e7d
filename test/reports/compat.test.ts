/** The compatibility report. After a wanted change: `npx vitest run test/reports --update`, then read the diff. */
import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { runOf } from "../../lab/compare/baseline-run.ts";
import { withKernel } from "../../lab/compare/kernel-choice.ts";
import { mergeRuns } from "../../lab/compare/merge.ts";
import { baselineSchema } from "../../lab/model/baseline.ts";
import { makeBaseline } from "../../reports/baseline.ts";
import { foldClaims } from "../../reports/claims.ts";
import { foldCompat } from "../../reports/compat.ts";
import { renderJsonCompat } from "../../reports/json-compat.ts";
import { renderMarkdownClaims } from "../../reports/markdown-claims.ts";
import { renderMarkdownCompat } from "../../reports/markdown-compat.ts";
import { CLAIMS } from "../../scenarios/claims.ts";
import { FIRST, SECOND, THIRD, THREE } from "./generations.ts";
import { SAMPLE } from "./sample.ts";

const COMPAT = foldCompat(THREE);

test.each([
  ["compat.md", renderMarkdownCompat],
  ["compat.json", renderJsonCompat],
])("golden file %s", async (name, render) => {
  await expect(render(COMPAT)).toMatchFileSnapshot(`./golden/${name}`);
});

test("kernels are columns, oldest first", () => {
  expect(COMPAT.kernels.map(({ id }) => id)).toEqual([FIRST, SECOND, THIRD]);
});

test("a change is found where it happened, with the sentences that differ there", () => {
  const [unexpected] = COMPAT.changes.filter(({ boundaries }) => boundaries.length > 1);
  expect(unexpected?.outcomes).toEqual(["1 copy", "not reached (expected: 1 copy)", "1 copy"]);
  const copies = COMPAT.changes.find(({ outcomes }) => outcomes[2] === "2 copies");
  expect(copies).toMatchObject({
    count: 4,
    boundaries: [
      {
        from: 1,
        to: 2,
        rules: {
          before: ["multicast_rx: a bridge endpoint's frame goes to vepa endpoints alone"],
          after: ["multicast_rx: a bridge endpoint's frame goes to bridge endpoints too"],
        },
      },
    ],
  });
});

test("a kernel that could not tell, or was not asked, is no change and is shown as that", () => {
  const outcomes = COMPAT.sections.flatMap(({ rows }) => rows).map((row) => row.outcomes.join("|"));
  expect(outcomes).toContain("1|?|1");
  expect(outcomes).toContain("1||1");
  expect(COMPAT.changes.flatMap((change) => change.outcomes)).not.toContain("?");
});

describe("rows", () => {
  test("are every cell once, those that differ first", () => {
    for (const compat of [COMPAT, foldCompat(SAMPLE)]) {
      const rows = compat.sections.flatMap((section) => section.rows);
      expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(compat.size.cells);
      expect(rows.filter((row) => row.differs).reduce((sum, row) => sum + row.count, 0)).toBe(compat.size.differing);
      for (const section of compat.sections) {
        const differing = section.rows.map((row) => row.differs);
        expect(differing).toEqual(differing.toSorted((a, b) => Number(b) - Number(a)));
      }
    }
  });

  test("say when a copy arrives as another host's, and not when as what it is", () => {
    const [cell] = THREE.cells.filter(({ observed }) => observed.as?.join() === "broadcast");
    if (!cell) throw new Error("no broadcast arrives");
    const other = { ...cell, observed: { ...cell.observed, as: ["otherhost" as const] } };
    const outcome = (one: typeof cell) => foldCompat({ ...THREE, cells: [one] }).sections[0]?.rows[0]?.outcomes[0];
    expect([outcome(cell), outcome(other)]).toEqual(["1", "1 otherhost"]);
  });
});

test("from a baseline with its rules it is the same report, but for what could not be told", () => {
  const told = THREE.cells.filter(({ verdict }) => verdict !== "inconclusive");
  const run = { ...THREE, cells: told };
  const again = runOf(makeBaseline(run, { rules: true }));
  expect(renderMarkdownCompat(foldCompat(again))).toBe(renderMarkdownCompat(foldCompat(run)));
});

test("of one kernel it has nothing to say about changes", () => {
  const text = renderMarkdownCompat(foldCompat(withKernel(THREE, FIRST, "runs/a")));
  expect(text).not.toContain("## What changed");
  expect(text).toContain("## Every behaviour");
});

describe("the published report", () => {
  const published = (name: string) => new URL(`../../reports/compat/${name}`, import.meta.url);

  const runOfFile = async (name: string) =>
    runOf(baselineSchema.parse(JSON.parse(await readFile(published(name), "utf8"))));

  test("is what its data says: scripts/compat writes both", async () => {
    const run = await runOfFile("default.json");
    const stale = "reports/compat/README.md is not what reports/compat/default.json says; run scripts/compat";
    expect(await readFile(published("README.md"), "utf8"), stale).toBe(renderMarkdownCompat(foldCompat(run)));
  });

  test("of the claims is what the same data says", async () => {
    const names = (await readdir(published("."))).filter((name) => name.endsWith(".json")).sort();
    const runs = await Promise.all(names.map(async (name) => ({ name, run: await runOfFile(name) })));
    const stale = "reports/compat/claims.md is not what reports/compat/*.json say; run scripts/compat";
    const text = renderMarkdownClaims(foldClaims(mergeRuns(runs), CLAIMS));
    expect(await readFile(published("claims.md"), "utf8"), stale).toBe(text);
  }, 60_000);

  test("shows the change to bridge endpoints' returning group frames at its top", async () => {
    const { size, changes, kernels } = foldCompat(await runOfFile("default.json"));
    expect(kernels.length).toBeGreaterThanOrEqual(5);
    expect(size).toMatchObject({ differing: 96 });
    expect(changes.map(({ count, outcomes }) => [count, outcomes.at(0), outcomes.at(-1)])).toEqual([
      [8, "1 copy", "2 copies"],
      [96, "no echo to the sender", "1 echo to the sender"],
    ]);
  });
});
