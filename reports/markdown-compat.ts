/**
 * The compatibility report in Markdown, for who has to know what changes with a kernel: the changes first, with their
 * rules; then every behaviour, a column per kernel.
 */
import { plural } from "./cell-text.ts";
import type { Compat } from "./compat.ts";
import type { CompatChange } from "./compat-changes.ts";
import type { CompatCheck } from "./compat-checks.ts";
import type { Boundary } from "./compat-outcomes.ts";
import type { CompatSection } from "./compat-rows.ts";
import { isExplained } from "./explanation.ts";
import { glyphLegend } from "./glyph.ts";
import { nameOf } from "./kernel-names.ts";
import { setItems } from "./markdown-differences.ts";
import { codeSpan, escapeText, markdownTable } from "./markdown-text.ts";
import { trafficList } from "./traffic-text.ts";

/** Numbers of the sentences at the end, in the order they were first quoted. */
type Numbers = Map<string, number>;

export function renderMarkdownCompat(compat: Compat): string {
  const numbers: Numbers = new Map();
  const several = new Set(compat.sections.map(({ scenario }) => scenario)).size > 1;
  const parts = [
    "# What each kernel does: compatibility of macvlan and macvtap",
    ...introduction(compat),
    kernelTable(compat),
    ...changeParts(compat, several),
    ...behaviourParts(compat, numbers, several),
    ...checkParts(compat, numbers),
    ...ruleParts(numbers),
  ];
  return `${parts.join("\n\n")}\n`;
}

function introduction({ kernels, size, checks, changes }: Compat): string[] {
  const changed = checks.filter(({ boundaries }) => boundaries.length > 0).length;
  const asked = `${plural(size.cells, "cell", "cells")} (who reaches whom, by which traffic) and ${plural(checks.length, "check", "checks")}`;
  const found =
    changes.length + changed === 0
      ? "Nothing differs between them."
      : `${plural(size.differing, "cell", "cells")} and ${plural(changed, "check", "checks")} differ between them.`;
  return [`Measured by macvlab on ${plural(kernels.length, "kernel", "kernels")}: ${asked}. **${found}**`];
}

function kernelTable({ kernels, names }: Compat): string {
  const rows = kernels.map(({ id, version, health }) => {
    const titles = health.findings.map(({ title }) => title).join("; ");
    const state = health.status === "ok" ? "ok" : `**${health.status}**${titles ? `: ${escapeText(titles)}` : ""}`;
    const name = nameOf(names, id);
    return [escapeText(name), codeSpan(id) + (name === version || name === "" ? "" : ` ${escapeText(version)}`), state];
  });
  return markdownTable(["Kernel", "Spec", "Health"], rows).join("\n");
}

function heads({ kernels, names }: Compat): string[] {
  return kernels.map(({ id }) => escapeText(nameOf(names, id)));
}

function changeParts(compat: Compat, several: boolean): string[] {
  const checks = compat.checks.filter(({ boundaries }) => boundaries.length > 0);
  if (compat.changes.length + checks.length === 0) return [];
  return [
    "## What changed",
    ...compat.changes.flatMap((change) => [
      `### ${escapeText(changeTitle(compat, change.boundaries, change.outcomes))}`,
      [`${plural(change.count, "cell", "cells")} of each kernel:`, ...setItems(change.sets, several, "")].join("\n"),
      outcomeTable(compat, change),
      ...change.boundaries.map((boundary) => boundaryText(compat, boundary)),
    ]),
    ...checks.flatMap((check) => [
      `### ${escapeText(`${changeTitle(compat, check.boundaries, check.outcomes)}: ${check.text}`)}`,
      `Check ${codeSpan(check.id)}:`,
      outcomeTable(compat, check),
      ...check.boundaries.map((boundary) => boundaryText(compat, boundary)),
    ]),
  ];
}

/** `Between 6.12.117 and 7.2.13: 1 copy, then 2 copies`. */
function changeTitle(compat: Compat, boundaries: readonly Boundary[], outcomes: readonly string[]): string {
  const names = compat.kernels.map(({ id }) => nameOf(compat.names, id));
  const [first] = boundaries;
  if (!first || boundaries.length > 1) return `Several times: ${[...new Set(outcomes.filter(Boolean))].join(", ")}`;
  return `Between ${names[first.from]} and ${names[first.to]}: ${outcomes[first.from]}, then ${outcomes[first.to]}`;
}

