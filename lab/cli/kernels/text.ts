/** How `macvlab kernels` writes: columns that stay columns in a pipe, sizes and times to compare by eye. */
import { makePage, type Page, pad, table } from "../../../reports/terminal-text.ts";

/** Standard output; a pipe has lines of any length. */
export function standardPage(): Page {
  return makePage(process.stdout.columns ?? Number.POSITIVE_INFINITY, process.stdout.hasColors?.() ?? false);
}

/** `1234567` -> `1.2 MB`, right-aligned with others of its kind. */
export function size(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`.padStart(9);
}

/** Local time, to the minute. */
export function time(milliseconds: number): string {
  const at = new Date(milliseconds);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** A heading and rows below it. Of a row that is too long for the page the last columns go on, indented. */
export function columns(page: Page, heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [heads, ...rows];
  const tables = heads.map((_, last) => table(all.map((row) => row.slice(0, last + 1))));
  return all.map((row, at) => {
    const fit = Math.max(
      0,
      tables.findLastIndex((lines) => (lines[at] ?? "").length <= page.columns),
    );
    const line = tables[fit]?.[at] ?? "";
    const rest = row.slice(fit + 1).filter(Boolean);
    const text = rest.length > 0 ? `${line}\n    ${rest.join("  ")}` : line;
    return at === 0 ? page.paint("heading", text) : text;
  });
}

/** `name: value` lines, their values under each other. */
export function facts(entries: readonly (readonly [name: string, value: string | undefined])[]): string[] {
  const known = entries.filter((entry): entry is [string, string] => entry[1] !== undefined);
  const width = Math.max(...known.map(([name]) => name.length)) + 2;
  return known.map(([name, value]) => `  ${pad(name, width)}${value}`);
}

/** `2 kernels`, `1 kernel`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
