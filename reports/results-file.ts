/** The text of `results.json`: one line per kernel, cell and check, for `grep`, `diff` and people in a hurry. */
import type { Results } from "../lab/model/results.ts";

export function stringifyResults(results: Results): string {
  const fields = Object.entries(results).map(([name, value]) => `${JSON.stringify(name)}: ${fieldText(value)}`);
  return `{\n${fields.join(",\n")}\n}\n`;
}

function fieldText(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value);
  return `[\n${value.map((item) => JSON.stringify(item)).join(",\n")}\n]`;
}
