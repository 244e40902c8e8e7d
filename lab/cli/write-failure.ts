/** The file system's refusals as errors for people, for what a user named with --out or another option. */
import { resolve } from "node:path";
import { EnvironmentError, LabError } from "../base/errors.ts";

const MENDS: Readonly<Record<string, string>> = {
  EACCES: "choose another place with --out DIR",
  EPERM: "choose another place with --out DIR",
  ENOENT: "choose another place with --out DIR",
  EROFS: "choose another place with --out DIR",
  ENOSPC: "free some space, or choose another place with --out DIR",
  ENOTDIR: "choose a directory with --out DIR",
  EEXIST: "choose a directory with --out DIR",
  EISDIR: "move away what has the name of one of the run's files, or choose another place with --out DIR",
  ENOTEMPTY: "move away what has the name of one of the run's files, or choose another place with --out DIR",
};

/** Does the work; where it is refused writing below `path`, that is an error for people. */
export function translated<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/**
 * The same of an error met while files were written below `path`; any other error is returned as it is.
 * @param otherMend what to do about it where no --out DIR named the place
 */
export function writeFailure(path: string, error: unknown, otherMend?: string): unknown {
  if (!(error instanceof Error) || error instanceof LabError) return error;
  const { code, message, path: refused, syscall } = error as NodeJS.ErrnoException;
  const mend = MENDS[code ?? ""];
  const elsewhere = syscall?.startsWith("spawn") || (refused !== undefined && !isOnTheWay(resolve(refused), path));
  if (mend === undefined || elsewhere) return error;
  return new EnvironmentError(`"${path}" cannot be written: ${message.replace(/,.*/, "")}`, {
    mend: otherMend ?? mend,
    cause: error,
  });
}

/** Whether it is the file or folder itself, or below it, or one above it that had to be made first. */
function isOnTheWay(refused: string, path: string): boolean {
  return refused.startsWith(path) || path.startsWith(`${refused}/`);
}
