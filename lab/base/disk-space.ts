/** Room on disk: asked for before fetching, and named when it ran out all the same. */
import { statfs } from "node:fs/promises";
import { EnvironmentError, type ErrorParts, LabError } from "./errors.ts";

const MEND = "make room there, or name another place with MACVLAB_CACHE";

export function isOutOfSpace(output: string): boolean {
  return /No space left on device|Disk quota exceeded/.test(output);
}

/** @throws EnvironmentError naming path, need and what is free, in bytes, when `needed` bytes do not fit. */
export async function requireSpace(path: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize < needed) throw outOfSpace(path, {}, needed, bavail * bsize);
}

export function outOfSpace(path: string, parts: ErrorParts, needed?: number, free?: number): EnvironmentError {
  const need = needed === undefined ? "" : `: ${megabytes(needed)} needed`;
  const have = free === undefined ? "" : `, ${megabytes(free)} free`;
  return new EnvironmentError(`"${path}" has not enough room${need}${have}`, { mend: MEND, ...parts });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Turns the file system's refusals into errors for people; leaves everything else as it is. */
export function cacheFailure(error: unknown, path: string, needed?: number): unknown {
  if (error instanceof LabError || !(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return outOfSpace(path, { cause: error, detail: error.message }, needed);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR" || code === "EEXIST") {
    return new EnvironmentError(`the cache "${path}" cannot be written: ${error.message}`, {
      mend: MEND,
      cause: error,
    });
  }
  return error;
}
