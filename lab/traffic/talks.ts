/** Plays a plan of talks where an executor runs, and takes the records home. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { leaseConfiguration, leaseScript } from "./lease-script.ts";
import { neighbourOverflows } from "./neighbour-table.ts";
import { agentFailure } from "./play.ts";
import { parseTalkRecording, type TalkRecording } from "./records.ts";
import { requireDevices } from "./talk-drops.ts";
import { isLease, type TalkPlan } from "./talk-plan.ts";
import { leaseScriptPath, talkScript } from "./talk-script.ts";

export interface PlayedTalks {
  readonly recording: TalkRecording;
  /** How often a stack could not remember a neighbour, because the kernel's one table of them was full. */
  readonly overflows: number;
  readonly seconds: number;
}

/** Milliseconds for all rounds, on a machine that is busy with other things. A kernel that hangs falls silent before. */
const DEADLINE = 900_000;

/**
 * The neighbourhood of the plan must be up.
 * @throws EnvironmentError when the agent fails, or a device vanishes meanwhile; what it did not see is no failure, but missing in the records.
 */
export async function playTalks(executor: Executor, plan: TalkPlan): Promise<PlayedTalks> {
  const started = performance.now();
  const stdin = Buffer.from(`${talkScript(plan, executor.workDirectory, executor.slowness).join("\n")}\n`);
  await putLeases(executor, plan);
  const overflowed = await neighbourOverflows(executor);
  const result = await executor.run(`exec ${executor.agent} talk`, { stdin, deadline: DEADLINE });
  if (result.status !== 0) throw agentFailure(executor, result, "talk");
  const overflows = (await neighbourOverflows(executor)) - overflowed;
  const recording = parseTalkRecording(result.stdout);
  requireDevices(executor.place, recording);
  return { recording, overflows, seconds: (performance.now() - started) / 1000 };
}

/** The files of the rounds that programs play. */
async function putLeases(executor: Executor, { rounds }: TalkPlan): Promise<void> {
  for (const [index, { talks }] of rounds.entries()) {
    const [server] = talks.filter(isLease).map(({ to }) => to);
    if (!server) continue;
    await requireBusybox(executor);
    const clients = talks.map(({ from }) => from);
    const configuration = `${executor.workDirectory}/leases-${index}.conf`;
    await executor.put(configuration, Buffer.from(leaseConfiguration(clients, server, executor.workDirectory)));
    const script = leaseScript(talks, server, configuration, executor.agent);
    await executor.put(leaseScriptPath(executor.workDirectory, index), Buffer.from(script));
  }
}

export async function requireBusybox(executor: Executor): Promise<void> {
  if ((await executor.run("command -v busybox >/dev/null")).status === 0) return;
  throw new EnvironmentError(`${executor.place}: there is no "busybox": command -v busybox`, {
    mend: "apt-get install busybox",
  });
}
