/**
 * Locks between processes, on a file. The kernel holds them (flock(2)), so they end with the process however it
 * dies and are never stale. Two locks on one file exclude each other within one process too.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { EnvironmentError } from "./errors.ts";

export interface LockOptions {
  /** Milliseconds to wait for whoever holds the lock. */
  readonly deadline: number;
  /** Called once when the lock is not free at once. */
  readonly onWait?: () => void;
}

/** Exit status that tells "not free" from every failure of `flock` itself. */
const NOT_FREE = 75;

/** Takes the exclusive lock on `path`, which is created if need be; disposing gives it back. */
export async function lockFile(path: string, options: LockOptions): Promise<AsyncDisposable> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "a");
  try {
    if (await flock(file, 0)) return release(file);
    options.onWait?.();
    if (await flock(file, options.deadline)) return release(file);
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  throw new EnvironmentError(`"${path}" is locked by another run, still after ${options.deadline} ms`, {
    mend: "wait for the other run to end, or stop it",
  });
}

function release(file: FileHandle): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => file.close() };
}

/** The lock belongs to the open file, which the child only borrows: it outlives the child. */
async function flock(file: FileHandle, milliseconds: number): Promise<boolean> {
  const wait = ["--exclusive", "--timeout", String(milliseconds / 1000), "--conflict-exit-code", String(NOT_FREE)];
  // It may wait for minutes: not after this process is gone.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "flock", ...wait, "3"], {
    stdio: ["ignore", "ignore", "pipe", file.fd],
  });
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const [status] = await once(child, "close").catch((cause: unknown) => {
    throw new EnvironmentError('"flock" could not be started', { mend: "apt-get install util-linux", cause });
  });
  if (status === 0) return true;
  if (status === NOT_FREE) return false;
  throw new EnvironmentError(`"flock" ended with status ${status}`, { detail: stderr });
}