function outcomeTable(compat: Compat, { outcomes }: Pick<CompatChange, "outcomes">): string {
  return markdownTable(heads(compat), [outcomes.map(escapeText)]).join("\n");
}

function boundaryText(compat: Compat, { from, to, rules }: Boundary): string {
  const names = heads(compat);
  const between = `Between ${names[from]} and ${names[to]}`;
  if (!compat.hasRules) return `${between}; which rules are behind it is not on record.`;
  if (!isExplained(rules)) return `${between} no rule changed that was read from the source: it was not expected.`;
  const item = (name: string | undefined, sentence: string) => `- ${name}: ${escapeText(sentence)}`;
  return [
    `${between} the source changed:`,
    ...rules.before.map((sentence) => item(names[from], sentence)),
    ...rules.after.map((sentence) => item(names[to], sentence)),
  ].join("\n");
}

function behaviourParts(compat: Compat, numbers: Numbers, several: boolean): string[] {
  if (compat.sections.length === 0) return [];
  const legend = [
    ...glyphLegend(new Set([...compat.codes].map((code) => code.replace(/ .*/, "")))),
    ...([...compat.codes].some((code) => code.includes(" "))
      ? ([["1 otherhost", "the copy arrives marked as that: a stack that is not promiscuous drops it"]] as const)
      : []),
  ];
  const items = legend.map(([sample, meaning]) => `- ${codeSpan(sample)} ${escapeText(meaning)}`);
  return [
    "## Every behaviour",
    "A line without macvlan or macvtap stands for both. Relay on: the switch port sends frames back to where they " +
      "came from (reflective relay, hairpin). Lines that differ between kernels come first. The last column counts " +
      "the rules at the end.",
    items.join("\n"),
    ...compat.sections.flatMap((section) => sectionParts(compat, section, numbers, several)),
  ];
}

function sectionParts(compat: Compat, section: CompatSection, numbers: Numbers, several: boolean): string[] {
  const rows = section.rows.map(({ set, outcomes, differs, rules }) => [
    set.relay.join(", "),
    trafficList(set.traffic),
    escapeText(set.pairs.replace("->", "→")),
    ...outcomes.map((code) => (code === "" ? "" : differs ? `**${codeSpan(code)}**` : codeSpan(code))),
    numbersText(rules, numbers),
  ]);
  return [
    `### ${escapeText(several ? `${section.title} (${section.scenario})` : section.title)}`,
    markdownTable(["Relay", "Traffic", "From → to", ...heads(compat), "Rules"], rows).join("\n"),
  ];
}

function checkParts(compat: Compat, numbers: Numbers): string[] {
  if (compat.checks.length === 0) return [];
  const rows = compat.checks.map((check) => [
    codeSpan(check.id),
    escapeText(check.text),
    ...sameAsBefore(check.outcomes).map(escapeText),
    numbersText(check.rules, numbers),
  ]);
  return [
    "## Defaults, refusals, addresses, MTUs, source lists, pings",
    "`=`: the same as in the column before.",
    markdownTable(["Check", "What", ...heads(compat), "Rules"], rows).join("\n"),
  ];
}

/** Long answers are said once. */
function sameAsBefore(outcomes: CompatCheck["outcomes"]): string[] {
  return outcomes.map((text, place) => (place > 0 && text !== "" && text === outcomes[place - 1] ? "=" : text));
}

function numbersText(rules: readonly string[], numbers: Numbers): string {
  const number = (sentence: string) => {
    const known = numbers.get(sentence) ?? numbers.size + 1;
    numbers.set(sentence, known);
    return known;
  };
  return rules
    .map(number)
    .sort((a, b) => a - b)
    .join(" ");
}

function ruleParts(numbers: Numbers): string[] {
  if (numbers.size === 0) return [];
  const items = [...numbers].map(([sentence, number]) => {
    const [name = "", text] = sentence.split(/: (.*)/s);
    return `${number}. ${text === undefined ? escapeText(sentence) : `${codeSpan(name)}: ${escapeText(text)}`}`;
  });
  return [
    "## The rules",
    "As read from the source of the kernels above, by the function they are in.",
    items.join("\n"),
  ];
}
