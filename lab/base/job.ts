/** A command under way in a place: its output as it comes, its input as it is taken, signals, a terminal's size. */

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

export interface JobOptions {
  /** Each piece of output as it arrives. Nothing more is read from the place until a promise it returns resolves. */
  readonly onOutput: (stream: "stdout" | "stderr", chunk: Buffer) => void | Promise<void>;
  /** Runs it on a terminal of this size; then all output is "stdout". */
  readonly terminal?: TerminalSize;
}

export interface Job {
  /** Exit status; 128 + N when signal N ended it. Fails when the place is gone or the job cannot be started. */
  readonly ended: Promise<number>;
  /** More input. Resolves when there is room for more, or the job has ended. */
  write(bytes: Uint8Array): Promise<void>;
  /** No more input. */
  end(): void;
  /** To the job's process group; whoever left that group is not reached. */
  signal(number: number): void;
  resize(size: TerminalSize): void;
}

/** Four bytes: rows, columns. */
export function sizeBytes({ rows, columns }: TerminalSize): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(rows, 0);
  bytes.writeUInt16LE(columns, 2);
  return bytes;
}

/** What may be on its way to a job that has not taken it: more than a pipe holds, less than memory minds. */
const WINDOW = 256 * 1024;

/** Lets a writer run ahead of a reader only so far. */
export class Window {
  #ahead = 0;
  #wake = new Set<() => void>();

  /** Resolves when there is room after `bytes` more. */
  add(bytes: number): Promise<void> {
    this.#ahead += bytes;
    if (this.#ahead < WINDOW) return Promise.resolve();
    return new Promise((resolve) => this.#wake.add(resolve));
  }

  taken(bytes: number): void {
    this.#ahead -= bytes;
    if (this.#ahead < WINDOW) this.open();
  }

  /** Whoever waits goes on. */
  open(): void {
    for (const wake of this.#wake) wake();
    this.#wake.clear();
  }
}
