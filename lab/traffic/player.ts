/** An agent that is fed a plan piece by piece, so that several can be kept in step. */
import { within } from "../base/deadline.ts";
import type { GuestExecutor } from "../base/executor.ts";
import { growingBuffer } from "./growing-buffer.ts";
import { agentFailure } from "./play.ts";

export interface Player {
  /** Gives it more lines; resolves once they are played. */
  readonly play: (lines: readonly string[]) => Promise<void>;
  /** No more lines: resolves to what it recorded. */
  readonly end: () => Promise<Buffer>;
}

const DEADLINE = 60_000;

/** @param word the agent's: `play`. It ends with the place at the latest. */
export function startPlayer(executor: GuestExecutor, word: "play" | "talk"): Player {
  const records = growingBuffer();
  const { slowness = 1 } = executor;
  let said = "";
  let wake = () => {};
  const job = executor.start(`exec ${executor.agent} ${word}`, {
    onOutput: (stream, chunk) => {
      if (stream === "stdout") return void records.add(chunk);
      said += chunk;
      wake();
    },
  });
  const failed = job.ended.then((status): never => {
    throw agentFailure(executor, { status, stderr: said }, word);
  });
  failed.catch(() => {});
  const what = `${executor.place}: "${executor.agent} ${word}"`;
  const inTime = <T>(work: Promise<T>) => within(Math.round(DEADLINE * slowness), what, work);
  let pieces = 0;
  const hears = async (mark: string) => {
    while (!said.includes(`${mark}\n`))
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return {
    play: async (lines) => {
      const mark = `done-${++pieces}`;
      await job.write(Buffer.from(`${[...lines, `say ${mark}`].join("\n")}\n`));
      await inTime(Promise.race([hears(mark), failed]));
    },
    end: async () => {
      job.end();
      const status = await inTime(job.ended);
      if (status !== 0) await failed;
      return records.bytes();
    },
  };
}
