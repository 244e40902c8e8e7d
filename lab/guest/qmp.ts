/** A minimal client of the QEMU Machine Protocol: one command at a time, events ignored. */
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { within } from "../base/deadline.ts";
import { EnvironmentError } from "../base/errors.ts";

const DEADLINE = 5_000;

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
}

export class Qmp {
  readonly #stream: Duplex;
  readonly #waiting: ((reply: Reply) => void)[] = [];

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on("error", () => {});
    const lines = createInterface({ input: stream });
    lines.on("error", () => {}); // QEMU is gone: whoever waits for an answer has a deadline
    lines.on("line", (line) => {
      const message = parsed(line);
      if (message.event === undefined && message.QMP === undefined) this.#waiting.shift()?.(message);
    });
    void this.#execute("qmp_capabilities").catch(() => {});
  }

  /** Runs one command; fails with QEMU's own words. */
  async execute(command: string, parameters?: object): Promise<unknown> {
    const reply = await within(DEADLINE, `QMP ${command}`, this.#execute(command, parameters));
    if (reply.error) throw new EnvironmentError(`QMP "${command}" failed: ${reply.error.desc}`);
    return reply.return;
  }

  #execute(command: string, parameters?: object): Promise<Reply> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#stream.write(`${JSON.stringify({ execute: command, arguments: parameters })}\n`);
    });
  }
}

type Message = Reply & { readonly event?: string; readonly QMP?: unknown };

/** A line that was cut off, as QEMU's end may do, is no answer. */
function parsed(line: string): Message {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return { event: "cut off" };
  }
}
