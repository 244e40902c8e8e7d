/** JSON for people and for `diff`: a line per field, and a line per item of a field that is a list or a table. */

export function jsonLines(value: object): string {
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{\n${fields.map(([name, field]) => `${JSON.stringify(name)}: ${fieldText(field)}`).join(",\n")}\n}\n`;
}

function fieldText(value: unknown): string {
  if (Array.isArray(value))
    return enclosed(
      "[",
      value.map((item) => JSON.stringify(item)),
      "]",
    );
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const lines = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${JSON.stringify(item)}`);
  return enclosed("{", lines, "}");
}

function enclosed(open: string, lines: readonly string[], close: string): string {
  return lines.length === 0 ? open + close : `${open}\n${lines.join(",\n")}\n${close}`;
}
