/** The terminal report. After a wanted change: `npx vitest run test/reports --update`, then read the golden files' diff. */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { CellResult } from "../../lab/model/results.ts";
import { renderTerminal } from "../../reports/terminal.ts";
import { makeResults, OLD, SAMPLE, sampleKernel } from "./sample.ts";

const golden = (name: string) => `./golden/${name}`;
const WIDTHS = [80, 100, 120] as const;

describe("golden files", () => {
  test.each(WIDTHS)("%i columns", async (columns) => {
    await expect(renderTerminal(SAMPLE, { columns, colour: false })).toMatchFileSnapshot(
      golden(`terminal-${columns}.txt`),
    );
  });

  test("colour", async () => {
    await expect(renderTerminal(SAMPLE, { columns: 100, colour: true })).toMatchFileSnapshot(
      golden("terminal-colour.txt"),
    );
  });

  test("one kernel, nothing to complain about", async () => {
    const cells = SAMPLE.cells.filter((cell) => cell.kernel === OLD && ["match", "unsupported"].includes(cell.verdict));
    const results = makeResults({ kernels: [sampleKernel(OLD, "6.12.48")], cells });
    await expect(renderTerminal(results, { columns: 100, colour: false })).toMatchFileSnapshot(
      golden("terminal-fine.txt"),
    );
  });
});

test.each(WIDTHS)("no line is longer than %i columns", (columns) => {
  const lines = renderTerminal(SAMPLE, { columns, colour: false }).split("\n");
  const long = lines.filter((line) => line.length > columns && !line.startsWith("$ macvlab"));
  expect(long).toEqual([]);
});

test("colour adds nothing but colour", () => {
  const colourful = renderTerminal(SAMPLE, { columns: 80, colour: true });
  expect(colourful).toContain("\x1b[");
  expect(stripVTControlCharacters(colourful)).toBe(renderTerminal(SAMPLE, { columns: 80, colour: false }));
});

test("a matrix wider than the terminal goes on below", () => {
  const text = renderTerminal(SAMPLE, { columns: 20, colour: false });
  const lines = text.split("\n").filter((line) => line.includes("vepa") && line.includes("|"));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
});

test("what a kernel wrote cannot act on the terminal", () => {
  const finding = { kind: "oops" as const, title: "evil \x1b[2J\x07\nsecond line", log: "" };
  const kernels = [sampleKernel("host", "6.1.1", { health: { status: "oops", findings: [finding] } })];
  const text = renderTerminal(makeResults({ kernels }), { columns: 80, colour: false });
  expect(text).toContain("evil second line");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
});

test("an empty run is not called fine", () => {
  const text = renderTerminal(makeResults(), { columns: 200, colour: false });
  expect(text).toContain("NOT as expected: nothing was measured");
});

test("a run of one scenario does not name it, a run of two does", () => {
  const cell = SAMPLE.cells[0];
  if (!cell) throw new Error("the sample has no cells");
  const other: CellResult = { ...cell, scenario: "bonds", id: `bonds ${cell.id}` };
  const text = renderTerminal({ ...SAMPLE, cells: [...SAMPLE.cells, other] }, { columns: 80, colour: false });
  expect(text).toContain("ONE LOWER DEVICE carries both endpoints, scenario bonds");
  expect(renderTerminal(SAMPLE, { columns: 80, colour: false })).not.toContain("scenario");
});
