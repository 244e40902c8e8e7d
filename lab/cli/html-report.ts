/** `report.html` of runs on disk: the program that was built with the package, and what lies beside the results. */
import { readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { htmlPieces } from "../../reports/html.ts";
import { CLAIMS } from "../../scenarios/claims.ts";
import { EnvironmentError } from "../base/errors.ts";
import type { Results } from "../model/results.ts";

export interface StoredRun {
  readonly name: string;
  /** Of its `results.json`. */
  readonly directory: string;
  readonly results: Results;
}

/** From what is built it is two folders up, from the sources three. */
const PROGRAMS = ["../../report/index.html", "../../dist/report/index.html"].map(
  (path) => new URL(path, import.meta.url),
);

/** @param directory where the report will be: paths of evidence are told from there. In pieces; at least one run. */
export function htmlReport(runs: readonly StoredRun[], directory: string): Iterable<string> {
  const placed = runs.map(({ name, directory: own, results }) => ({
    name,
    directory: relative(directory, own),
    results,
  }));
  const sizeOf = (path: string) => sizeOfFile(join(directory, path));
  return htmlPieces(placed, { program: program(), claims: CLAIMS, sizeOf });
}

/** Undefined where there is none, which is so of every name no file can have. */
function sizeOfFile(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch {
    return undefined;
  }
}

function program(): string {
  for (const url of PROGRAMS) {
    try {
      return readFileSync(url, "utf8");
    } catch {}
  }
  throw new EnvironmentError("the program of report.html was not built", { mend: "scripts/build" });
}
