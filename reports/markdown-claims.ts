/** The claims ledger in Markdown, for who wants to know what is true today: verdicts first, then each claim in full. */
import { type ClaimEntry, capturesOf, evidenceOf, type Ledger, measuredText, unaskedText } from "./claims.ts";
import type { ClaimAnswer } from "./claims-answers.ts";
import { foundText, type PartFinding, type PartState, partText } from "./claims-finding.ts";
import type { KernelRange } from "./claims-ranges.ts";
import { type ClaimVerdict, headOf, toldText } from "./claims-verdict.ts";
import { codeSpan, escapeText, fileLink, markdownTable } from "./markdown-text.ts";

/** Answers a verdict rests on that are named. */
const LISTED = 4;

export function renderMarkdownClaims(ledger: Ledger): string {
  const rows = ledger.entries.map((entry) => [
    `[${entry.claim.id}](#${entry.claim.id.toLowerCase()})`,
    escapeText(entry.claim.text),
    entry.ranges.map(rangeWord).join("<br>"),
  ]);
  const parts = [
    "# What is claimed about macvlan and macvtap, and what is true",
    escapeText(measuredText(ledger)),
    INTRODUCTION,
    markdownTable(["Claim", "", "Verdict"], rows).join("\n"),
    ...ledger.entries.flatMap((entry) => entryParts(entry, ledger)),
  ];
  return `${parts.join("\n\n")}\n`;
}

const INTRODUCTION =
  "The claims are those of practitioners' notes; some are old, some are wrong, some hold on some kernels only. Every " +
  "verdict is put together from measured results, none is written by hand. *Lower device*: what a macvlan or macvtap " +
  "hangs off. *Siblings*: endpoints on one lower device. *Reflective relay* (hairpin): the switch port sends frames " +
  'back to where they came from. A line without macvlan or macvtap stands for both; "a -> b" is what a sends to b, or ' +
  "begins with b. " +
  'In what checks observed, "a>b: c=1" is one copy, counted at c, of what a sent b; *first* and *second* are endpoints ' +
  "on one lower device, *external* is a host on another port of the switch.";

function rangeWord({ name, value }: KernelRange<ClaimVerdict>, _: number, all: readonly unknown[]): string {
  const word = `**${headOf(value.word, value.parts)}**`;
  return all.length === 1 ? word : `${escapeText(name)}: ${word}`;
}

function entryParts(entry: ClaimEntry, ledger: Ledger): string[] {
  const { claim, ranges } = entry;
  const unasked = unaskedText(entry, ledger);
  return [
    `## ${claim.id}`,
    `> ${escapeText(claim.text)}${claim.open ? " *(left open by the notes)*" : ""}`,
    ...ranges.flatMap(rangeParts),
    ...entry.answers.flatMap(answerParts),
    ...(entry.figures.length > 0 ? [entry.figures.map((text) => `- ${escapeText(text)}`).join("\n")] : []),
    ...(unasked === undefined ? [] : [escapeText(unasked)]),
  ];
}

function rangeParts({ name, value, changed }: KernelRange<ClaimVerdict>): string[] {
  const when = changed === undefined ? "" : ` (changed ${changed})`;
  const shown = value.parts.filter(({ state }) => state !== "answered");
  return [
    `**${escapeText(`${name}${when}: ${shown.length > 1 ? toldText(value) : value.sentence}`)}.**`,
    ...(shown.length > 1 ? [markdownTable(["What it takes", "Observed"], shown.map(partRow)).join("\n")] : []),
    ...evidencePart(value),
  ];
}

const STATES: Readonly<Record<PartState, string>> = {
  holds: "so it is",
  mixed: "**not always**",
  fails: "**not so**",
  untold: "cannot be told",
  unasked: "not asked",
  refused: "unsupported",
  lacking: "not asked",
  answered: "",
};

function partRow(finding: PartFinding): string[] {
  const found = foundText(finding);
  return [
    escapeText(partText(finding.part)),
    `${STATES[finding.state]}${found === "" ? "" : `: ${escapeText(found)}`}`,
  ];
}

function answerParts({ question, of, lines }: ClaimAnswer): string[] {
  const rows = lines.map(({ outcome, where }) => [escapeText(outcome), where.map(escapeText).join("<br>")]);
  const heads = of === "pairs" ? ["Reached", "Who"] : ["What", "Observed"];
  return [`${question[0]?.toUpperCase()}${escapeText(question.slice(1))}`, markdownTable(heads, rows).join("\n")];
}

function evidencePart(verdict: ClaimVerdict): string[] {
  const { names, more } = evidenceOf(verdict, LISTED);
  if (names.length === 0) return [];
  const captures = capturesOf(verdict.parts).slice(0, 1).map(fileLink);
  const named = [...names.map(codeSpan), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
  return [`Evidence: ${[named, ...captures].join("; ")}`];
}
