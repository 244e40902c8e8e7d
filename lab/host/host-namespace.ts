/**
 * Namespaces of the running kernel as a place to run: network, mount and process namespaces of their own, held by
 * nothing but the agent in them. They vanish with everything in them when the agent ends, and that ends with the lab,
 * whatever kills it: nothing has a name outside, so nothing can be left behind or be in the way of anything.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Duplex } from "node:stream";
import { Channel } from "../base/channel.ts";
import { outputOf } from "../base/command.ts";
import { within } from "../base/deadline.ts";
import { EnvironmentError } from "../base/errors.ts";
import type { GuestExecutor } from "../base/executor.ts";

const CHANNEL_DESCRIPTOR = 3;
const START_DEADLINE = 10_000;
const STOP_DEADLINE = 5_000;

/**
 * /sys shows the namespace it was mounted in, so it is mounted anew, with the control groups there were in it, if any; /run is
 * where the agent keeps scripts and nodes.
 */
const ENTER = [
  "mount -t tmpfs -o mode=755 macvlab /run",
  "mkdir /run/macvlab /run/netns /run/cgroup",
  "{ mount --rbind /sys/fs/cgroup /run/cgroup 2>/dev/null || :; }",
  "mount -t sysfs sysfs /sys",
  "{ mount --rbind /run/cgroup /sys/fs/cgroup 2>/dev/null || :; }",
  'exec "$1" serve',
].join(" && ");

export interface HostNamespace extends AsyncDisposable {
  readonly executor: GuestExecutor;
  /** Arguments of a program that becomes the one that follows, in the network and the mounts of the namespaces. */
  readonly enter: readonly string[];
  /** Path outside of what is / there. */
  readonly root: string;
  /** Gives the network namespaces of processes of the machine a name there, as `ip netns` does. */
  readonly nameNamespaces: (processes: ReadonlyMap<string, number>) => Promise<void>;
  /** Seconds until the agent was up. */
  readonly bootSeconds: number;
}

/**
 * Makes the namespaces and starts the agent in them.
 * @param agent path of the compiled agent program.
 * @param whileStarting called once they are on their way.
 * @throws EnvironmentError without root, or where the kernel or a container refuses namespaces.
 */
export async function openHostNamespace(agent: string, whileStarting = () => {}): Promise<HostNamespace> {
  if (process.getuid?.() !== 0) {
    throw new EnvironmentError('kernel "host" needs root: it makes network namespaces on the running kernel', {
      mend: "run it with sudo, or use a guest, which needs no privilege: --kernel debian:SUITE/cloud",
    });
  }
  const started = performance.now();
  const holder = startHolder(agent);
  try {
    whileStarting();
    await within(START_DEADLINE, "namespaces of the running kernel", holder.channel.greeting);
  } catch (error) {
    await stop(holder).catch(() => {});
    throw new EnvironmentError("namespaces of the running kernel cannot be made", {
      detail: holder.stderr(),
      mend: "it needs root with CAP_SYS_ADMIN and CAP_NET_ADMIN; most containers lack them",
      cause: error,
    });
  }
  return {
    executor: holder.channel,
    enter: ["nsenter", `--target=${innerProcess(holder)}`, "--net", "--mount", "--"],
    root: `/proc/${holder.process.pid}/root`,
    nameNamespaces: (processes) => nameNamespaces(innerProcess(holder), processes),
    bootSeconds: (performance.now() - started) / 1000,
    [Symbol.asyncDispose]: () => stop(holder),
  };
}

interface Holder {
  readonly process: ChildProcess;
  readonly exited: Promise<void>;
  readonly channel: Channel;
  readonly stderr: () => string;
}

function startHolder(agent: string): Holder {
  const unshare = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const args = ["--pdeathsig", "KILL", ...unshare, "sh", "-c", ENTER, "sh", agent];
  const child = spawn("setpriv", args, { stdio: ["ignore", "ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const channel = new Channel(child.stdio[CHANNEL_DESCRIPTOR] as Duplex, {
    place: "host",
    agent,
    workDirectory: "/run/macvlab",
    explainLoss: () => new EnvironmentError("the namespaces of the running kernel are gone", { detail: stderr }),
  });
  return { process: child, exited, channel, stderr: () => stderr };
}

/** The first process in the namespaces, as it is called outside. */
function innerProcess({ process }: Holder): string {
  return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim();
}

/** Processes outside are none of those /proc shows there: who names a namespace brings it along. */
const NAME = `target=$1; shift
while [ $# -gt 0 ]; do
  nsenter --target="$target" --mount --pid --net="/proc/$2/ns/net" -- \
    sh -c ': > "/run/netns/$1" && mount --bind /proc/self/ns/net "/run/netns/$1"' sh "$1" || exit
  shift 2
done`;

async function nameNamespaces(target: string, processes: ReadonlyMap<string, number>): Promise<void> {
  const pairs = [...processes].flatMap(([name, process]) => [name, String(process)]);
  await outputOf(["sh", "-c", NAME, "sh", target, ...pairs], { deadline: START_DEADLINE });
}

async function stop(holder: Holder): Promise<void> {
  if (holder.process.pid === undefined) return;
  if (holder.process.exitCode === null && holder.process.signalCode === null) holder.process.kill("SIGKILL");
  await within(STOP_DEADLINE, "the namespaces' holder to end", holder.exited);
}
