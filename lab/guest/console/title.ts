/** Titles of findings the way syzbot writes them: nothing in them changes from one boot to the next. */
import { type Blame, guilty, type Report } from "./frames.ts";

const LONGEST = 120;

/** What varies from boot to boot, and the word that stands for it; in this order. */
const VARYING: readonly [RegExp, string][] = [
  [/([A-Za-z][A-Za-z0-9_.]*)\+0x[0-9a-f]+\/0x[0-9a-f]+(?: \[\w+\])?/g, "$1"],
  [/(?<![A-Za-z0-9_])(?:0x)?[0-9a-f]{6,}\b/g, "ADDR"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, "IP"],
  [/(\.\w+)(?::\d+)+/g, "$1:LINE"],
  [/CPU#\d+/g, "CPU"],
  [/(?<![\w.])\d+(?![\w.]*\w)/g, "NUM"],
];

/** A line of a report as a title. */
export function plainTitle(text: string): string {
  const plain = VARYING.reduce((title, [pattern, word]) => title.replace(pattern, word), text);
  return plain.replace(/\s+/g, " ").trim().slice(0, LONGEST);
}

/** `WHAT in FUNCTION`; WHAT alone where the report does not tell whose fault it was. */
export function titleIn(what: string, report: Report, blame?: Blame): string {
  const name = guilty(report, blame);
  return name ? `${what} in ${name}` : what;
}
