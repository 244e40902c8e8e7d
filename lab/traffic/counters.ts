/** Interface counters, before and after: what a device dropped, no capture can show, nor that it went away. */
import { EnvironmentError } from "../base/errors.ts";

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

/**
 * A device that somebody removes under the lab hears nothing any more, and its silence is no result.
 * @param place for the message.
 * @throws EnvironmentError when one that was in the first snapshot is not in the second.
 */
export function requireStill(place: string, before: string, after: string): void {
  const still = dropCounters(after);
  const gone = [...dropCounters(before).keys()].filter((name) => !still.has(name));
  if (gone.length > 0) throw vanished(place, gone, "while frames were sent", "cat /proc/net/dev");
}

/** @param names at least one. @param command whose answer showed it. */
export function vanished(place: string, names: readonly string[], when: string, command: string): EnvironmentError {
  const [first, ...others] = names;
  const too = others.length > 0 ? `, and with it ${others.map((name) => `"${name}"`).join(", ")}` : "";
  return new EnvironmentError(`${place}: "${first}" vanished ${when}${too}: ${command}`, {
    mend: "nothing of the lab removes devices then; find out what did, and run it again",
  });
}

/** By interface, the drops between two snapshots; interfaces without any are left out. */
export function dropsBetween(before: string, after: string): Map<string, number> {
  const start = dropCounters(before);
  const grown = [...dropCounters(after)].map(([name, count]) => [name, count - (start.get(name) ?? 0)] as const);
  return new Map(grown.filter(([, count]) => count > 0));
}
