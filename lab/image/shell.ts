/** Shell one-liners that write a file: for what is a pipe between programs. */
import { dirname } from "node:path";
import { commandFailure, runCommand } from "../base/command.ts";
import { isOutOfSpace, outOfSpace } from "../base/disk-space.ts";
import { EnvironmentError, tail } from "../base/errors.ts";

/** Milliseconds. */
const DEADLINE = 120_000;
const PACKAGES: Readonly<Record<string, string>> = { strip: "binutils", xz: "xz-utils" };

/**
 * Runs `script` with `argv` as its arguments; `writesTo` is the file it makes.
 * @throws EnvironmentError when it fails, naming the program that is missing or the directory that is full.
 */
export async function runShell(script: string, argv: readonly string[], writesTo: string): Promise<void> {
  const { status, stderr, ...result } = await runCommand(["sh", "-c", script, "sh", ...argv], { deadline: DEADLINE });
  if (status === 0) return;
  if (isOutOfSpace(stderr)) throw outOfSpace(dirname(writesTo), { detail: tail(stderr) });
  const missing = /: (\S+): (?:command )?not found/.exec(stderr)?.[1];
  if (!missing) throw commandFailure({ status, stderr, ...result });
  throw notInstalled(missing);
}

export function notInstalled(program: string): EnvironmentError {
  return new EnvironmentError(`"${program}" is not installed`, {
    mend: `apt-get install ${PACKAGES[program] ?? program}`,
  });
}
