/** The query box: `mode:vepa mode:bridge relay:on broadcast`. OR inside a category, AND across; other words are text. */

export const CATEGORIES = {
  kernel: "a kernel, by version or part of its name",
  mode: "either end's mode, or lower-host, external-host, macvlan, macvtap",
  from: "the sender's",
  to: "the receiver's",
  traffic: "unicast, broadcast, arp, tcp, ...",
  relay: "on or off",
  placement: "same-lower, two-lowers, ...",
  scenario: "pairings, conversations, ...",
  verdict: "match, mismatch, inconclusive, unsupported",
  status: "reached, not-reached, duplicated, echoed, not-measured, ...",
  claim: "an id of the ledger",
  class: "of compared runs: changed, newly-failing, fixed, coverage-lost, ...",
  is: "different: kernels do not agree",
} as const;
export type Category = keyof typeof CATEGORIES;

export interface Query {
  /** Values in lower case, by category; only categories that were named. */
  readonly tokens: ReadonlyMap<Category, readonly string[]>;
  readonly words: readonly string[];
}

/** A word with a colon that names no category is text like any other. */
export function parseQuery(text: string): Query {
  const tokens = new Map<Category, string[]>();
  const words: string[] = [];
  for (const word of text.toLowerCase().split(/\s+/).filter(Boolean)) {
    const [, name = "", value = ""] = /^(\w+):(.+)$/.exec(word) ?? [];
    if (value !== "" && Object.hasOwn(CATEGORIES, name)) {
      const category = name as Category;
      tokens.set(category, [...(tokens.get(category) ?? []), value]);
    } else words.push(word);
  }
  return { tokens, words };
}

/** Adds a token, or takes it away where it is there. */
export function toggled(text: string, token: string): string {
  const words = text.split(/\s+/).filter(Boolean);
  const rest = words.filter((word) => word.toLowerCase() !== token.toLowerCase());
  return (rest.length < words.length ? rest : [...words, token]).join(" ");
}

export function has(text: string, token: string): boolean {
  return text.toLowerCase().split(/\s+/).includes(token.toLowerCase());
}
