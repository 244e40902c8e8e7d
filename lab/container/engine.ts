/**
 * A container engine of the lab's own, started in namespaces of the running kernel: its socket, its data and all it makes
 * are in them and vanish with them, whatever kills the lab. Nothing is said to an engine of the user's (users-engine.ts).
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import pRetry, { AbortError } from "p-retry";
import { EnvironmentError, tail } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { clearCgroups, janitor } from "./cgroups.ts";
import { type Engine, type EngineRoom, lossOf } from "./engine-types.ts";

const START = { retries: 600, minTimeout: 50, factor: 1, maxRetryTime: 30_000 };
const STOP_DEADLINE = 15_000;

const COMMAND = "dockerd";

/** @param run the run's id. @throws EnvironmentError where there is no engine to start, or it does not come up: with the tail of its log. */
export async function startEngine({ executor, root }: EngineRoom, run: string): Promise<Engine> {
  const directory = `${executor.workDirectory}/engine`;
  const cgroupParent = `macvlab-${process.pid}`;
  const cleaner = janitor(cgroupParent);
  // Loaded here: nobody else waits for it.
  const { default: Client } = await import("dockerode");
  const socket = join(root, directory, "socket");
  const docker = new Client({ socketPath: socket });
  const stop = async () => {
    await executor.run(stopScript(directory, cgroupParent), { deadline: STOP_DEADLINE }).finally(() => cleaner.end());
    await clearCgroups(cgroupParent);
  };
  try {
    await start(executor, directory);
    await pRetry(() => answers(docker, join(root, directory)), START);
    const [{ Version }, { Driver }] = await Promise.all([docker.version(), docker.info()]);
    const facts = { version: Version, storage: Driver, private: true };
    const loss = await lossOf(docker, "the lab's own");
    return { docker, socket, run, facts, cgroupParent, ...loss, [Symbol.asyncDispose]: stop };
  } catch (error) {
    const { stdout } = await executor.run(`tail -n 12 ${directory}/log`);
    await stop().catch(() => {});
    if (error instanceof EnvironmentError) throw error;
    throw new EnvironmentError(`the container engine did not come up: ${COMMAND}`, {
      detail: tail(stdout.toString()),
      mend: 'the last lines of its log say why; "macvlab doctor" tells what it needs',
      cause: error,
    });
  }
}

async function answers(docker: Docker, directory: string): Promise<void> {
  try {
    await docker.ping();
  } catch (error) {
    // One that has ended will not answer later.
    throw existsSync(join(directory, "ended")) ? new AbortError(error as Error) : error;
  }
}

async function start(executor: Executor, directory: string): Promise<void> {
  const options = [
    `--config-file ${directory}/none.json`,
    `--host unix://${directory}/socket --data-root ${directory}/data --exec-root ${directory}/exec`,
    `--pidfile ${directory}/pid --exec-opt native.cgroupdriver=cgroupfs`,
    // It makes macvlan networks and nothing else.
    "--iptables=false --bridge=none --ip-forward=false --ip-masq=false",
  ].join(" ");
  const { status, stderr } = await executor.run(
    [
      `PATH=$PATH:/usr/sbin:/sbin; mkdir -p ${directory} && echo '{}' > ${directory}/none.json || exit`,
      `command -v ${COMMAND} >/dev/null || exit 66`,
      "ip link set lo up",
      `(${COMMAND} ${options} >${directory}/log 2>&1 </dev/null; echo $? >${directory}/ended) >/dev/null 2>&1 </dev/null &`,
    ].join("\n"),
  );
  if (status === 66)
    throw new EnvironmentError(`there is no container engine to start: command -v ${COMMAND}`, {
      mend: "apt-get install docker.io",
    });
  if (status !== 0) throw new EnvironmentError("the container engine cannot be started", { detail: tail(stderr) });
}

/** It ends its containers itself, unless it was ended before them. */
function stopScript(directory: string, cgroupParent: string): string {
  return [
    `[ -s ${directory}/pid ] || exit 0`,
    `kill $(cat ${directory}/pid) 2>/dev/null`,
    "n=0",
    `while [ ! -e ${directory}/ended ] && [ $n -lt 200 ]; do n=$((n + 1)); sleep 0.05; done`,
    `find /sys/fs/cgroup -path "*/${cgroupParent}/*" -name cgroup.procs -exec cat {} + 2>/dev/null |`,
    'while read -r process; do [ "$process" = 0 ] || kill -9 "$process"; done 2>/dev/null',
    "true",
  ].join("\n");
}
