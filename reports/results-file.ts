/** The text of `results.json`: one line per kernel, cell and check, for `grep`, `diff` and people in a hurry. */
import type { Results } from "../lab/model/results.ts";

export function stringifyResults(results: Results): string {
  return [...resultsText(results)].join("");
}

/** The same text in pieces of a line, so that a large run need not be in memory twice. */
export function* resultsText(results: Results): Generator<string> {
  let before = "{\n";
  for (const [name, value] of Object.entries(results)) {
    yield `${before}${JSON.stringify(name)}: `;
    yield* fieldText(value);
    before = ",\n";
  }
  yield "\n}\n";
}

function* fieldText(value: unknown): Generator<string> {
  if (!Array.isArray(value) || value.length === 0) return yield JSON.stringify(value);
  for (const [index, item] of value.entries()) yield `${index === 0 ? "[\n" : ",\n"}${JSON.stringify(item)}`;
  yield "\n]";
}
