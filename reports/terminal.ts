/**
 * A run's results for a terminal, readable without colour and without having read anything else: what differs between
 * kernels, the matrices, what is not as expected, and the run in one sentence at the end, where the eye is.
 */
import type { Results } from "../lab/model/results.ts";
import { plural } from "./cell-text.ts";
import { type Chapter, foldChapters } from "./chapters.ts";
import { type Answer, foldChecks, refusedTogether } from "./checks.ts";
import { toneOf } from "./glyph.ts";
import { type KernelNames, kernelNames, kernelPhrase } from "./kernel-names.ts";
import { matrixLegend, titleOf } from "./legend.ts";
import { leakText, problems, summaryText } from "./summary.ts";
import { deviationLines } from "./terminal-deviations.ts";
import { differenceLines } from "./terminal-differences.ts";
import { kernelLines } from "./terminal-kernels.ts";
import { chapterLines } from "./terminal-matrix.ts";
import { measurementLines } from "./terminal-measurements.ts";
import { hanging, makePage, type Page, plain } from "./terminal-text.ts";

export interface TerminalOptions {
  /** Characters per line; less than 60 is taken as 60. */
  readonly columns: number;
  readonly colour: boolean;
}

const NARROWEST = 60;

export function renderTerminal(results: Results, options: TerminalOptions): string {
  const page = makePage(Math.max(NARROWEST, options.columns), options.colour);
  const kernels = kernelNames(results);
  const parts = [
    titleLines(page, results),
    kernelLines(page, results, kernels),
    differenceLines(page, results, kernels),
    matrixLines(page, results, kernels),
    checkLines(page, results, kernels),
    measurementLines(page, results, kernels),
    deviationLines(page, results, kernels),
    closingLines(page, results),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function titleLines(page: Page, { run }: Results): string[] {
  const facts = `run ${run.id}, ${run.startedAt}, ${run.seconds.toFixed(1)} s`;
  return [
    `${page.paint("strong", `macvlab ${run.version}`)}  ${facts}`,
    page.paint("faint", plain(`$ macvlab ${run.command.join(" ")}`)),
  ];
}

function matrixLines(page: Page, results: Results, kernels: KernelNames): string[] {
  if (results.cells.length === 0) return [];
  const chapters = foldChapters(results, kernels.ids);
  const several = new Set(chapters.map((chapter) => chapter.scenario)).size > 1;
  const title = (chapter: Chapter) => {
    const [name, what] = titleOf(chapter, several, kernels);
    return hanging(page, page.paint("heading", name.toUpperCase()), what, name.length + 1);
  };
  return [
    page.paint("heading", "WHO REACHES WHOM"),
    ...legendLines(page, results, chapters),
    ...chapters.flatMap((chapter) => ["", ...title(chapter), ...chapterLines(page, chapter, kernels)]),
  ];
}

function legendLines(page: Page, results: Results, chapters: readonly Chapter[]): string[] {
  const { introduction, glyphs, columns } = matrixLegend(results, chapters);
  const sample = (glyph: string) => `    ${page.paint(toneOf(glyph), glyph)}`;
  return [
    ...hanging(page, "", introduction, 2),
    ...glyphs.flatMap(([glyph, meaning]) => hanging(page, sample(glyph), meaning, 10)),
    ...hanging(page, "", `Columns: ${columns.map(([head, meaning]) => `${head} = ${meaning}`).join("; ")}.`, 2),
  ];
}

function checkLines(page: Page, results: Results, kernels: KernelNames): string[] {
  const checks = foldChecks(results);
  if (checks.length === 0) return [];
  const fine = results.checks.filter((check) => check.verdict === "match").length;
  const marks = { match: "", mismatch: "!", inconclusive: "?", unsupported: "x" };
  const { together, others } = refusedTogether(checks);
  const where = (one: Answer) => (kernels.ids.length > 1 ? ` (${kernelPhrase(kernels, one.kernels)})` : "");
  const line = (one: Answer, what: string) => {
    const mark = marks[one.verdict];
    return hanging(page, `  ${page.paint(toneOf(mark), mark)}`, `${what}${where(one)}`, 6);
  };
  return [
    page.paint("heading", "CHECKS"),
    `  ${fine} of ${plural(results.checks.length, "check", "checks")} as expected`,
    ...together.flatMap(({ scenario, count, one }) =>
      line(one, `${count} checks of ${scenario}: ${one.reason ?? one.observed}`),
    ),
    ...others.flatMap(({ check, one }) => line(one, `${check.id}: ${check.text}: ${one.observed || "nothing"}`)),
  ];
}

function closingLines(page: Page, results: Results): string[] {
  const leak = leakText(results);
  const style = problems(results).length === 0 ? "reached" : "bad";
  const summary = hanging(page, "", summaryText(results), 0).map((line) => page.paint(style, line));
  return [...(leak === undefined ? [] : hanging(page, "", leak, 0)), ...summary];
}
