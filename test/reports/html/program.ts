/** The program of `report.html`, as it was built: the tests of the pure tier need it whole only here. */
import { readFileSync } from "node:fs";
import { renderHtml } from "../../../reports/html.ts";
import type { HtmlRun } from "../../../reports/html-types.ts";
import { CLAIMS } from "../../../scenarios/claims.ts";

export function rendered(...runs: HtmlRun[]): string {
  const program = readFileSync(new URL("../../../dist/report/index.html", import.meta.url), "utf8");
  return renderHtml(runs, { program, claims: CLAIMS });
}
