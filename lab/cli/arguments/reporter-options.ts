/** The options that say who tells of a run: the same for a run and for a report of an old one. */
import { InvalidArgumentError, Option } from "commander";
import { parseChoice, REPORTER_NAMES, type ReporterChoice } from "../reporters/choice.ts";

/** `--reporter NAME[=FILE]`, any number of times. */
export function reporterOption(fallback: ReporterChoice["name"]): Option {
  const text = `who tells of it, repeatable: ${REPORTER_NAMES.join(", ")}; into FILE, or to standard output`;
  return new Option("--reporter <name[=file]>", text).argParser(collectChoice).default([], fallback);
}

/** `--link URL`: where the whole report is. */
export function linkOption(): Option {
  const text =
    "address of the whole report, for reporters that leave out what does not fit; default: in a GitHub job, the job's run";
  return new Option("--link <url>", text);
}

function collectChoice(value: string, before: ReporterChoice[]): ReporterChoice[] {
  const choice = parseChoice(value);
  if (choice === undefined)
    throw new InvalidArgumentError(`expected NAME or NAME=FILE, NAME one of ${REPORTER_NAMES.join(", ")}.`);
  return [...before, choice];
}
