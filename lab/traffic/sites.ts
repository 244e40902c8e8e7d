/** Plays a plan of a site where an executor runs, and takes the records home. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { parseTalkRecording, type TalkRecording } from "./records.ts";
import type { SitePlan } from "./site-plan.ts";
import { siteScript } from "./site-script.ts";

/** Milliseconds for all rounds. */
const DEADLINE = 120_000;

/**
 * The site of the plan must be up.
 * @throws EnvironmentError when the agent fails; what it did not see is no failure, but missing in the records.
 */
export async function playSite(executor: Executor, plan: SitePlan): Promise<TalkRecording> {
  const { lines, files } = siteScript(plan, executor.workDirectory);
  for (const [path, text] of files) await executor.put(path, Buffer.from(text));
  const stdin = Buffer.from(`${lines.join("\n")}\n`);
  const result = await executor.run(`exec ${executor.agent} talk`, { stdin, deadline: DEADLINE });
  if (result.status !== 0) {
    throw new EnvironmentError(`${executor.place}: "${executor.agent} talk" ended with status ${result.status}`, {
      detail: result.stderr,
    });
  }
  return parseTalkRecording(result.stdout);
}
