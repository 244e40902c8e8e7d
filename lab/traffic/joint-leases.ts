/** Leases between the parts of a stage: the server's program in one of them, the clients' in others. */
import type { Executor } from "../base/executor.ts";
import type { Part } from "../topology/stage.ts";
import { clientsScript, leaseConfiguration, serverScript } from "./lease-script.ts";
import { isLease, type TalkPlan } from "./talk-plan.ts";
import { leaseScriptPath } from "./talk-script.ts";
import { requireBusybox } from "./talks.ts";

/** The files of the rounds that programs play, as far as they are played in this part. */
export async function putLeaseParts({ executor, has }: Part, { rounds }: TalkPlan): Promise<void> {
  const { workDirectory: directory, agent } = executor;
  for (const [index, { talks }] of rounds.entries()) {
    const [server] = talks.filter(isLease).map(({ to }) => to);
    if (!server) continue;
    await requireBusybox(executor);
    const put = (path: string, text: string) => executor.put(path, Buffer.from(text));
    const script = leaseScriptPath(directory, index);
    if (!has(server.device)) {
      const own = talks.filter(({ from }) => has(from.device));
      await put(script, clientsScript(own, agent));
      continue;
    }
    const configuration = `${directory}/leases-${index}.conf`;
    const clients = talks.map(({ from }) => from);
    await put(configuration, leaseConfiguration(clients, server, directory));
    const pipe = pipePath(directory, index);
    await executor.run(`rm -f ${pipe}; exec mkfifo ${pipe}`);
    await put(script, serverScript(server, configuration, agent, pipe));
  }
}

/** Nobody asks any more. */
export async function releaseServer(executor: Executor, index: number): Promise<void> {
  await executor.run(`echo over > ${pipePath(executor.workDirectory, index)}`);
}

function pipePath(directory: string, index: number): string {
  return `${directory}/leases-${index}.over`;
}
