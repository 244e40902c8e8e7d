/** Parts of what GitHub shows: a row per kernel, the run in a line. */
import type { Results } from "../../lab/model/results.ts";
import { groupBy } from "../group.ts";
import { codeSpan, escapeText } from "../markdown-text.ts";
import { summaryText } from "../summary.ts";
import { oneLine, shortened } from "./one-line.ts";

/** Markdown cells: kernel, release, health, counts by verdict. */
export function kernelRows(results: Results): string[][] {
  const answers = groupBy([...results.cells, ...results.checks], ({ kernel }) => kernel);
  return results.kernels.map(({ id, release, health }) => {
    const verdicts = groupBy(answers.get(id) ?? [], ({ verdict }) => verdict);
    const counts = [...verdicts].map(([verdict, own]) => `${own.length} ${verdict}`).sort();
    const status = health.status === "ok" ? "ok" : `**${health.status}**`;
    return [codeSpan(shortened(id, 200)), escapeText(shortened(release, 200)), status, counts.join(", ") || "nothing"];
  });
}

export function countsLine(results: Results): string {
  return oneLine(summaryText(results));
}
