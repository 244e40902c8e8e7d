/** `macvlab compat`: the compatibility report over the kernels of one run or several. */
import { foldCompat } from "../../reports/compat.ts";
import { renderJsonCompat } from "../../reports/json-compat.ts";
import { renderMarkdownCompat } from "../../reports/markdown-compat.ts";
import { mergeRuns } from "../compare/merge.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { writeOutput } from "./output-file.ts";
import { readRuns } from "./run-file.ts";

export interface CompatFlags {
  readonly format: "markdown" | "json";
  readonly out?: string;
}

/** Resolves to the exit code: a report of differences is no failure. */
export async function compatCommand(names: readonly string[], { format, out }: CompatFlags): Promise<number> {
  const compat = foldCompat(mergeRuns(await readRuns(names)));
  writeOutput(out, format === "json" ? renderJsonCompat(compat) : renderMarkdownCompat(compat));
  return EXIT.expected;
}
