/** Who tells of a run, as typed: `NAME` or `NAME=FILE`. */

export const REPORTER_NAMES = [
  "terminal",
  "markdown",
  "json",
  "html",
  "junit",
  "ktap",
  "tap",
  "jsonl",
  "comment",
  "step-summary",
  "annotations",
] as const;
export type ReporterName = (typeof REPORTER_NAMES)[number];

export interface ReporterChoice {
  readonly name: ReporterName;
  /** Absent: standard output. */
  readonly file?: string;
}

/** Undefined for what is none. */
export function parseChoice(value: string): ReporterChoice | undefined {
  const [, typed, file] = /^([^=]*)(?:=(.*))?$/s.exec(value) ?? [];
  const name = REPORTER_NAMES.find((one) => one === typed);
  if (name === undefined || file === "") return undefined;
  return file === undefined ? { name } : { name, file };
}
