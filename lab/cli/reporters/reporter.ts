/** What a reporter is: it may listen while a run goes on, and tells of its results when it has ended. */
import type { Listener } from "../../model/events.ts";
import type { Results } from "../../model/results.ts";
import type { StoredRun } from "../html-report.ts";

export interface ReportContext {
  /** At least one. */
  readonly runs: readonly StoredRun[];
  /** Address of the whole report. */
  readonly link: string;
  /** Of the first run. */
  readonly exitCode: number;
  /** Of standard output. */
  readonly columns: number;
  readonly colour: boolean;
}

/** Where its text goes. */
export interface Place extends ReportContext {
  /** Directory of the file. */
  readonly directory: string;
}

export interface Reporter {
  /** What it says of a run, the first one, from its results alone; may come in pieces. */
  readonly render: (results: Results, place: Place) => string | Iterable<string>;
  /** Tells of several runs together: all of `place.runs`. */
  readonly several?: true;
  /** Set where it tells of events as they come, and then of nothing else. */
  readonly live?: (write: (text: string) => void) => Listener;
  /** May share standard output with others that may. */
  readonly mixes?: true;
  /** What is in its file already stays: others write there as well. */
  readonly appends?: true;
}
