/** "What differs between kernels" on a terminal; nothing for a single kernel. */
import type { Results } from "../lab/model/results.ts";
import { type CellSet, plural } from "./cell-text.ts";
import { kernelDifferences, type Outcome } from "./differences.ts";
import { type KernelNames, kernelPhrase } from "./kernel-names.ts";
import { hanging, type Page } from "./terminal-text.ts";

/** Places of one difference that are spelled out. */
const SETS = 8;

export function differenceLines(page: Page, results: Results, kernels: KernelNames): string[] {
  if (kernels.ids.length < 2) return [];
  const { compared, cells, checks } = kernelDifferences(results, kernels.ids);
  const heading = page.paint("heading", "WHAT DIFFERS BETWEEN KERNELS");
  if (cells.length + checks.length === 0)
    return [heading, `  Nothing: ${plural(compared, "answer", "answers")} compared.`];
  const several = new Set(results.cells.map((cell) => cell.scenario)).size > 1;
  return [
    heading,
    ...cells.flatMap(({ count, sets, outcomes }) => [
      ...setLines(page, sets, several),
      ...outcomeLines(page, kernels, outcomes),
      page.paint("faint", `      ${plural(count, "cell", "cells")} per kernel`),
    ]),
    ...checks.flatMap(({ check, outcomes }) => [
      ...hanging(page, "  -", `${check.id}: ${check.text}`, 4).map((line) => page.paint("strong", line)),
      ...outcomeLines(page, kernels, outcomes),
    ]),
  ];
}

/** Where: at most `SETS` lines. @param others Where the others are; empty when nowhere. */
export function setLines(
  page: Page,
  sets: readonly CellSet[],
  several: boolean,
  others = " in results.json",
): string[] {
  const scenario = (set: CellSet) => (several ? `${set.scenarios.join(", ")}: ` : "");
  const text = (set: CellSet) => `${scenario(set)}${set.where}: ${set.pairs}`;
  const lines = sets.slice(0, SETS).flatMap((set) => hanging(page, "  -", text(set), 4));
  const more = sets.length - SETS;
  if (more > 0) lines.push(`    and ${more} more${others}`);
  return lines.map((line) => page.paint("strong", line));
}

function outcomeLines(page: Page, kernels: KernelNames, outcomes: readonly Outcome[]): string[] {
  const names = outcomes.map((outcome) => kernelPhrase(kernels, outcome.kernels));
  const width = Math.min(40, Math.max(...names.map((name) => name.length)));
  return outcomes.flatMap((outcome, index) => hanging(page, `      ${names[index]}`, outcome.text, 8 + width));
}
