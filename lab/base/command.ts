/** The commands kernels are fetched with: run to their end under a deadline, and never outliving this process. */
import { EnvironmentError, tail } from "./errors.ts";

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

/**
 * A fetch that went on after this process was killed would write into directories the next run owns, and what it
 * started itself (mmdebstrap is a tree of five) would go on without it. So a shell between dies first, and takes its
 * process group with it.
 */
const TOGETHER = `trap 'kill -s KILL 0' TERM; "$@" & wait $!`;

/** Runs `argv` whatever its exit status. @throws EnvironmentError when it is missing or the deadline is over. */
export async function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { $ } = await import("zx"); // loaded with the first command: a run with a warm cache needs none
  const shell = $({
    nothrow: true,
    quiet: true,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a process group of its own
    timeout: options.deadline,
    timeoutSignal: "SIGKILL",
    // apt's and dpkg's messages are read, so they must not be translated.
    env: { ...process.env, LC_ALL: "C", ...options.environment },
    ...(options.directory ? { cwd: options.directory } : {}),
  });
  const started = performance.now();
  const { exitCode, signal, stdout, stderr } =
    await shell`exec setpriv --pdeathsig TERM sh -c ${TOGETHER} sh ${[...argv]}`;
  const result = { command: argv.join(" "), status: exitCode ?? 0, stdout, stderr };
  const late = performance.now() - started >= options.deadline;
  const failure = startFailure(argv[0] ?? "", result, signal, late ? options.deadline : undefined);
  if (failure) throw failure;
  return result;
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
  { command, status, stderr }: CommandResult,
  signal: string | null,
  lateAfter: number | undefined,
): EnvironmentError | undefined {
  const detail = tail(stderr);
  if (signal && lateAfter !== undefined)
    return new EnvironmentError(`"${name}" was not done after ${lateAfter} ms: ${command}`, { detail });
  if (signal) return new EnvironmentError(`"${name}" was ended by ${signal}: ${command}`, { detail });
  if (status === 127 && /setpriv: (command )?not found/.test(stderr))
    return new EnvironmentError('"setpriv" is not installed', { mend: "apt-get install util-linux" });
  if (status !== 127 || !stderr.trimEnd().endsWith(`${name}: not found`)) return undefined;
  const mend = `apt-get install ${PACKAGES[name] ?? name}`;
  return new EnvironmentError(`"${name}" is not installed: ${command}`, { mend });
}
