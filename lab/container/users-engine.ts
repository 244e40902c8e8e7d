/**
 * An engine of the user's that runs already. The lab adds to it what carries the run's label, and takes that away again;
 * where the lab is killed, a process that outlives it does.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import { type Engine, lossOf } from "./engine-types.ts";
import { LABEL, sweep } from "./sweep.ts";

/** @param run the run's id. @throws EnvironmentError where nobody answers, or what answers cannot do it. */
export async function joinEngine(socket: string, run: string): Promise<Engine> {
  const { default: Client } = await import("dockerode");
  const docker = new Client({ socketPath: socket });
  const [version, info] = await Promise.all([docker.version(), docker.info()]).catch((error: Error) => {
    throw new EnvironmentError(`no container engine answers at "${socket}": ${error.message}`, {
      mend: 'start it, or have the lab start one of its own: --engine private; "macvlab doctor" tells which there are',
      cause: error,
    });
  });
  const drivers: readonly string[] = info.Plugins?.Network ?? [];
  if (info.OSType !== "linux" || !drivers.includes("macvlan"))
    throw new EnvironmentError(
      `the container engine at "${socket}" makes no macvlan networks: ${info.OSType}, ${drivers.join(" ")}`,
      { mend: "name another one, or have the lab start one: --engine private" },
    );
  const facts = { version: version.Version, storage: info.Driver, private: false };
  const loss = await lossOf(docker, `the one at "${socket}"`);
  const janitor = startJanitor(socket, run);
  const leave = async () => {
    if (!loss.isLost()) await sweep(socket, run);
    janitor.end();
  };
  return { docker, socket, run, facts, ...loss, [Symbol.asyncDispose]: leave };
}

/** What a person does where the engine was gone before it could be swept. */
export function sweepByHand(run: string): string {
  const label = `--filter label=${LABEL}=${run}`;
  return `once it is back: docker rm -f $(docker ps -aq ${label}); docker network prune -f ${label}; docker image prune -af ${label}`;
}

/** In a session of its own: what ends the lab's process group does not end it. */
function startJanitor(socket: string, run: string): { readonly end: () => void } {
  const child = spawn(process.execPath, [sweepProgram(), socket, run], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  child.unref();
  child.on("error", () => {}); // Node started this process, too
  child.stdin.on("error", () => {});
  (child.stdin as unknown as { unref?: () => void }).unref?.();
  return { end: () => child.stdin.end() };
}

/** Built beside the command; found upwards of this module, wherever it runs from. */
function sweepProgram(): string {
  const place = ["dist", "lab", "container", "sweep-main.js"];
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, ...place))) return join(at, ...place);
  throw new EnvironmentError(`"${join(...place)}" is in no directory above "${import.meta.dirname}"`, {
    mend: "./scripts/build",
  });
}
