/** "Not as expected" on a terminal: every mismatch and everything inconclusive, with where to look for oneself. */
import type { Results } from "../lab/model/results.ts";
import { plural } from "./cell-text.ts";
import { type Deviation, deviations, framesText, LISTED } from "./deviations.ts";
import { type KernelNames, kernelPhrase } from "./kernel-names.ts";
import { setLines } from "./terminal-differences.ts";
import { hanging, type Page } from "./terminal-text.ts";

const INDENT = 16;

export function deviationLines(page: Page, results: Results, kernels: KernelNames): string[] {
  const all = deviations(results);
  if (all.length === 0) return [];
  const several = new Set(results.cells.map((cell) => cell.scenario)).size > 1;
  const lines = all.slice(0, LISTED).flatMap((deviation) => ["", ...entryLines(page, deviation, kernels, several)]);
  if (all.length > LISTED) lines.push("", `  ${all.length - LISTED} more in results.json`);
  return [page.paint("heading", "NOT AS EXPECTED"), ...lines.slice(1)];
}

function entryLines(page: Page, entry: Deviation, kernels: KernelNames, several: boolean): string[] {
  const style = entry.verdict === "mismatch" ? "bad" : "unsure";
  const size = entry.title === undefined ? plural(entry.count, "cell", "cells") : "check";
  const fact = (name: string, text: string | undefined) =>
    text === undefined ? [] : hanging(page, `      ${name}`, text || "nothing", INDENT);
  return [
    `${page.paint(style, entry.verdict.toUpperCase())}, ${size}, on ${kernelPhrase(kernels, entry.kernels)}`,
    ...(entry.title === undefined ? setLines(page, entry.sets, several) : hanging(page, "  -", entry.title, 4)),
    ...fact("why", entry.reason),
    ...(entry.title === undefined ? fact("example", entry.example) : []),
    ...fact("expected", entry.expected),
    ...fact("observed", entry.observed),
    ...fact("rule", entry.rule),
    ...entry.evidence.flatMap((one) => fact("capture", `${one.capture}, ${framesText(one)}`)),
  ];
}
