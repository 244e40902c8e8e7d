/**
 * A place to run scripts that is nothing but a shell here, with an agent and an `ip` in a few lines of shell:
 * what scripts do with processes and pipes is real, and needs neither root nor devices.
 */
import { spawn } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Executor, RunResult } from "../../lab/base/executor.ts";
import { encodeRecording } from "./agent-recording.ts";

/** Takes a plan as the agent does, as far as scripts see it; what it has recorded is nothing. */
const AGENT = `while read -r word path value; do
  [ "$word" = write ] || continue
  [ ! -e "$HERE/dies" ] || { echo "agent: died" >&2; exit 3; }
  case $path in "$HERE"/*) printf %s "$value" > "$path" ;; esac
done
cat "$HERE/nothing"`;
const IP = '[ "$1" = netns ] && { shift 3; exec "$@"; }\ncat >> "$HERE/ip-lines"';

export interface ShellPlaceOptions {
  /** Whether the agent dies before it first writes into a file or pipe. */
  readonly agentDies?: boolean;
}

export interface ShellPlace extends Disposable {
  readonly executor: Executor;
}

/** Milliseconds until a script that hangs is killed with all it started. */
const DEADLINE = 5_000;

export function openShellPlace({ agentDies = false }: ShellPlaceOptions): ShellPlace {
  const directory = mkdtempSync(join(tmpdir(), "macvlab-test-"));
  const program = (name: string, text: string) =>
    writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  program("agent", AGENT);
  program("ip", IP);
  // Nothing else of this machine is on the path.
  for (const name of ["cat", "mkfifo", "rm", "sh"]) program(name, `exec /bin/${name} "$@"`);
  if (agentDies) writeFileSync(join(directory, "dies"), "");
  writeFileSync(join(directory, "nothing"), encodeRecording([]));
  const executor: Executor = {
    ...{ place: "shell", agent: join(directory, "agent"), workDirectory: directory },
    run: (script, options) => runScript(script, directory, options?.stdin as Uint8Array | undefined),
    put: async (path, content) => writeFileSync(path, content),
    get: (path) => createReadStream(path),
  };
  return { executor, [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
}

/** Resolves, as a job of the agent does, when the shell has ended and nobody holds its output any more. */
function runScript(script: string, directory: string, stdin: Uint8Array = Buffer.alloc(0)): Promise<RunResult> {
  const env = { PATH: directory, HERE: directory };
  const file = join(directory, "script");
  writeFileSync(file, script);
  const child = spawn("/bin/sh", [file], { detached: true, env, stdio: "pipe" });
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdin.on("error", () => {}); // who does not read its input need not
  child.stdin.end(stdin);
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  const killed = setTimeout(() => process.kill(-(child.pid as number), "SIGKILL"), DEADLINE);
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      clearTimeout(killed);
      resolve({ status: code ?? (signal === null ? 1 : 137), stdout: Buffer.concat(stdout), stderr });
    });
  });
}
