/** Plays a plan where an executor runs, and takes the records home. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { dropsBetween } from "./counters.ts";
import type { Plan } from "./plan.ts";
import { playScript } from "./play-script.ts";
import { parseRecording, type Recording } from "./records.ts";

/** A recording with what devices dropped meanwhile. */
export interface Played {
  readonly recording: Recording;
  /** By interface: frames it dropped while the plan was played. */
  readonly drops: ReadonlyMap<string, number>;
  readonly seconds: number;
}

/**
 * The topology of the plan must be up.
 * @throws EnvironmentError when the agent fails; what it did not see is no failure, but missing in the records.
 */
export async function playPlan(executor: Executor, plan: Plan): Promise<Played> {
  const started = performance.now();
  const script = `exec ${executor.agent} play`;
  const result = await executor.run(script, { stdin: Buffer.from(playScript(plan)) });
  if (result.status !== 0) {
    throw new EnvironmentError(`${executor.place}: "${executor.agent} play" ended with status ${result.status}`, {
      detail: result.stderr,
    });
  }
  const recording = parseRecording(result.stdout);
  const [before = "", after = ""] = recording.texts.filter((text) => text.includes("|"));
  return { recording, drops: dropsBetween(before, after), seconds: (performance.now() - started) / 1000 };
}
