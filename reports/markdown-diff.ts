/** `macvlab diff --format markdown`: for a comment under a change, or a file beside it. */
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
import { setItems } from "./markdown-differences.ts";
import { codeSpan, escapeText, markdownTable } from "./markdown-text.ts";

/** Entries of one group that are spelled out. */
const LISTED = 40;

export function renderMarkdownDiff(diff: Diff): string {
  const sides = (["before", "after"] as const).map((side) => [
    side,
    codeSpan(diff[side].name),
    escapeText(kernelsOf(diff, side)),
  ]);
  const kernels = kernelChanges(diff).map(({ what, text }) => `- ${what}: ${escapeText(text)}`);
  const parts = [
    "# What changed",
    `**${escapeText(diffSummary(diff))}**`,
    markdownTable(["", "Run", "Kernels"], sides).join("\n"),
    ...(kernels.length > 0 ? [kernels.join("\n")] : []),
    ...diff.groups.flatMap((group) => groupParts(group, diff)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function groupParts(group: ChangeGroup, diff: Diff): string[] {
  const { before, after } = group.rules;
  const item = (side: string, sentence: string) => `- ${side}: ${escapeText(sentence)}`;
  const rules = [...before.map((one) => item("before", one)), ...after.map((one) => item("after", one))];
  const more = group.entries.length - LISTED;
  return [
    `## ${escapeText(groupTitle(group))}`,
    ...(rules.length > 0 ? [rules.join("\n")] : []),
    ...group.entries.slice(0, LISTED).flatMap((entry) => entryParts(entry, group, diff)),
    ...(more > 0 ? [`${more} more: \`--format json\` has them all.`] : []),
  ];
}

function entryParts(entry: ChangeEntry, group: ChangeGroup, diff: Diff): string[] {
  const { title, sets, before, after, changes } = entry;
  const several = new Set(group.changes.map((change) => answerOf(change).scenario)).size > 1;
  const size = sizeText(sizeOf(changes.map(answerOf)));
  const heading = before === undefined ? size : `${before} → ${after} (${size})`;
  const where =
    title === undefined ? setItems(sets, several, ": `--format json` has them") : [`- ${escapeText(title)}`];
  return [`### ${escapeText(heading)}`, [...where, ...factItems(entry, group, diff)].join("\n")];
}

function factItems(entry: ChangeEntry, group: ChangeGroup, diff: Diff): string[] {
  const { example, shared, title } = entry;
  const kernels = kernelsFact(entry, diff).map((text) => `- kernels: ${escapeText(text)}`);
  if (group.kind !== "changed") return kernels;
  return [
    ...kernels,
    ...(isExplained(group.rules) ? [] : shared.map((rule) => `- rule: ${escapeText(rule)}`)),
    ...(title === undefined ? [`- example: ${codeSpan(answerOf(example).id)}`] : []),
    ...evidenceItems("before", example, diff),
    ...evidenceItems("after", example, diff),
  ];
}

/** Named and not linked: nobody knows where the text will be read. */
function evidenceItems(side: "before" | "after", example: Change, diff: Diff): string[] {
  const evidence = evidenceOf(example[side], diff[side]);
  if (evidence.length === 0) return [`- evidence ${side}: ${escapeText(whyNone(example[side]))}`];
  return evidence.map(([capture, frames]) => `- evidence ${side}: ${codeSpan(capture)}, ${escapeText(frames)}`);
}
