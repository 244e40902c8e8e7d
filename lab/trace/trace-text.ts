/** The lines of a kernel's `trace`, taken apart. */

export interface RawEvent {
  /** `probe`: a function was entered; `return`: it was left; `event`: one of the kernel's own. */
  readonly kind: "probe" | "return" | "event";
  readonly name: string;
  readonly cpu: number;
  /** Microseconds. */
  readonly at: number;
  readonly fields: ReadonlyMap<string, string>;
}

const LINE = /^.{16,}? +\[(\d+)\] \S+ +(\d+)\.(\d{6}): (\w+): (.*)$/;
const FIELD = /(\w+)(?:=|: )("[^"]*"|\S+)/g;

export function* rawEvents(text: string): Generator<RawEvent> {
  for (const line of text.split("\n")) {
    const [, cpu, seconds, microseconds, name, rest] = LINE.exec(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    const fields = new Map(
      [...rest.matchAll(FIELD)].map(([, key, value]) => [key, value?.replaceAll('"', "")] as [string, string]),
    );
    const kind = !rest.startsWith("(") ? "event" : rest.includes(" <- ") ? "return" : "probe";
    yield { kind, name, cpu: Number(cpu), at: Number(seconds) * 1e6 + Number(microseconds), fields };
  }
}
