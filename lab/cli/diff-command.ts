/** `macvlab diff`: two runs, or two kernels of one, held against each other. */
import { makeDiff } from "../../reports/diff.ts";
import { renderJsonDiff } from "../../reports/json-diff.ts";
import { renderMarkdownDiff } from "../../reports/markdown-diff.ts";
import { renderTerminalDiff } from "../../reports/terminal-diff.ts";
import { UsageError } from "../base/errors.ts";
import { compareRuns, isChanged } from "../compare/changes.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { type NamedRun, readRuns } from "./run-file.ts";

export interface DiffFlags {
  readonly format: "text" | "markdown" | "json";
}

/** Resolves to the exit code: 0 when nothing changed, else 1. */
export async function diffCommand(before: string, after: string, { format }: DiffFlags): Promise<number> {
  const [old, young] = (await readRuns([before, after])) as [NamedRun, NamedRun];
  const comparison = compareRuns(old.run, young.run);
  if (comparison.pairs.length === 0) throw nothingToCompare(old, young);
  const diff = makeDiff(old, young, comparison);
  const columns = process.stdout.columns ?? 100;
  const colour = process.stdout.hasColors?.() ?? false;
  const render = {
    text: () => renderTerminalDiff(diff, { columns, colour }),
    markdown: () => renderMarkdownDiff(diff),
    json: () => renderJsonDiff(diff),
  };
  process.stdout.write(render[format]());
  return isChanged(comparison) ? EXIT.mismatch : EXIT.expected;
}

function nothingToCompare(before: NamedRun, after: NamedRun): UsageError {
  const names = ({ run }: NamedRun) => run.kernels.map(({ id }) => `"${id}"`).join(", ") || "no kernel";
  return new UsageError(
    `"${before.name}" and "${after.name}" have no kernel in common: ${names(before)}; ${names(after)}`,
    {
      mend: "choose one kernel of each: RUN#KERNEL",
    },
  );
}
