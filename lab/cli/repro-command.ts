/** `macvlab repro`: a cell of a run as a script anybody can run. */
import { renderRepro } from "../../reports/repro/script.ts";
import { UsageError } from "../base/errors.ts";
import type { CellResult, Results } from "../model/results.ts";
import { TALKS } from "../model/vocabulary.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { writeOutput } from "./output-file.ts";
import { type NamedRun, readRuns } from "./run-file.ts";

export interface ReproFlags {
  readonly format: "script" | "kselftest";
  readonly out?: string;
}

/** Resolves to the exit code. @throws UsageError where there is no such cell, or it cannot be a script. */
export async function reproCommand(name: string, cell: string, { format, out }: ReproFlags): Promise<number> {
  const [{ run }] = (await readRuns([name])) as [NamedRun];
  if (!("measurements" in run || "run" in run))
    throw new UsageError(`"${name}" is a baseline: it does not say what was seen on a kernel`);
  const results = run as Results;
  const found = cellNamed(results, name, cell);
  const why = obstacle(found);
  if (why !== undefined)
    throw new UsageError(`"${found.id}" cannot be a script: ${why}`, { mend: `macvlab run --filter '${found.id}'` });
  const release = results.kernels.find(({ id }) => id === found.kernel)?.release ?? found.kernel;
  writeOutput(out, renderRepro(found, { format, release }));
  return EXIT.expected;
}

function cellNamed({ cells, checks }: Results, run: string, name: string): CellResult {
  const found = cells.filter(({ id }) => id === name || id.endsWith(` ${name}`));
  const [first, second] = found;
  if (first && second)
    throw new UsageError(`"${name}" is more than one cell: "${first.id}", "${second.id}"`, {
      mend: "name the whole id",
    });
  if (first) return first;
  if (checks.some(({ id }) => id === name || id.endsWith(` ${name}`)))
    throw new UsageError(`"${name}" is a check, and only cells of frames can be scripts`, {
      mend: `macvlab run --filter '${name}'`,
    });
  throw new UsageError(`"${run}" has no cell "${name}"`);
}

/** Why a cell cannot be a script, if it cannot. */
function obstacle({ traffic, verdict, observed }: CellResult): string | undefined {
  if ((TALKS as readonly string[]).includes(traffic))
    return "it is a conversation of two IP stacks, and a script sends single frames";
  if (verdict === "inconclusive") return "the run could not tell what the kernel does";
  if (observed.error === undefined && observed.copies === undefined) return "nothing was counted";
  return undefined;
}
