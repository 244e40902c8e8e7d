/** `macvlab baseline`: a run trimmed to what a later one is held against. */
import { makeBaseline } from "../../reports/baseline.ts";
import { plural } from "../../reports/cell-text.ts";
import { sizeOf, sizeText } from "../../reports/diff.ts";
import { jsonLines } from "../../reports/json-lines.ts";
import { UsageError } from "../base/errors.ts";
import type { Run } from "../compare/run.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { writeOutput } from "./output-file.ts";
import { type NamedRun, readRuns } from "./run-file.ts";

export interface BaselineFlags {
  readonly out?: string;
  readonly rules: boolean;
}

/** Resolves to the exit code. */
export async function baselineCommand(name: string, { out, rules }: BaselineFlags): Promise<number> {
  const [{ run }] = (await readRuns([name])) as [NamedRun];
  const baseline = makeBaseline(run, { rules });
  const entries = baseline.cells.length + baseline.checks.length + (baseline.measurements?.length ?? 0);
  if (entries === 0) throw new UsageError(`"${name}" has nothing a baseline could hold: no cell or check was answered`);
  const text = jsonLines(baseline);
  writeOutput(out, text);
  for (const note of notesOf(run)) process.stderr.write(`macvlab: ${note}\n`);
  const size = `${sizeText(sizeOf([...run.cells, ...run.checks]))} of ${plural(run.kernels.length, "kernel", "kernels")}`;
  process.stderr.write(`macvlab: ${size} in ${entries} entries, ${(text.length / 1024).toFixed(0)} KiB\n`);
  return EXIT.expected;
}

/** What whoever relies on the baseline should know about the run. */
function notesOf({ cells, checks, kernels }: Run): string[] {
  const count = (verdict: string) => [...cells, ...checks].filter((answer) => answer.verdict === verdict).length;
  const [mismatch, inconclusive] = [count("mismatch"), count("inconclusive")];
  return [
    ...(inconclusive > 0
      ? [
          `${plural(inconclusive, "inconclusive answer is", "inconclusive answers are")} left out: the oracle will judge`,
        ]
      : []),
    ...(mismatch > 0
      ? [`${plural(mismatch, "answer was", "answers were")} not as expected, and the expectation from now on`]
      : []),
    ...kernels.flatMap(({ id, health }) => (health.status === "ok" ? [] : [`${id} was ${health.status} in this run`])),
  ];
}
