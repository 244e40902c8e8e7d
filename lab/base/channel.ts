/**
 * The command channel: how the lab speaks to the agent at the other end of a stream, in a guest (virtio-serial) or in
 * namespaces of the running kernel (a socket pair). The message format is that of `images/agent/channel.c`.
 */
import type { Duplex } from "node:stream";
import { within } from "./deadline.ts";
import { EnvironmentError } from "./errors.ts";
import type { GuestExecutor, RunOptions, RunResult } from "./executor.ts";
import { type Greeting, parseGreeting } from "./greeting.ts";
import { type Job, type JobOptions, sizeBytes, Window } from "./job.ts";
import { MessageReader, messageBytes } from "./message.ts";

export type { Greeting } from "./greeting.ts";

const DEFAULT_DEADLINE = 30_000;
/** Milliseconds an everyday kernel takes to the greeting in an emulated guest: deadlines are made for such a place. */
const USUAL_START = 2_000;
const SIGKILL = 9;
/** Job numbers have 16 bits on the wire; 0 is the agent itself. */
const LAST_JOB = 0xffff;

type Listener = (type: string, payload: Buffer) => void;

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

export class Channel implements GuestExecutor {
  readonly place: string;
  readonly agent: string;
  readonly workDirectory: string;
  readonly greeting: Promise<Greeting>;
  /** `performance.now()` when the agent was last heard; it sends a heartbeat once a second. Now, while nobody listens. */
  get lastHeard(): number {
    return this.#held > 0 ? performance.now() : this.#heard;
  }
  /** Measured by the greeting: a kernel that checks itself is as slow later, and so is a machine busy with other work. */
  get slowness(): number {
    return this.#slowness;
  }
  #slowness = 1;
  readonly #stream: Duplex;
  readonly #explainLoss: () => Error;
  readonly #listeners = new Map<number, Listener>();
  readonly #onLoss = new Set<(error: Error) => void>();
  readonly #reader = new MessageReader();
  #heard = performance.now();
  /** Pieces of output whose taker wants no more yet. */
  #held = 0;
  #lastJob = 0;
  #lost = false;

  constructor(stream: Duplex, options: ChannelOptions) {
    this.place = options.place;
    this.agent = options.agent;
    this.workDirectory = options.workDirectory;
    this.#stream = stream;
    this.#explainLoss = options.explainLoss;
    const opened = performance.now();
    this.greeting = this.#request<Greeting>((listen, resolve) => {
      listen(0, (type, payload) => {
        if (type !== "H") return;
        this.#slowness = Math.max(1, (performance.now() - opened) / USUAL_START);
        resolve(parseGreeting(payload.toString()));
      });
    });
    this.greeting.catch(() => {});
    stream.on("data", (chunk: Buffer) => this.#receive(chunk));
    for (const event of ["end", "close", "error"]) stream.on(event, () => this.#lose());
  }

  async run(script: string, options: RunOptions = {}): Promise<RunResult> {
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const onOutput = (stream: "stdout" | "stderr", chunk: Buffer) => {
      output[stream].push(chunk);
      options.onOutput?.(stream, chunk);
    };
    const job = this.start(script, { onOutput });
    if (options.stdin && Symbol.asyncIterator in options.stdin) void feed(job, options.stdin);
    else {
      if (options.stdin) void job.write(options.stdin);
      job.end();
    }
    const stderr = () => Buffer.concat(output.stderr).toString();
    const deadline = this.#inTime(options.deadline);
    const what = `${this.place}: ${firstLine(script)}`;
    const status = await within(deadline, what, job.ended, () => ({ detail: stderr() })).finally(job.abandon);
    return { status, stdout: Buffer.concat(output.stdout), stderr: stderr() };
  }

  start(script: string, options: JobOptions): Job & { readonly abandon: () => void } {
    const job = this.#newJob();
    const window = new Window();
    const ended = this.#request<number>((listen, resolve, reject) => {
      listen(job, (type, payload) => {
        if (type === "o" || type === "r") this.#hold(options.onOutput(type === "o" ? "stdout" : "stderr", payload));
        else if (type === "c") window.taken(payload.readUInt32LE(0));
        else if (type === "X") resolve(payload.readInt32LE(0));
        else if (type === "E") reject(this.#failure(payload));
      });
      const { terminal } = options;
      if (terminal) this.#send(job, "t", Buffer.concat([sizeBytes(terminal), Buffer.from(script)]));
      else this.#send(job, "x", Buffer.from(script));
    }).finally(() => window.open());
    ended.catch(() => {});
    const send = (type: string, payload?: Uint8Array) => {
      if (this.#listeners.has(job)) this.#send(job, type, payload);
    };
    return {
      ended,
      write: (bytes) => {
        send("i", bytes);
        return this.#listeners.has(job) ? window.add(bytes.length) : Promise.resolve();
      },
      end: () => send("e"),
      signal: (number) => send("k", Buffer.of(number)),
      resize: (size) => send("s", sizeBytes(size)),
      abandon: () => {
        send("k", Buffer.of(SIGKILL));
        this.#listeners.delete(job);
      },
    };
  }

  put(path: string, content: Uint8Array): Promise<void> {
    return this.#ask("p", Buffer.concat([Buffer.from(`${path}\0`), content]), `writing ${path}`);
  }

  mount(device: string, directory: string, type: string): Promise<void> {
    return this.#ask("m", Buffer.from([device, directory, type].join("\0")), `mounting ${directory}`);
  }

  /** One message, answered by one. */
  async #ask(type: string, payload: Uint8Array, what: string): Promise<void> {
    const job = this.#newJob();
    const done = this.#request<void>((listen, resolve, reject) => {
      listen(job, (answer, words) => (answer === "w" ? resolve() : reject(this.#failure(words))));
      this.#send(job, type, payload);
    });
    try {
      await within(this.#inTime(), `${this.place}: ${what}`, done);
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
          await within(this.#inTime(), `${this.place}: reading ${path}`, news);
        }
      }
      await done;
    } finally {
      this.#listeners.delete(job); // also when the reader goes away half-way
    }
  }

  #inTime(deadline = DEFAULT_DEADLINE): number {
    return Math.round(deadline * this.#slowness);
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

  #send(job: number, type: string, payload?: Uint8Array): void {
    if (!this.#lost) this.#stream.write(messageBytes(job, type, payload));
  }

  #receive(piece: Buffer): void {
    this.#heard = performance.now();
    for (const { job, type, payload } of this.#reader.read(piece)) {
      const listener = this.#listeners.get(job);
      if (type === "X" || type === "E" || type === "D" || type === "w") this.#listeners.delete(job);
      listener?.(type, payload);
    }
  }

  /** Reads nothing more until what was handed on is taken. */
  #hold(taken: void | Promise<void>): void {
    if (!taken) return;
    this.#held++;
    this.#stream.pause();
    void taken
      .catch(() => {})
      .finally(() => {
        this.#heard = performance.now();
        if (--this.#held === 0) this.#stream.resume();
      });
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    for (const reject of this.#onLoss) reject(this.#explainLoss());
    this.#onLoss.clear();
  }
}

/** Until its owner has no more to say, for whatever reason. */
async function feed(job: Job, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const piece of pieces) await job.write(piece);
  } catch {
    // whoever feeds it knows
  } finally {
    job.end();
  }
}

function firstLine(script: string): string {
  return JSON.stringify(script.trim().split("\n")[0]?.slice(0, 80));
}
