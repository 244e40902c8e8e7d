/**
 * TAP 13 (https://testanything.org/tap-version-13-specification.html): a flat list with a YAML block of JSON strings under
 * what did not pass. What the lab could not tell is `not ok`; a refusal that was predicted is `ok ... # SKIP`.
 */
import type { Results } from "../../lab/model/results.ts";
import { oneLine } from "./one-line.ts";
import { type Case, suitesOf } from "./outcomes.ts";

export function* renderTap(results: Results): Generator<string> {
  const suites = suitesOf(results);
  const total = suites.reduce((sum, { cases }) => sum + cases.length, 0);
  yield `TAP version 13\n1..${total}${total === 0 ? " # SKIP nothing was measured" : ""}\n`;
  let number = 0;
  for (const { kernel, scenario, cases } of suites)
    for (const one of cases) yield caseText(one, `${kernel} ${scenario}: ${one.name}`, ++number);
}

function caseText({ status, kind, message, facts }: Case, name: string, number: number): string {
  const line = `${number} - ${tapName(name)}`;
  if (status === "passed") return `ok ${line}\n`;
  if (status === "skipped") return `ok ${line} # SKIP ${oneLine(message)}\n`;
  const block = [["verdict", kind] as const, ["message", message] as const, ...numbered(facts)];
  const lines = block.map(([fact, text]) => `  ${fact}: ${JSON.stringify(oneLine(text))}\n`);
  return `not ok ${line}\n  ---\n${lines.join("")}  ...\n`;
}

/** YAML knows each key once: `capture`, `capture-2`. */
function numbered(facts: Case["facts"]): Case["facts"] {
  const met = new Map<string, number>();
  return facts.map(([fact, text]) => {
    const times = (met.get(fact) ?? 0) + 1;
    met.set(fact, times);
    return [times === 1 ? fact : `${fact}-${times}`, text];
  });
}

/** A `#` would begin a directive. */
function tapName(name: string): string {
  return oneLine(name).replace(/[\\#]/g, "\\$&");
}
