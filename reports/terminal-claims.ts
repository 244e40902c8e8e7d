/** `macvlab claims` on a terminal: each claim, its verdict by range of kernels, the answers to its questions, evidence. */
import { type ClaimEntry, capturesOf, evidenceOf, type Ledger, measuredText, unaskedText } from "./claims.ts";
import type { ClaimAnswer } from "./claims-answers.ts";
import type { KernelRange } from "./claims-ranges.ts";
import type { ClaimVerdict, ClaimWord } from "./claims-verdict.ts";
import type { Tone } from "./glyph.ts";
import type { TerminalOptions } from "./terminal.ts";
import { hanging, makePage, type Page, plain, wrap } from "./terminal-text.ts";

const NARROWEST = 60;
const INDENT = 5;
/** Places of an answer are indented below its question. */
const DEEPER = 9;
/** Answers a verdict rests on that are named. */
const LISTED = 3;

export const TONES: Readonly<Record<ClaimWord, Tone>> = {
  holds: "reached",
  "holds in part": "odd",
  "does not hold": "bad",
  answered: "reached",
  "cannot be told": "unsure",
  unsupported: "refused",
  unasked: "refused",
};

export function renderTerminalClaims(ledger: Ledger, { columns, colour }: TerminalOptions): string {
  const page = makePage(Math.max(NARROWEST, columns), colour);
  const blocks = [
    hanging(page, "", measuredText(ledger), 0),
    ...ledger.entries.map((entry) => entryLines(page, entry, ledger)),
  ];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function entryLines(page: Page, entry: ClaimEntry, ledger: Ledger): string[] {
  const { claim, ranges } = entry;
  const text = claim.open ? `${claim.text} (left open)` : claim.text;
  const [first = "", ...rest] = hanging(page, "", text, INDENT);
  const strong = [first.trimStart(), ...rest.map((line) => line.trimStart())].map((line) => page.paint("strong", line));
  const title = strong.map((line, place) => (place === 0 ? claim.id.padEnd(INDENT) : " ".repeat(INDENT)) + line);
  const unasked = unaskedText(entry, ledger);
  return [
    ...title,
    ...ranges.flatMap((range) => rangeLines(page, range)),
    ...entry.answers.flatMap((answer) => answerLines(page, answer)),
    ...entry.figures.flatMap((text) => hanging(page, "", text, DEEPER)),
    ...(unasked === undefined ? [] : indented(page, unasked)),
  ];
}

function rangeLines(page: Page, { name, value, changed }: KernelRange<ClaimVerdict>): string[] {
  const statement = value.sentence;
  const [head = "", ...rest] = indented(page, `${name}: ${statement}`);
  const word = statement.startsWith(value.word) ? value.word : "";
  const tone = TONES[value.word];
  return [
    word === "" ? head : head.replace(word, page.paint(tone, word)),
    ...rest,
    ...(changed === undefined ? [] : indented(page, `changed ${changed}`)),
    ...evidenceLines(page, value),
  ];
}

function answerLines(page: Page, { question, of, lines }: ClaimAnswer): string[] {
  return [
    ...indented(page, question),
    ...lines.flatMap(({ outcome, where }) => {
      const [only, ...others] = where;
      const both = deeper(page, `${outcome}: ${only}`);
      if (others.length === 0 && (of === "checks" || both.length === 1)) return both;
      return [...deeper(page, `${outcome}:`), ...where.flatMap((place) => hanging(page, "", place, DEEPER))];
    }),
  ];
}

function evidenceLines(page: Page, verdict: ClaimVerdict): string[] {
  const { names, more } = evidenceOf(verdict, LISTED);
  if (names.length === 0) return [];
  const captures = capturesOf(verdict.parts);
  const lines = [
    ...names.flatMap((name, place) => hanging(page, place === 0 ? "     evidence" : "", name, DEEPER + INDENT)),
    ...(more > 0 ? hanging(page, "", `and ${more} more`, DEEPER + INDENT) : []),
    ...captures
      .slice(0, 1)
      .flatMap((file) =>
        hanging(
          page,
          "",
          `in ${file}${captures.length > 1 ? ` and ${captures.length - 1} more` : ""}`,
          DEEPER + INDENT,
        ),
      ),
  ];
  return lines.map((line) => page.paint("faint", line));
}

/** The lines after the first stand out to the right of it. */
function deeper(page: Page, text: string): string[] {
  const [first = "", ...rest] = wrap(plain(text), Math.max(24, page.columns - DEEPER));
  return [" ".repeat(INDENT + 2) + first, ...rest.map((line) => " ".repeat(DEEPER) + line)];
}

function indented(page: Page, text: string): string[] {
  return hanging(page, "", text, INDENT);
}
