/** `macvlab repro`: a cell of a run as a script anybody can run. */
import { readFile } from "node:fs/promises";
import { release as runningRelease } from "node:os";
import { gunzipSync } from "node:zlib";
import { relevantOptions, renderMail } from "../../reports/repro/mail.ts";
import { obstacle } from "../../reports/repro/obstacle.ts";
import { renderRepro } from "../../reports/repro/script.ts";
import { UsageError } from "../base/errors.ts";
import { findCached } from "../kernels/index.ts";
import type { CellResult, Results } from "../model/results.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { writeOutput } from "./output-file.ts";
import { type NamedRun, readRuns } from "./run-file.ts";

export interface ReproFlags {
  readonly format: "script" | "kselftest";
  readonly out?: string;
  /** A draft of a mail with the script, instead of the script alone. */
  readonly mail?: boolean;
}

/** Resolves to the exit code. @throws UsageError where there is no such cell, or it cannot be a script. */
export async function reproCommand(name: string, cell: string, { format, out, mail }: ReproFlags): Promise<number> {
  const [{ run }] = (await readRuns([name])) as [NamedRun];
  if (!("measurements" in run || "run" in run))
    throw new UsageError(`"${name}" is a baseline: it does not say what was seen on a kernel`);
  const results = run as Results;
  const found = cellNamed(results, name, cell);
  const why = obstacle(found);
  if (why !== undefined)
    throw new UsageError(`"${found.id}" cannot be a script: ${why}`, { mend: `macvlab run --filter '${found.id}'` });
  const release = results.kernels.find(({ id }) => id === found.kernel)?.release ?? found.kernel;
  const script = renderRepro(found, { format, release });
  writeOutput(
    out,
    mail ? renderMail(found, { results, script, config: await configOf(found.kernel, release) }) : script,
  );
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
