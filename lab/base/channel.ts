/**
 * The command channel: how the lab speaks to the agent at the other end of a stream, in a guest (virtio-serial) or in
 * namespaces of the running kernel (a socket pair). The message format is that of `images/agent/channel.c`.
 */
import type { Duplex } from "node:stream";
import { within } from "./deadline.ts";
import { EnvironmentError } from "./errors.ts";
import type { Executor, RunOptions, RunResult } from "./executor.ts";

const HEADER = 8;
const DEFAULT_DEADLINE = 30_000;
const SIGKILL = 9;
/** Job numbers have 16 bits on the wire; 0 is the agent itself. */
const LAST_JOB = 0xffff;

type Listener = (type: string, payload: Buffer) => void;

/** What the agent says of the place when it comes up: `key value` lines. */
export interface Greeting {
  readonly release: string;
  /** Seconds since the kernel started, when process 1 began. */
  readonly firstCommand: number;
  /** Seconds since the kernel started, when the last module was loaded. */
  readonly modulesLoaded: number;
  /** One line per module the kernel would not load: `PATH: reason`. */
  readonly failedModules: readonly string[];
}

export interface ChannelOptions {
  /** For messages. */
  readonly place: string;
  /** Path of the agent program there. */
  readonly agent: string;
  /** Directory there for the run's own files. */
  readonly workDirectory: string;
  /** Why the place is gone, once the stream has ended: the owner knows (a panic, a killed QEMU). */
  readonly explainLoss: () => Error;
}

export class Channel implements Executor {
  readonly place: string;
  readonly agent: string;
  readonly workDirectory: string;
  readonly greeting: Promise<Greeting>;
  /** `performance.now()` when the agent was last heard; it sends a heartbeat once a second. */
  lastHeard = performance.now();
  readonly #stream: Duplex;
  readonly #explainLoss: () => Error;
  readonly #listeners = new Map<number, Listener>();
  readonly #onLoss = new Set<(error: Error) => void>();
  #pending: Buffer[] = [];
  #pendingLength = 0;
  #lastJob = 0;
  #lost = false;

