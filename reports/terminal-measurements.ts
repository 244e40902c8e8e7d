/** What was measured, on a terminal. */
import type { Results } from "../lab/model/results.ts";
import type { KernelNames } from "./kernel-names.ts";
import { MEASURED_LEGEND, measuredKernels } from "./measurements.ts";
import { hanging, type Page, table } from "./terminal-text.ts";

export function measurementLines(page: Page, results: Results, kernels: KernelNames): string[] {
  const measured = measuredKernels(results, kernels);
  if (measured.length === 0) return [];
  return [
    page.paint("heading", "MEASURED"),
    ...hanging(page, "", MEASURED_LEGEND, 2),
    ...measured.flatMap(({ kernel, rows }) => {
      const heads = table(rows.map(({ id, figure }) => [`    ${id}`, figure]));
      const ratios = rows.map((row) => row.ratios.flatMap((one) => hanging(page, "", one, 8)));
      return [`  ${page.paint("strong", kernel)}`, ...heads.flatMap((head, place) => [head, ...(ratios[place] ?? [])])];
    }),
  ];
}
