/**
 * Steps of many checks as few processes as can be: each tool gets its lines in batches that take turns, and a step stands
 * in a batch behind that of the step before it.
 */
import { AWAY_NAMESPACE, type Line, type Tool } from "./check-line.ts";
import { parseBatchErrors } from "./forced-batch.ts";

export interface Batch {
  readonly tool: Tool;
  readonly lines: string[];
}

/** Where a line went: the batch, and its number there, from 1. */
export interface Slot {
  readonly batch: number;
  readonly line: number;
}

export class Turns {
  readonly batches: Batch[] = [{ tool: "ip", lines: [] }];

  /** Lines that have to be taken in this order; where each of them went. */
  add(lines: readonly Line[]): Slot[] {
    let at = 0;
    return lines.map(({ tool, text }) => {
      const found = this.batches.findIndex((batch, index) => index >= at && batch.tool === tool);
      at = found < 0 ? this.batches.push({ tool, lines: [] }) - 1 : found;
      return { batch: at, line: (this.batches[at] as Batch).lines.push(text) };
    });
  }
}

const COMMANDS: Readonly<Record<Exclude<Tool, "shell">, string>> = {
  ip: "ip -force -batch - <<'END'",
  // Not quoted: its lines may speak of this process.
  "ip-away": `ip -n ${AWAY_NAMESPACE} -force -batch - <<END`,
  bridge: "bridge -force -batch - 1>&2 <<'END'",
};
const NEXT_BATCH = "macvlab: next batch";

/** The lines of a script that takes all batches, whatever of them is refused. */
export function batchScript(batches: readonly Batch[]): string[] {
  return batches.flatMap(({ tool, lines }, index) => [
    ...(index > 0 ? [`echo '${NEXT_BATCH}' >&2`] : []),
    ...(tool === "shell" ? lines.map(shellLine) : [COMMANDS[tool], ...lines, "END"]),
  ]);
}

/** Says which line failed in the words of `ip -batch`. */
function shellLine(command: string, index: number): string {
  return `${command} || echo 'Command failed -:${index + 1}' >&2`;
}

/** Per batch, what went wrong by line number. */
export function batchErrors(stderr: string): Map<number, string>[] {
  return stderr.split(`${NEXT_BATCH}\n`).map(parseBatchErrors);
}
