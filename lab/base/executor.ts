/**
 * A place where commands run: a guest, a network namespace of the running kernel, later a container. Topology,
 * traffic and capture know nothing else of where they are.
 */
import type { Job, JobOptions } from "./job.ts";

export interface RunOptions {
  /** Bytes for the script's standard input, all at once or piece by piece as they come. */
  readonly stdin?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Milliseconds until the script is killed and the call fails; default 30 000. Times the place's slowness. */
  readonly deadline?: number;
  /** Called with each piece of output as it arrives, beside the collecting. */
  readonly onOutput?: (stream: "stdout" | "stderr", chunk: Buffer) => void;
}

export interface RunResult {
  /** Exit status; 128 + N when signal N ended it. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Executor {
  /** For messages: `guest debian:bookworm/cloud`, `host namespace macvlab-…`. */
  readonly place: string;
  /** Path of the agent program there. */
  readonly agent: string;
  /** Directory there for this run's own files; exists, and vanishes with the place. */
  readonly workDirectory: string;
  /**
   * How many times slower than an emulated guest with an everyday kernel this place is, at least 1 and that where it is
   * missing. What waits there by its own clock waits as many times longer; `run` has seen to that for its deadlines.
   */
  readonly slowness?: number;
  /** Runs a POSIX shell script. Resolves whatever its exit status; fails when the place is gone or the deadline over. */
  run(script: string, options?: RunOptions): Promise<RunResult>;
  /** Writes a file there (parent directory must exist). */
  put(path: string, content: Uint8Array): Promise<void>;
  /** Streams a file from there. */
  get(path: string): AsyncIterable<Buffer>;
}

/** A place of its own, where disks can be mounted and commands be spoken to while they run. */
export interface GuestExecutor extends Executor {
  /** Starts a POSIX shell script. */
  start(script: string, options: JobOptions): Job;
  /** Mounts a device in a directory, which is made where it is missing. `bind`: a directory or file there. */
  mount(device: string, directory: string, type: string): Promise<void>;
}
