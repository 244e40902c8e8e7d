/** "Not as expected" in Markdown, with the captures linked. */
import type { Results } from "../lab/model/results.ts";
import { plural } from "./cell-text.ts";
import { type Deviation, framesText, LISTED } from "./deviations.ts";
import { type KernelNames, kernelPhrase } from "./kernel-names.ts";
import { setItems } from "./markdown-differences.ts";
import { codeSpan, escapeText, fileLink } from "./markdown-text.ts";

export function deviationMarkdown(all: readonly Deviation[], kernels: KernelNames, results: Results): string[] {
  if (all.length === 0) return [];
  const several = new Set(results.cells.map((cell) => cell.scenario)).size > 1;
  const entries = all.slice(0, LISTED).flatMap((entry) => entryParts(entry, kernels, several));
  const more = all.length - LISTED;
  return ["## Not as expected", ...entries, ...(more > 0 ? [`${more} more in [results.json](results.json).`] : [])];
}

function entryParts(entry: Deviation, kernels: KernelNames, several: boolean): string[] {
  const size = entry.title === undefined ? plural(entry.count, "cell", "cells") : "check";
  const verdict = `${entry.verdict[0]?.toUpperCase()}${entry.verdict.slice(1)}`;
  const where = entry.title === undefined ? setItems(entry.sets, several) : [escapeText(entry.title)];
  const heading = `### ${verdict}, ${size}, on ${escapeText(kernelPhrase(kernels, entry.kernels))}`;
  return [heading, where.join("\n"), factItems(entry).join("\n")];
}

function factItems(entry: Deviation): string[] {
  const fact = (name: string, text: string | undefined) => (text ? [`- ${name}: ${text}`] : []);
  return [
    ...fact("why", entry.reason && escapeText(entry.reason)),
    ...fact("example", entry.title === undefined ? codeSpan(entry.example) : undefined),
    ...fact("expected", escapeText(entry.expected)),
    ...fact("observed", escapeText(entry.observed)),
    ...fact("rule", escapeText(entry.rule)),
    ...entry.evidence.flatMap((one) => fact("capture", `${fileLink(one.capture)}, ${escapeText(framesText(one))}`)),
  ];
}
