/**
 * Several reporters at once: one listener for all that tell of a run while it goes on, and every other one's text at its
 * end. Files are tried before the run: one that cannot be written costs none.
 */
import { accessSync, appendFileSync, closeSync, constants, openSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import type { Listener } from "../../model/events.ts";
import { writeOutput } from "../output-file.ts";
import { writeFailure } from "../write-failure.ts";
import type { ReporterChoice } from "./choice.ts";
import { REPORTERS } from "./registry.ts";
import type { ReportContext } from "./reporter.ts";

export interface OpenReporters extends Disposable {
  readonly listener: Listener;
  /** Whether one of them speaks to people on standard output. */
  readonly onTerminal: boolean;
  /** Writes what those say that did not listen. @throws EnvironmentError when a file cannot be written. */
  readonly finish: (context: ReportContext) => void;
}

/**
 * @param choices none: the terminal
 * @throws UsageError when two want one file, or standard output.
 * @throws EnvironmentError when a file cannot be written.
 */
export function openReporters(choices: readonly ReporterChoice[]): OpenReporters {
  const all: readonly ReporterChoice[] = choices.length === 0 ? [{ name: "terminal" }] : choices;
  checkChoices(all);
  const live = all.flatMap((choice) => (REPORTERS[choice.name].live ? [openLive(choice)] : []));
  const others = all.filter(({ name }) => !REPORTERS[name].live);
  return {
    listener: (event) => {
      for (const one of live) one.listener(event);
    },
    onTerminal: all.some(({ name, file }) => name === "terminal" && file === undefined),
    finish: (context) => {
      for (const choice of others) writeReport(choice, context);
    },
    [Symbol.dispose]: () => {
      for (const one of live) one.close();
    },
  };
}

/** What one reporter says of runs that have ended. */
export function writeReport({ name, file }: ReporterChoice, context: ReportContext): void {
  const [first] = context.runs;
  if (first === undefined) return;
  const { render, appends } = REPORTERS[name];
  const isFile = file !== undefined;
  const directory = isFile ? dirname(resolve(file)) : process.cwd();
  const place = { ...context, directory, ...(isFile ? { columns: 100, colour: false } : {}) };
  const text = render(first.results, place);
  if (isFile && appends)
    translated(file, () => appendFileSync(file, typeof text === "string" ? text : [...text].join("")));
  else writeOutput(file, text);
}

/** @throws UsageError when two want one place. @throws EnvironmentError when a file cannot be written. */
export function checkChoices(choices: readonly ReporterChoice[]): void {
  refuseSharing(choices);
  for (const { file } of choices) if (file !== undefined) tryFile(file);
}

function refuseSharing(choices: readonly ReporterChoice[]): void {
  const taken = new Map<string, ReporterChoice>();
  for (const choice of choices) {
    const place = choice.file === undefined ? "standard output" : resolve(choice.file);
    const first = taken.get(place);
    if (first && !(choice.file === undefined && REPORTERS[first.name].mixes && REPORTERS[choice.name].mixes))
      throw new UsageError(`"${first.name}" and "${choice.name}" would both write to ${choice.file ?? place}`, {
        mend: "give one of them another file: --reporter NAME=FILE",
      });
    taken.set(place, first ?? choice);
  }
}

function openLive({ name, file }: ReporterChoice): { readonly listener: Listener; readonly close: () => void } {
  const { live = () => () => {} } = REPORTERS[name];
  if (file === undefined) return { listener: live((text) => void process.stdout.write(text)), close: () => {} };
  const descriptor = translated(file, () => openSync(file, "w"));
  const write = (text: string) => translated(file, () => writeFileSync(descriptor, text));
  return { listener: live(write), close: () => closeSync(descriptor) };
}

/** A file that is there must be writable, else its directory. */
function tryFile(file: string): void {
  translated(file, () => {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw Object.assign(new Error("EISDIR: it is a directory"), { code: "EISDIR" });
    accessSync(there ? file : dirname(resolve(file)), constants.W_OK);
  });
}

function translated<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const mend = "name another file: --reporter NAME=FILE";
    throw writeFailure(resolve(file), error, mend);
  }
}
