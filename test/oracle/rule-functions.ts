/** Which kernel functions a rule of the oracle rests on, by its own words. */

const NAME = String.raw`\b_*[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b`;
/** Heads of clauses: one name or a list of them, then a colon. */
const HEAD = new RegExp(String.raw`((?:${NAME}(?:\(\))?(?:\s*(?:,|/|\+|->|→|\band\b|\bor\b|\bthen\b)\s*)*)+)\s*:`, "g");
const CALLED = new RegExp(String.raw`(${NAME})\(\)`, "g");

/**
 * The functions a rule text names: before a colon (`macvlan_queue_xmit, macvlan_broadcast: ...`), or anywhere with
 * `()` behind the name. Other words with underscores are fields or flags and do not count.
 */
export function functionsNamedIn(ruleText: string): string[] {
  const heads = [...ruleText.matchAll(HEAD)].flatMap(([, head = ""]) => head.match(new RegExp(NAME, "g")) ?? []);
  const called = [...ruleText.matchAll(CALLED)].map(([, name = ""]) => name);
  return [...new Set([...heads, ...called])];
}
