/** "What differs between kernels" in Markdown; nothing for a single kernel. */
import type { Results } from "../lab/model/results.ts";
import { type CellSet, plural } from "./cell-text.ts";
import { kernelDifferences, type Outcome } from "./differences.ts";
import { type KernelNames, kernelPhrase } from "./kernel-names.ts";
import { codeSpan, escapeText, markdownTable } from "./markdown-text.ts";

/** Places of one entry that are spelled out. */
const SETS = 20;

export function differenceMarkdown(results: Results, kernels: KernelNames): string[] {
  if (kernels.ids.length < 2) return [];
  const { compared, cells, checks } = kernelDifferences(results, kernels.ids);
  const heading = "## What differs between kernels";
  if (cells.length + checks.length === 0)
    return [heading, `Nothing: ${plural(compared, "answer", "answers")} compared.`];
  const several = new Set(results.cells.map((cell) => cell.scenario)).size > 1;
  return [
    heading,
    ...cells.map(({ count, sets, outcomes }) =>
      [
        `${plural(count, "cell", "cells")} per kernel:`,
        ...setItems(sets, several),
        "",
        ...outcomeTable(kernels, outcomes),
      ].join("\n"),
    ),
    ...checks.map(({ check, outcomes }) =>
      [`Check ${codeSpan(check.id)}, ${escapeText(check.text)}:`, "", ...outcomeTable(kernels, outcomes)].join("\n"),
    ),
  ];
}

/** Where, one item a line, `SETS` at most. @param others Where the others are, in Markdown; empty when nowhere. */
export function setItems(
  sets: readonly CellSet[],
  several: boolean,
  others = " in [results.json](results.json)",
): string[] {
  const scenario = (set: CellSet) => (several ? `${set.scenarios.join(", ")}: ` : "");
  const items = sets
    .slice(0, SETS)
    .map((set) => `- ${escapeText(`${scenario(set)}${set.where}`)}: **${escapeText(set.pairs)}**`);
  const more = sets.length - SETS;
  return more > 0 ? [...items, `- and ${more} more${others}`] : items;
}

function outcomeTable(kernels: KernelNames, outcomes: readonly Outcome[]): string[] {
  const row = ({ text, kernels: ids }: Outcome) => [escapeText(kernelPhrase(kernels, ids)), escapeText(text)];
  return markdownTable(["Kernels", "Observed"], outcomes.map(row));
}
