/**
 * The control groups of an engine's containers: directories of the running kernel that nobody's namespaces hold, so that
 * they stay when everything in them is killed. A shell that outlives the lab removes them then.
 */
import { spawn } from "node:child_process";
import { runCommand } from "../base/command.ts";

/** Until nobody is in them any more, for at most 10 s. */
const SWEEP = `
n=0
while [ $n -lt 100 ]; do
  left=$(find /sys/fs/cgroup -depth -type d -path "*/$1*" 2>/dev/null)
  [ "$left" ] || exit 0
  rmdir $left 2>/dev/null || sleep 0.1
  n=$((n + 1))
done
exit 1`;

export interface Janitor {
  readonly end: () => void;
}

/** Removes control groups called `parent` once this process is gone, whatever ended it. */
export function janitor(parent: string): Janitor {
  const script = `trap '' HUP INT TERM; read -r _; ${SWEEP}`;
  const child = spawn("sh", ["-c", script, "sh", parent], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  child.unref();
  child.on("error", () => {}); // what a shell is missing for is told by whatever needs one
  child.stdin.on("error", () => {});
  (child.stdin as unknown as { unref?: () => void }).unref?.();
  return { end: () => child.stdin.end() };
}

export async function clearCgroups(parent: string): Promise<void> {
  await runCommand(["sh", "-c", SWEEP, "sh", parent], { deadline: 15_000 });
}
