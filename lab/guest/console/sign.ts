/** What a sign is: the line a report begins with, what it is a report of, and how that is titled. */
import type { FindingKind } from "../../model/finding.ts";
import type { Blame, Report } from "./frames.ts";
import { plainTitle, titleIn } from "./title.ts";

export interface Sign {
  readonly kind: FindingKind;
  /** Where the report itself tells more of its kind than its first line. */
  readonly kindOf?: (report: Report) => FindingKind;
  /** Matches the text of the line that names the report. */
  readonly start: RegExp;
  readonly title: (match: RegExpExecArray, report: Report) => string;
  /** The line that ends the report; without it the report ends with its stack. */
  readonly last?: RegExp;
  /** It has no stack of its own: the first line that does not look like a report's ends it. */
  readonly brief?: true;
  /** What makes two reports of this kind one, beside an equal title: a task that is still stuck, say. */
  readonly key?: (match: RegExpExecArray) => string;
}

/** A title of the form `WHAT in FUNCTION`; `$1` in WHAT is what the start matched. */
export function inFunction(what: string, blame?: Blame): Sign["title"] {
  return (match, report) => titleIn(filled(what, match), report, blame);
}

/** A title that names no function. */
export function named(what: string): Sign["title"] {
  return (match) => plainTitle(filled(what, match));
}

function filled(what: string, match: RegExpExecArray): string {
  return what.replace(/\$(\d)/g, (_whole, group: string) => match[Number(group)] ?? "");
}

export const END_TRACE = /^---\[ end trace /;
/** Frames a report of the sanitizers, and the one lockdep begins with. */
export const BANNER = /^={30,}$/;
