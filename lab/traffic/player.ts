/** An agent that is fed a plan piece by piece, so that several can be kept in step. */
import { within } from "../base/deadline.ts";
import type { Executor } from "../base/executor.ts";
import { agentFailure } from "./play.ts";

export interface Player {
  /** Gives it more lines; resolves once they are played. */
  readonly play: (lines: readonly string[]) => Promise<void>;
  /** The same, of talks; resolves to what became of them. It goes on serving until there are more lines. */
  readonly report: (lines: readonly string[]) => Promise<Report>;
  /** No more lines: resolves to what it recorded. */
  readonly end: () => Promise<Buffer>;
}

/** Since the last one. */
export interface Report {
  /** Frames recorded, but for the lab's own. */
  readonly news: number;
  /** Frames expected that no wait saw. */
  readonly missing: number;
  /** For how many milliseconds at most, by its own clock, it did not serve: it was not run, or its kernel was busy. */
  readonly gap: number;
}

/** Milliseconds for a piece, and for all of them. */
const DEADLINE = 60_000;
const WHOLE = 900_000;

/**
 * It ends with the place at the latest.
 * @param word the agent's: `play`. @param enter what starts it elsewhere in the place: `ip netns exec NAME `.
 */
export function startPlayer(executor: Executor, word: "play" | "talk", enter = ""): Player {
  const { slowness = 1 } = executor;
  const lines = new Lines();
  let said = "";
  let wake = () => {};
  const onOutput = (stream: "stdout" | "stderr", chunk: Buffer) => {
    if (stream === "stdout") return;
    said += chunk;
    wake();
  };
  const played = executor
    .run(`exec ${enter}${executor.agent} ${word}`, { stdin: lines, onOutput, deadline: WHOLE })
    .then((result) => {
      if (result.status !== 0) throw agentFailure(executor, result, word);
      return result.stdout;
    })
    .finally(() => lines.end());
  const early = played.then((): never => {
    throw agentFailure(executor, { status: 0, stderr: said }, word);
  });
  early.catch(() => {});
  const what = `${executor.place}: "${executor.agent} ${word}"`;
  const inTime = <T>(work: Promise<T>) => within(Math.round(DEADLINE * slowness), what, work);
  const hears = async (mark: string) => {
    const line = new RegExp(`^${mark}(?: (.*))?\n`, "m");
    for (let heard = line.exec(said); ; heard = line.exec(said)) {
      if (heard) return heard[1] ?? "";
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  let pieces = 0;
  const give = async (piece: readonly string[], closing: "say" | "report") => {
    const mark = `done-${++pieces}`;
    said = "";
    lines.add([...piece, `${closing} ${mark}`]);
    return inTime(Promise.race([hears(mark), early]));
  };
  return {
    play: async (piece) => void (await give(piece, "say")),
    report: async (piece) => {
      const [news = 0, missing = 0, gap = 0] = (await give(piece, "report")).split(" ").map(Number);
      return { news, missing, gap };
    },
    end: () => {
      lines.end();
      return inTime(played);
    },
  };
}

/** Input that comes piece by piece. */
class Lines implements AsyncIterable<Uint8Array> {
  readonly #pieces: Uint8Array[] = [];
  #ended = false;
  #wake = () => {};

  add(lines: readonly string[]): void {
    this.#pieces.push(Buffer.from(`${lines.join("\n")}\n`));
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece) yield piece;
      else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
