/** `macvlab repro`: a cell of a run as a script anybody can run. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { release as runningRelease } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { askAgainCommand, rerunCommand } from "../../reports/cell-parts.ts";
import { relevantOptions, renderMail } from "../../reports/repro/mail.ts";
import { obstacle } from "../../reports/repro/obstacle.ts";
import { renderRepro } from "../../reports/repro/script.ts";
import type { ReproFormat } from "../../reports/repro/wanted.ts";
import { UsageError } from "../base/errors.ts";
import { findCached } from "../kernels/index.ts";
import type { CellResult, KernelResult, Results } from "../model/results.ts";
import { captureName } from "../runner/capture-name.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { writeOutput } from "./output-file.ts";
import { type NamedRun, readRuns } from "./run-file.ts";

export interface ReproFlags {
  readonly format: ReproFormat;
  readonly out?: string;
  /** A draft of a mail with the script, instead of the script alone. */
  readonly mail?: boolean;
}

/** Resolves to the exit code. @throws UsageError where there is no such cell, or it cannot be a script. */
export async function reproCommand(name: string, cell: string, { format, out, mail }: ReproFlags): Promise<number> {
  const [{ run, directory }] = (await readRuns([name])) as [NamedRun];
  if (!("measurements" in run || "run" in run))
    throw new UsageError(`"${name}" is a baseline: it does not say what was seen on a kernel`);
  const results = run as Results;
  const found = cellNamed(results, name, cell);
  const kernel = results.kernels.find(({ id }) => id === found.kernel);
  const why = obstacle(found, kernel);
  if (why !== undefined)
    throw new UsageError(`"${found.id}" cannot be a script: ${why}; have the lab ask it again instead`, {
      mend: rerunCommand(found, kernel),
    });
  const release = kernel?.release ?? found.kernel;
  const script = renderRepro(found, { format, release });
  const facts = async () => ({
    config: await configOf(found.kernel, release),
    console: consoleOf(directory, found, kernel),
  });
  writeOutput(out, mail ? renderMail(found, { results, script, format, ...(await facts()) }) : script);
  return EXIT.expected;
}

/** By the whole id, or what follows the kernel in it. @throws UsageError where that is no cell, or several. */
function cellNamed(results: Results, run: string, name: string): CellResult {
  const isIt = ({ id }: { readonly id: string }) => id === name || id.endsWith(` ${name}`);
  const [first, second] = results.cells.filter(isIt);
  if (first && second)
    throw new UsageError(`"${name}" is more than one cell: "${first.id}", "${second.id}"`, {
      mend: "name the whole id",
    });
  if (first) return first;
  refuseOther("check", "it asks more of a kernel than where a frame goes", results.checks.find(isIt), results);
  refuseOther("measurement", "it counts what goes through in a second", results.measurements?.find(isIt), results);
  throw new UsageError(`"${run}" has no cell "${name}"`);
}

type Question = Pick<CellResult, "scenario" | "kernel" | "id">;

function refuseOther(kind: string, why: string, question: Question | undefined, { kernels }: Results): void {
  const asked = kernels.find(({ id }) => id === question?.kernel);
  if (question)
    throw new UsageError(
      `"${question.id}" is a ${kind} and cannot be a script: ${why}; have the lab ask it again instead`,
      { mend: askAgainCommand(question, asked) },
    );
}

/** Of the running kernel where it is that one, else what its package has, where it is in the cache. */
async function configOf(spec: string, release: string): Promise<string[] | undefined> {
  try {
    if (release === runningRelease()) return relevantOptions(gunzipSync(await readFile("/proc/config.gz")).toString());
    const { kernel } = (await findCached(spec)) ?? {};
    const entry = kernel?.release === release ? kernel : undefined;
    return entry?.config === undefined ? undefined : relevantOptions(await readFile(entry.config, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Of the guest the cell was asked in, where there was but one: of several, each with a file of its own, none says which cells
 * it was asked. A run of namespaces has none: that kernel's log is its machine's.
 */
function consoleOf(directory: string, { lower }: CellResult, kernel: KernelResult | undefined): string | undefined {
  const guests = (kernel?.boots ?? 1) * (kernel?.switch?.hypervisors ?? 1);
  if (kernel === undefined || lower !== undefined || guests !== 1) return undefined;
  try {
    return readFileSync(join(directory, "console", `${captureName(kernel.id)}.log`), "utf8");
  } catch {
    return undefined;
  }
}
