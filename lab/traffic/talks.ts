/** Plays a plan of talks where an executor runs, and takes the records home. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { parseTalkRecording, type TalkRecording } from "./records.ts";
import type { TalkPlan } from "./talk-plan.ts";
import { talkScript } from "./talk-script.ts";

export interface PlayedTalks {
  readonly recording: TalkRecording;
  readonly seconds: number;
}

/** Milliseconds for all rounds. */
const DEADLINE = 180_000;

/**
 * The neighbourhood of the plan must be up.
 * @throws EnvironmentError when the agent fails; what it did not see is no failure, but missing in the records.
 */
export async function playTalks(executor: Executor, plan: TalkPlan): Promise<PlayedTalks> {
  const started = performance.now();
  const stdin = Buffer.from(`${talkScript(plan).join("\n")}\n`);
  const result = await executor.run(`exec ${executor.agent} talk`, { stdin, deadline: DEADLINE });
  if (result.status !== 0) {
    throw new EnvironmentError(`${executor.place}: "${executor.agent} talk" ended with status ${result.status}`, {
      detail: result.stderr,
    });
  }
  return { recording: parseTalkRecording(result.stdout), seconds: (performance.now() - started) / 1000 };
}
