/** Container engines: the one that runs, and whether the lab can start one of its own. */
import { existsSync } from "node:fs";
import { runCommand } from "../../base/command.ts";
import { LabError } from "../../base/errors.ts";
import { askEngine } from "../../container/api.ts";
import { isRunning, usualSocket } from "../../container/choice.ts";
import { type Finding, ok } from "./finding.ts";
import { findCommand, versionIn } from "./tools.ts";

const DEADLINE = 5_000;
/** In a file system of either version. */
const CONTROL_GROUPS = { "/sys/fs/cgroup/cgroup.controllers": "v2", "/sys/fs/cgroup/memory": "v1" } as const;

/** In the order they are looked for. @param root whether this user may start one */
export async function engineFindings(root: boolean): Promise<Finding[]> {
  return Promise.all([runningFinding(), startingFinding(root)]);
}

async function runningFinding(): Promise<Finding> {
  const subject = "running engine";
  try {
    const socket = usualSocket();
    if (!(await isRunning(socket))) return ok(subject, `none at ${socket}; containers need none`);
    const { body } = await askEngine(socket, "GET", "/info", DEADLINE);
    return ok(subject, `${describeEngine(body)} at ${socket}: --engine auto uses it`);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { subject, state: "limited", text: error.message, mend: error.mend };
  }
}

/** @param info what an engine says of itself. */
export function describeEngine(info: unknown): string {
  const { ServerVersion, CgroupVersion, CgroupDriver, Driver } = (info ?? {}) as Readonly<Record<string, string>>;
  return `${ServerVersion ?? "of an unknown version"}, storage ${Driver ?? "unknown"}, control groups v${CgroupVersion ?? "1"} by ${CgroupDriver ?? "cgroupfs"}`;
}

async function startingFinding(root: boolean): Promise<Finding> {
  const subject = "own engine";
  const path = await findCommand("dockerd");
  const limited = (text: string, mend: string): Finding => ({ subject, state: "limited", text, mend });
  if (path === undefined) return limited("there is no dockerd to start", "apt-get install docker.io");
  const { stdout } = await runCommand([path, "--version"], { deadline: DEADLINE });
  const groups = Object.entries(CONTROL_GROUPS).find(([file]) => existsSync(file))?.[1];
  const text = `dockerd ${versionIn(stdout) ?? "of an unknown version"}, control groups ${groups ?? "not mounted"}`;
  if (groups === undefined) return limited(text, "mount -t cgroup2 none /sys/fs/cgroup");
  return root ? ok(subject, text) : limited(`${text}; starting it needs root`, "sudo ./scripts/lab run containers");
}
