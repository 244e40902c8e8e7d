/** `macvlab diff` on a terminal: what changed, by the rule that explains it, with where to look on both sides. */
import type { Change } from "../lab/compare/changes.ts";
import { answerOf, type ChangeEntry, type ChangeGroup } from "./change-groups.ts";
import {
  type Diff,
  diffSummary,
  evidenceOf,
  groupTitle,
  kernelChanges,
  kernelsFact,
  kernelsOf,
  sizeOf,
  sizeText,
  whyNone,
} from "./diff.ts";
import { isExplained } from "./explanation.ts";
import type { TerminalOptions } from "./terminal.ts";
import { setLines } from "./terminal-differences.ts";
import { hanging, makePage, type Page } from "./terminal-text.ts";

const NARROWEST = 60;
const INDENT = 16;
/** Entries of one group that are spelled out. */
const LISTED = 20;

export function renderTerminalDiff(diff: Diff, { columns, colour }: TerminalOptions): string {
  const page = makePage(Math.max(NARROWEST, columns), colour);
  const isSame = diffSummary(diff).startsWith("Nothing");
  const summary = hanging(page, "", diffSummary(diff), 0);
  const parts = [
    sideLines(page, diff),
    kernelChanges(diff).flatMap(({ what, text }) => hanging(page, `  ${page.paint("bad", what)}`, text, 12)),
    ...diff.groups.map((group) => groupLines(page, group, diff)),
    summary.map((line) => page.paint(isSame ? "reached" : "bad", line)),
  ];
  const blocks = parts.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${blocks.join("\n\n")}\n`;
}

function sideLines(page: Page, diff: Diff): string[] {
  return [
    ...hanging(page, page.paint("strong", "before"), `${diff.before.name}: ${kernelsOf(diff, "before")}`, 8),
    ...hanging(page, page.paint("strong", "after"), `${diff.after.name}: ${kernelsOf(diff, "after")}`, 8),
  ];
}

function groupLines(page: Page, group: ChangeGroup, diff: Diff): string[] {
  const { before, after } = group.rules;
  const more = group.entries.length - LISTED;
  return [
    ...hanging(page, "", groupTitle(group), 0).map((line) => page.paint("heading", line)),
    ...before.flatMap((sentence) => hanging(page, "  before", sentence, 10)),
    ...after.flatMap((sentence) => hanging(page, "  after", sentence, 10)),
    ...group.entries.slice(0, LISTED).flatMap((entry) => entryLines(page, entry, group, diff)),
    ...(more > 0 ? [`  and ${more} more: --format json has them all`] : []),
  ];
}

function entryLines(page: Page, entry: ChangeEntry, group: ChangeGroup, diff: Diff): string[] {
  const fact = (name: string, text: string) => hanging(page, `      ${name}`, text, INDENT);
  const several = new Set(group.changes.map((change) => answerOf(change).scenario)).size > 1;
  const { title, sets, example, before, after, shared } = entry;
  const where =
    title === undefined ? setLines(page, sets, several, ": --format json has them") : checkLines(page, title);
  const { id } = answerOf(example);
  return [
    ...where,
    ...(before === undefined ? [] : fact("observed", `${before} -> ${after}`)),
    ...(entry.changes.length > 1 ? fact("size", sizeText(sizeOf(entry.changes.map(answerOf)))) : []),
    ...kernelsFact(entry, diff).flatMap((text) => fact("kernels", text)),
    ...(group.kind !== "changed" || isExplained(group.rules) ? [] : shared.flatMap((rule) => fact("rule", rule))),
    ...(title === undefined && group.kind === "changed" ? fact("example", id) : []),
    ...(group.kind === "changed" ? evidenceLines(page, "before", example, diff) : []),
    ...(group.kind === "changed" ? evidenceLines(page, "after", example, diff) : []),
  ];
}

function checkLines(page: Page, title: string): string[] {
  return hanging(page, "  -", title, 4).map((line) => page.paint("strong", line));
}

function evidenceLines(page: Page, side: "before" | "after", example: Change, diff: Diff): string[] {
  const evidence = evidenceOf(example[side], diff[side]);
  if (evidence.length === 0) return hanging(page, `      ${side}`, whyNone(example[side]), INDENT);
  return evidence.flatMap(([capture, frames], place) =>
    hanging(page, place === 0 ? `      ${side}` : "", `${capture}: ${frames}`, INDENT),
  );
}
