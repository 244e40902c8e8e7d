/** GitHub-flavoured Markdown: text that stays text, tables, links that work beside the report. */

import { wellFormed } from "./formats/one-line.ts";

/** Text as itself: nothing in it becomes markup, a table's border or a second line. */
export function escapeText(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .replace(/[\\|*`<[\]~&]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_");
}

export function codeSpan(text: string): string {
  const fence = "`".repeat(longestTicks(text) + 1);
  const space = text.includes("`") ? " " : "";
  return `${fence}${space}${text.replace(/\p{Cc}+/gu, " ").replaceAll("|", "\\|")}${space}${fence}`;
}

/** @param path relative to the report. */
export function fileLink(path: string): string {
  const address = wellFormed(path)
    .split("/")
    .map(encodeURIComponent)
    .join("/")
    .replaceAll("(", "%28")
    .replaceAll(")", "%29");
  return `[${escapeText(path)}](${address})`;
}

/** A table; the cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/** A log that unfolds on a click; its title alone when it is empty. */
export function foldedLog(title: string, log: string): string[] {
  const fence = "`".repeat(Math.max(3, longestTicks(log) + 1));
  const summary = title.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  if (log.trim() === "") return [escapeText(title)];
  return [`<details><summary>${summary}</summary>`, "", `${fence}text`, log.trimEnd(), fence, "", "</details>"];
}

function longestTicks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
}
