/** Entries as far as a budget carries, and a last word for those that are left out. Nothing is cut in the middle. */

export interface Budget<T> {
  /** Of the whole text. */
  readonly limit: number;
  /** In the unit of the limit: characters, or bytes. */
  readonly measure: (text: string) => number;
  readonly entries: readonly T[];
  readonly render: (entry: T) => string;
  /** Said in the place of the entries left out, of which there is at least one. */
  readonly more: (left: readonly T[]) => string;
}

/** @param before what comes first whatever happens @returns all of it, never above the limit as long as `before` is not. */
export function withinBudget<T>(before: string, { limit, measure, entries, render, more }: Budget<T>): string {
  const texts: string[] = [before];
  let used = measure(before);
  for (const [index, entry] of entries.entries()) {
    const text = render(entry);
    const rest = entries.slice(index + 1);
    const reserve = rest.length === 0 ? 0 : measure(more(rest));
    if (used + measure(text) + reserve > limit) {
      const last = more(entries.slice(index));
      return [...texts, ...(used + measure(last) <= limit ? [last] : [])].join("");
    }
    texts.push(text);
    used += measure(text);
  }
  return texts.join("");
}
