/**
 * What GitHub shows of a run: a comment, a job's summary, annotations. Each has a limit beyond which GitHub refuses or
 * silently drops it, so failures come first and what does not fit is counted, with a link to all of it.
 */
import type { Results } from "../../lab/model/results.ts";
import { codeSpan, escapeText, markdownTable } from "../markdown-text.ts";
import { problems, summaryText } from "../summary.ts";
import { withinBudget } from "./budget.ts";
import { countsLine, kernelRows } from "./github-parts.ts";
import { oneLine, shortened, wellFormed } from "./one-line.ts";
import { moreText, type Trouble, troublesOf } from "./troubles.ts";

/** GitHub refuses a comment of more than 65,536 characters; some are left for what a workflow puts around it. */
export const COMMENT_CHARACTERS = 60_000;
/** A step's summary of more than 1 MiB is refused whole. */
export const SUMMARY_BYTES = 1_000_000;
/** A job shows 50 annotations: the last one says how many there are beyond. */
export const ANNOTATIONS = 49;

/** Places a trouble names, and characters of a fact: a single one shall not fill a comment. */
const PLACES = 12;
const FACT = 1_000;

export interface GithubOptions {
  /** Address of the whole report, for what does not fit. */
  readonly link: string;
}

/** Markdown for a pull request's comment. */
export function renderComment(results: Results, options: GithubOptions): string {
  return render(results, options, COMMENT_CHARACTERS, (text) => text.length);
}

/** Markdown for `$GITHUB_STEP_SUMMARY`. */
export function renderStepSummary(results: Results, options: GithubOptions): string {
  return render(results, options, SUMMARY_BYTES, (text) => Buffer.byteLength(text));
}

function render(results: Results, { link }: GithubOptions, limit: number, measure: (text: string) => number): string {
  const entries = troublesOf(results);
  const text = withinBudget(head(results, limit / 4), {
    limit,
    measure,
    entries,
    render: troubleMarkdown,
    more: (left) => `\n**${moreText(left)} not shown**: ${linkText("the whole report", link)}\n`,
  });
  return wellFormed(text);
}

/** @param limit characters the table of kernels may take */
function head(results: Results, limit: number): string {
  const sign = problems(results).length === 0 ? "✅" : "❌";
  const parts = [`## ${sign} macvlab: who can talk to whom`, escapeText(shortened(summaryText(results), FACT))];
  const table = markdownTable(["Kernel", "Release", "Health", "Result"], kernelRows(results));
  if (results.kernels.length > 0) parts.push(tableWithin(table, limit));
  return `${parts.join("\n\n")}\n`;
}

function tableWithin(lines: readonly string[], limit: number): string {
  let used = 0;
  const shown = lines.filter((line) => {
    used += line.length * 2 + 1;
    return used <= limit;
  });
  const left = lines.length - shown.length;
  return [...shown, ...(left === 0 ? [] : ["", `${left} more kernels.`])].join("\n");
}

function troubleMarkdown({ level, title, places, facts }: Trouble): string {
  const sign = level === "error" ? "❌" : "⚠️";
  const shown = places.slice(0, PLACES).map((place) => `- ${escapeText(shortened(place, FACT))}`);
  if (places.length > PLACES) shown.push(`- and in ${places.length - PLACES} more places`);
  const told = facts.map(([name, text]) => {
    const short = shortened(text, FACT);
    return `- ${name}: ${name === "example" ? codeSpan(short) : escapeText(short)}`;
  });
  return `\n${[`### ${sign} ${escapeText(shortened(title, FACT))}`, "", ...shown, ...told].join("\n")}\n`;
}

function linkText(text: string, address: string): string {
  const safe = encodeURI(wellFormed(address)).replaceAll("(", "%28").replaceAll(")", "%29");
  return `[${text}](${safe})`;
}

/** Workflow commands, one a line: errors first, and how many there are beyond what GitHub shows. */
export function renderAnnotations(results: Results, { link }: GithubOptions): string {
  const all = troublesOf(results);
  const lines = all.slice(0, ANNOTATIONS).map((one) => command(one.level, one.title, annotationText(one)));
  const left = all.slice(ANNOTATIONS);
  if (left.length > 0) lines.push(command("notice", "macvlab", `${moreText(left)} not shown: ${link}`));
  if (all.length === 0 && problems(results).length > 0) lines.push(command("error", "macvlab", countsLine(results)));
  return lines.map((line) => `${line}\n`).join("");
}

function annotationText({ places, facts }: Trouble): string {
  const shown = places.length > PLACES ? [...places.slice(0, PLACES), `${places.length - PLACES} more places`] : places;
  const lines = [...shown, ...facts.map(([name, text]) => `${name}: ${text}`)];
  return lines.map((line) => shortened(oneLine(line), FACT)).join("\n");
}

/** Nothing in a value can end the line or the property it is in. */
function command(level: "error" | "warning" | "notice", title: string, message: string): string {
  const data = (text: string) =>
    wellFormed(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = data(shortened(oneLine(title), 200))
    .replaceAll(":", "%3A")
    .replaceAll(",", "%2C");
  return `::${level} title=${property}::${data(message)}`;
}