  constructor(stream: Duplex, options: ChannelOptions) {
    this.place = options.place;
    this.agent = options.agent;
    this.workDirectory = options.workDirectory;
    this.#stream = stream;
    this.#explainLoss = options.explainLoss;
    this.greeting = this.#request<Greeting>((listen, resolve) => {
      listen(0, (type, payload) => type === "H" && resolve(parseGreeting(payload.toString())));
    });
    this.greeting.catch(() => {});
    stream.on("data", (chunk: Buffer) => this.#receive(chunk));
    for (const event of ["end", "close", "error"]) stream.on(event, () => this.#lose());
  }

  async run(script: string, options: RunOptions = {}): Promise<RunResult> {
    const job = this.#newJob();
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const ended = this.#request<number>((listen, resolve, reject) => {
      listen(job, (type, payload) => {
        const stream = type === "o" ? "stdout" : type === "r" ? "stderr" : undefined;
        if (stream) {
          output[stream].push(payload);
          options.onOutput?.(stream, payload);
        } else if (type === "X") resolve(payload.readInt32LE(0));
        else if (type === "E") reject(new EnvironmentError(`${this.place}: ${payload.toString()}`));
      });
      this.#send(job, "x", Buffer.from(script));
      if (options.stdin) this.#send(job, "i", options.stdin);
      this.#send(job, "e");
    });
    const stderr = () => Buffer.concat(output.stderr).toString();
    const deadline = options.deadline ?? DEFAULT_DEADLINE;
    try {
      const status = await within(deadline, `${this.place}: ${firstLine(script)}`, ended, () => ({ detail: stderr() }));
      return { status, stdout: Buffer.concat(output.stdout), stderr: stderr() };
    } finally {
      if (this.#listeners.delete(job)) this.#send(job, "k", Buffer.of(SIGKILL));
    }
  }

  async put(path: string, content: Uint8Array): Promise<void> {
    const job = this.#newJob();
    const written = this.#request<void>((listen, resolve, reject) => {
      listen(job, (type, payload) => (type === "w" ? resolve() : reject(this.#failure(payload))));
      this.#send(job, "p", Buffer.concat([Buffer.from(`${path}\0`), content]));
    });
    try {
      await within(DEFAULT_DEADLINE, `${this.place}: writing ${path}`, written);
    } finally {
      this.#listeners.delete(job);
    }
  }

  async *get(path: string): AsyncGenerator<Buffer> {
    const job = this.#newJob();
    const chunks: Buffer[] = [];
    let wake = () => {};
    let ended = false;
    const done = this.#request<void>((listen, resolve, reject) => {
      listen(job, (type, payload) => {
        if (type === "d") chunks.push(payload);
        else if (type === "D") resolve();
        else reject(this.#failure(payload));
        wake();
      });
      this.#send(job, "g", Buffer.from(path));
    }).finally(() => {
      ended = true;
      wake();
    });
    done.catch(() => {});
    try {
      while (!ended || chunks.length > 0) {
        for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) yield chunk;
        if (!ended) {
          const news = new Promise<void>((resolve) => {
            wake = resolve;
          });
          await within(DEFAULT_DEADLINE, `${this.place}: reading ${path}`, news);
        }
      }
      await done;
    } finally {
      this.#listeners.delete(job); // also when the reader goes away half-way
    }
  }

  /** The next number that no job has, round and round. */
  #newJob(): number {
    do this.#lastJob = (this.#lastJob % LAST_JOB) + 1;
    while (this.#listeners.has(this.#lastJob));
    return this.#lastJob;
  }

  #failure(payload: Buffer): Error {
    return new EnvironmentError(`${this.place}: ${payload.toString()}`);
  }

  #request<T>(
    start: (
      listen: (job: number, listener: Listener) => void,
      resolve: (value: T) => void,
      reject: (error: Error) => void,
    ) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle =
        <A>(end: (value: A) => void) =>
        (value: A) => {
          this.#onLoss.delete(reject);
          end(value);
        };
      if (this.#lost) return reject(this.#explainLoss());
      this.#onLoss.add(reject);
      start((job, listener) => this.#listeners.set(job, listener), settle(resolve), settle(reject));
    });
  }

  #send(job: number, type: string, payload: Uint8Array = Buffer.alloc(0)): void {
    if (this.#lost) return;
    const head = Buffer.alloc(HEADER);
    head.writeUInt32LE(payload.length, 0);
    head.writeUInt16LE(job, 4);
    head[6] = type.charCodeAt(0);
    this.#stream.write(Buffer.concat([head, payload]));
  }

  #receive(chunk: Buffer): void {
    this.lastHeard = performance.now();
    this.#pending.push(chunk);
    this.#pendingLength += chunk.length;
    while (this.#pendingLength >= HEADER) {
      const joined = this.#pending.length === 1 ? (this.#pending[0] as Buffer) : Buffer.concat(this.#pending);
      this.#pending = [joined];
      const length = HEADER + joined.readUInt32LE(0);
      if (joined.length < length) return;
      this.#pending = [joined.subarray(length)];
      this.#pendingLength = joined.length - length;
      this.#dispatch(joined.readUInt16LE(4), String.fromCharCode(joined[6] as number), joined.subarray(HEADER, length));
    }
  }

  #dispatch(job: number, type: string, payload: Buffer): void {
    const listener = this.#listeners.get(job);
    if (type === "X" || type === "E" || type === "D" || type === "w") this.#listeners.delete(job);
    listener?.(type, payload);
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    for (const reject of this.#onLoss) reject(this.#explainLoss());
    this.#onLoss.clear();
  }
}

function firstLine(script: string): string {
  return JSON.stringify(script.trim().split("\n")[0]?.slice(0, 80));
}

function parseGreeting(text: string): Greeting {
  const values = new Map<string, string>();
  const failedModules: string[] = [];
  for (const line of text.split("\n").filter(Boolean)) {
    const space = line.indexOf(" ");
    const [key, value] = [line.slice(0, space), line.slice(space + 1)];
    if (key === "module-failed") failedModules.push(value);
    else values.set(key, value);
  }
  return {
    release: values.get("release") ?? "",
    firstCommand: Number(values.get("first-command") ?? 0),
    modulesLoaded: Number(values.get("modules-loaded") ?? 0),
    failedModules,
  };
}
