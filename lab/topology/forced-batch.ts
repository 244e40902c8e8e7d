/** Batches that go on where a line is refused: which lines were, and whether they may be. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { buildFailure, isMissingKind } from "./build-failure.ts";

/** `ip -force -batch` says what went wrong and then `Command failed -:LINE`. By line number. */
export function parseBatchErrors(stderr: string): Map<number, string> {
  const errors = new Map<number, string>();
  let message: string[] = [];
  for (const line of stderr.split("\n")) {
    const failed = /^Command failed .*:(\d+)$/.exec(line);
    if (!failed) message.push(line);
    else {
      errors.set(Number(failed[1]), message.join("\n").trim());
      message = [];
    }
  }
  return errors;
}

/**
 * @param lines all lines of the batch.
 * @param errors by line number, from 1.
 * @param attempts numbers of the lines a kernel may refuse.
 * @throws EnvironmentError when another line failed, or any for want of a kind of device: that is no refusal.
 */
export async function throwUnforeseen(
  executor: Executor,
  lines: readonly string[],
  errors: ReadonlyMap<number, string>,
  attempts: ReadonlySet<number>,
): Promise<void> {
  for (const [line, error] of errors) {
    const command = lines[line - 1] ?? "-force -batch";
    if (isMissingKind(error)) throw await buildFailure(executor, command, error);
    if (attempts.has(line)) continue;
    throw new EnvironmentError(`${executor.place}: "ip ${command}" failed`, { detail: error });
  }
}
