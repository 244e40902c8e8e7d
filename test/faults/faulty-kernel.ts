/** A kernel with a fault in it, run as a user would: `macvlab run --module`. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import type { Yard } from "../cli/macvlab.ts";
import { readResults } from "../runner/run-files.ts";
import type { Edit, Fault } from "./fault.ts";
import type { FaultyRun } from "./proof.ts";
import { filterFor } from "./questions.ts";
import type { Workshop } from "./workshop.ts";

export async function runFaulty(yard: Yard, workshop: Workshop, fault: Fault): Promise<FaultyRun> {
  const module = await workshop.build(fault.module ?? "macvlan", fault.edits);
  const out = `${fault.name}-${workshop.kernel.version.join(".")}`;
  return runWith(yard, workshop.kernel, [module], out, ["--filter", filterFor(fault, workshop.kernel.version)]);
}

export const NO_EDITS: readonly Edit[] = [];

/** @throws Error with what the command said when it wrote no results. */
export async function runWith(
  yard: Yard,
  { spec }: KernelArtefacts,
  modules: readonly string[],
  out: string,
  flags: readonly string[] = [],
): Promise<FaultyRun> {
  const replaced = modules.flatMap((module) => ["--module", module]);
  const ended = await yard.run([
    "run",
    "pairings",
    "basics",
    "--kernel",
    spec,
    ...replaced,
    "--out",
    out,
    "--no-trace",
    ...flags,
  ]);
  const directory = join(yard.directory, out);
  if (!existsSync(join(directory, "results.json")))
    throw new Error(`exit code ${ended.code} and no results: ${ended.stderr.slice(-600)}`);
  return { exitCode: ended.code, results: await readResults(directory) };
}
