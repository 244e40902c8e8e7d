/** What was measured, as Markdown. */
import type { Results } from "../lab/model/results.ts";
import type { KernelNames } from "./kernel-names.ts";
import { codeSpan, escapeText, markdownTable } from "./markdown-text.ts";
import { MEASURED_LEGEND, measuredKernels } from "./measurements.ts";

export function measurementMarkdown(results: Results, kernels: KernelNames): string[] {
  const measured = measuredKernels(results, kernels);
  if (measured.length === 0) return [];
  return [
    "## Measured",
    MEASURED_LEGEND,
    ...measured.flatMap(({ kernel, rows }) => [
      `### ${escapeText(kernel)}`,
      markdownTable(
        ["Measured", "What", "Median", "Ratios"],
        rows.map(({ id, text, figure, ratios }) => [
          codeSpan(id),
          escapeText(text),
          escapeText(figure),
          escapeText(ratios.join("; ")),
        ]),
      ).join("\n"),
    ]),
  ];
}
