/**
 * Runs named on the command line: a run's directory, its results.json or a baseline; with `#KERNEL` behind it, one
 * kernel of it (its spec, version or generation).
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../base/errors.ts";
import type { BaselineRun } from "../compare/apply-baseline.ts";
import { runOf, unknownParty } from "../compare/baseline-run.ts";
import { withKernel } from "../compare/kernel-choice.ts";
import type { Run } from "../compare/run.ts";
import { hasResultsShape, schemaOf } from "../compare/shape.ts";
import type { Results } from "../model/results.ts";
import type { Fault } from "../model/results-fault.ts";
import { BASELINE_SCHEMA, RESULTS_SCHEMA } from "../model/schema-ids.ts";
import type { StoredRun } from "./html-report.ts";

export interface NamedRun {
  /** As typed. */
  readonly name: string;
  /** Of the file it was read from. */
  readonly directory: string;
  readonly run: Run;
}

/** Reads each file once, however often it is named. */
export async function readRuns(names: readonly string[]): Promise<NamedRun[]> {
  const read = new Map<string, Promise<Run>>();
  const runs = names.map(async (name) => {
    const { path, kernel } = splitName(name);
    const whole = read.get(path) ?? readRun(path);
    read.set(path, whole);
    const run = await whole;
    return { name, directory: dirname(path), run: kernel === undefined ? run : withKernel(run, kernel, path) };
  });
  return Promise.all(runs);
}

/**
 * A run to be shown again, whole: nothing a report shows may be missing from it.
 * @throws UsageError in a sentence for a file that is empty, cut off, damaged, of another schema or a baseline.
 */
export async function readStoredRun(name: string): Promise<StoredRun> {
  const path = splitName(name);
  if (path.kernel !== undefined) throw new UsageError(`"${name}" names one kernel: a report is of a whole run`);
  const value = parse(path.path, read(path.path));
  const schema = schemaOf(value);
  if (schema === BASELINE_SCHEMA) {
    const mend = "name a run's directory or its results.json";
    throw new UsageError(`"${path.path}" is a baseline, which keeps too little for a report`, { mend });
  }
  if (schema !== RESULTS_SCHEMA) throw foreign(path.path, schema);
  const fault = await faultOf(value);
  if (fault) throw damage(path.path, RESULTS_SCHEMA, fault);
  return { name, directory: dirname(path.path), results: value as Results };
}

/** The run `--baseline` names. */
export async function readBaselineRun(name: string): Promise<BaselineRun> {
  const [{ run }] = (await readRuns([name])) as [NamedRun];
  return { file: name, run };
}

/** `#` may stand in a path as well: what is there under the whole name is meant. */
function splitName(name: string): { path: string; kernel?: string } {
  const whole = fileOf(name);
  if (whole !== undefined) return { path: whole };
  for (let at = name.indexOf("#"); at >= 0; at = name.indexOf("#", at + 1)) {
    const path = fileOf(name.slice(0, at));
    if (path !== undefined) return { path, kernel: name.slice(at + 1) };
  }
  const missing = name.replace(/#.*/, "") || name;
  throw new UsageError(`"${missing}" is not there`, { mend: "name a run's directory, a results.json or a baseline" });
}

function fileOf(name: string): string | undefined {
  try {
    return statSync(name).isDirectory() ? join(name, "results.json") : name;
  } catch {
    return undefined;
  }
}

async function readRun(path: string): Promise<Run> {
  const value = parse(path, read(path));
  const schema = schemaOf(value);
  if (schema === BASELINE_SCHEMA) return readBaseline(path, value);
  if (schema !== RESULTS_SCHEMA) throw foreign(path, schema);
  if (!hasResultsShape(value)) throw await damaged(path, value);
  return value as Results;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : (error as Error).message.replace(/,.*/, "");
    const mend = code === "ENOENT" ? "a run that ended early writes none: name another run" : undefined;
    throw new UsageError(`"${path}" cannot be read: ${why}`, mend === undefined ? {} : { mend });
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const what = text.trim() === "" ? "it is empty" : (error as Error).message.replace(/\s+/g, " ");
    throw new UsageError(`"${path}" is not JSON, or damaged: ${what}`);
  }
}

function foreign(path: string, schema: string | undefined): UsageError {
  const family = /^(macvlab\.\w+)\/\d+$/.exec(schema ?? "")?.[1];
  const ours = [RESULTS_SCHEMA, BASELINE_SCHEMA].find((one) => one.startsWith(`${family}/`));
  if (schema === undefined) return new UsageError(`"${path}" is no run: it does not say "schema": "${RESULTS_SCHEMA}"`);
  if (ours === undefined) return new UsageError(`"${path}" is no run: its schema is "${schema}"`);
  const mend = "compare it with the macvlab that wrote it, or run it anew";
  return new UsageError(`"${path}" is of schema "${schema}"; this macvlab reads "${ours}"`, { mend });
}

async function readBaseline(path: string, value: unknown): Promise<Run> {
  const { baselineSchema } = await import("../model/baseline.ts");
  const { success, data, error } = baselineSchema.safeParse(value);
  if (!success) throw damage(path, BASELINE_SCHEMA, error.issues[0]);
  const party = unknownParty(data);
  if (party !== undefined) throw new UsageError(`"${path}" is damaged: "${party}" is no party of a cell`);
  return runOf(data);
}

async function damaged(path: string, value: unknown): Promise<UsageError> {
  return damage(path, RESULTS_SCHEMA, await faultOf(value));
}

/** The schema is loaded only where it is asked. */
async function faultOf(value: unknown): Promise<Fault | undefined> {
  const { resultsFault } = await import("../model/results-fault.ts");
  return resultsFault(value);
}

function damage(path: string, schema: string, issue: Fault | undefined): UsageError {
  const where = issue ? `: ${issue.path.map(String).join(".")}: ${issue.message}` : "";
  return new UsageError(`"${path}" is damaged: it says "${schema}" and is not${where}`);
}
