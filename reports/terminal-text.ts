/** Text for a terminal: colour that can be left out, wrapping, columns. Widths are those a reader sees. */
import { inspect, stripVTControlCharacters } from "node:util";
import type { Tone } from "./glyph.ts";

export interface Page {
  /** Characters per line. */
  readonly columns: number;
  paint(style: Style, text: string): string;
}

type Style = Tone | "heading" | "strong" | "faint";

const COLOURS: Readonly<Record<Style, readonly (keyof typeof inspect.colors)[]>> = {
  blank: [],
  bad: ["bold", "red"],
  unsure: ["bold", "magenta"],
  refused: ["gray"],
  odd: ["yellow"],
  reached: ["green"],
  unreached: [],
  heading: ["bold", "cyan"],
  strong: ["bold"],
  faint: ["gray"],
};

/** Colour is the caller's decision alone: no look at the environment or at a stream. */
export function makePage(columns: number, colour: boolean): Page {
  const code = (name: keyof typeof inspect.colors, end: 0 | 1) => `\x1b[${inspect.colors[name]?.[end]}m`;
  const paint = (style: Style, text: string) => {
    const names = COLOURS[style];
    return names.reduce<string>((inner, name) => `${code(name, 0)}${inner}${code(name, 1)}`, text);
  };
  return { columns, paint: colour ? paint : (_, text) => text };
}

/** What a kernel or a tool wrote may hold anything; on a terminal it must not act. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/\s*\p{Cc}+\s*/gu, " ");
}

export function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length;
}

export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - visibleLength(text)));
}

/** Words onto lines of at most `width`; a longer word gets a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** `head` at the left, `text` wrapped beside it: the lines of one entry of a list. */
export function hanging(page: Page, head: string, text: string, indent: number): string[] {
  const [first = "", ...rest] = wrap(plain(text), Math.max(24, page.columns - indent));
  return [pad(head, indent) + first, ...rest.map((line) => " ".repeat(indent) + line)];
}

/** Rows with their cells under each other; the last cell of a row is as long as it is. */
export function table(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => visibleLength(row[column] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, column) => pad(cell, (widths[column] ?? 0) + gap))
      .join("")
      .trimEnd(),
  );
}
