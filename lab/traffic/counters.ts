/** Interface counters, before and after: what a device dropped, no capture can show. */

/** Parses /proc/net/dev; by interface, received and transmitted drops together. */
export function dropCounters(text: string): Map<string, number> {
  const counters = new Map<string, number>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number);
    counters.set(line.slice(0, colon).trim(), (fields[3] ?? 0) + (fields[11] ?? 0));
  }
  return counters;
}

/** By interface, the drops between two snapshots; interfaces without any are left out. */
export function dropsBetween(before: string, after: string): Map<string, number> {
  const start = dropCounters(before);
  const grown = [...dropCounters(after)].map(([name, count]) => [name, count - (start.get(name) ?? 0)] as const);
  return new Map(grown.filter(([, count]) => count > 0));
}
