/** The commands kernels are fetched with: run to their end under a deadline, and never outliving this process. */
import { execFile } from "node:child_process";
import { EnvironmentError, tail } from "../base/errors.ts";

export interface CommandOptions {
  /** Milliseconds until it is killed and the call fails. */
  readonly deadline: number;
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface CommandResult {
  readonly command: string;
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Debian packages of the commands that may be missing. */
const PACKAGES: Readonly<Record<string, string>> = {
  "apt-get": "apt",
  "apt-cache": "apt",
  dpkg: "dpkg",
  "dpkg-deb": "dpkg",
};

/** Runs `argv` whatever its exit status. @throws EnvironmentError when it is missing or the deadline is over. */
export function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const settings = {
    timeout: options.deadline,
    killSignal: "SIGKILL",
    maxBuffer: 64 * 1024 * 1024,
    // apt's and dpkg's messages are read, so they must not be translated.
    env: { ...process.env, LC_ALL: "C", ...options.environment },
    ...(options.directory ? { cwd: options.directory } : {}),
  } as const;
  const command = argv.join(" ");
  return new Promise((resolve, reject) => {
    // A fetch that went on after this process was killed would write into directories the next run owns.
    execFile("setpriv", ["--pdeathsig", "KILL", ...argv], settings, (error, stdout, stderr) => {
      const failure = error && startFailure(argv[0] ?? "", command, error, stderr, options.deadline);
      if (failure) return reject(failure);
      resolve({ command, status: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** Runs `argv` and returns its output. @throws EnvironmentError when it fails. */
export async function outputOf(argv: readonly string[], options: CommandOptions): Promise<string> {
  const result = await runCommand(argv, options);
  if (result.status !== 0) throw commandFailure(result);
  return result.stdout;
}

export function commandFailure(result: CommandResult): EnvironmentError {
  const message = `"${result.command.split(" ")[0]}" ended with status ${result.status}: ${result.command}`;
  return new EnvironmentError(message, { detail: tail(result.stderr || result.stdout) });
}

function startFailure(
  name: string,
  command: string,
  error: Error & { code?: unknown; killed?: boolean },
  stderr: string,
  deadline: number,
): EnvironmentError | undefined {
  const parts = { detail: tail(stderr), cause: error };
  if (error.killed) return new EnvironmentError(`"${name}" was not done after ${deadline} ms: ${command}`, parts);
  if (error.code === "ENOENT") {
    return new EnvironmentError('"setpriv" is not installed', { mend: "apt-get install util-linux", cause: error });
  }
  if (error.code === 127 && stderr.includes("failed to execute")) {
    return new EnvironmentError(`"${name}" is not installed: ${command}`, {
      mend: `apt-get install ${PACKAGES[name] ?? name}`,
      cause: error,
    });
  }
  if (typeof error.code !== "number") return new EnvironmentError(`"${name}" was ended: ${command}`, parts);
  return undefined;
}
