/**
 * The built `macvlab` command as a real process, in a directory of its own, and what it leaves behind: everything it
 * starts inherits a mark in its environment, and what it puts into the temporary directory lands in one of its own.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { within } from "../../lab/base/deadline.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MACVLAB = join(ROOT, "dist/lab/cli/main.js");
const DEADLINE = 240_000;
let isBuilt = false;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once standard error matches; fails when the command ends before that. */
  readonly says: (pattern: RegExp) => Promise<void>;
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Words before `node`: another user, another namespace. */
  readonly through?: readonly string[];
  /** Whether its standard input is a pipe to write to; default: it is empty. */
  readonly input?: boolean;
}

export interface Yard extends AsyncDisposable {
  /** The command's working directory; files of the test may lie there. */
  readonly directory: string;
  readonly start: (args: readonly string[], options?: StartOptions) => Running;
  readonly run: (args: readonly string[], options?: StartOptions) => Promise<Ended>;
  /** What is still there of all the commands started: processes, mounts, interfaces, temporary files. */
  readonly leftBehind: () => Promise<string[]>;
}

export async function openYard(): Promise<Yard> {
  build();
  const directory = await mkdtemp(join(tmpdir(), "macvlab-test-"));
  await chmod(directory, 0o777); // whoever the command runs as
  const temporary = join(directory, "tmp");
  mkdirSync(temporary);
  await chmod(temporary, 0o1777);
  const before = await outside();
  const mark = `MACVLAB_TEST_YARD=${directory}`;
  const environment = { ...process.env, TMPDIR: temporary, MACVLAB_TEST_YARD: directory };
  const start = (args: readonly string[], { env = {}, through = [], input = false }: StartOptions = {}) =>
    startCommand([...through, process.execPath, MACVLAB, ...args], directory, { ...environment, ...env }, input);
  return {
    directory,
    start,
    run: (args, options) => within(DEADLINE, `macvlab ${args.join(" ")}`, start(args, options).ended),
    leftBehind: async () => [
      ...(await marked(mark)).map((process) => `process ${process}`),
      ...(await outside()).filter((each) => !before.includes(each)),
      ...(await readdir(temporary)).map((name) => `file ${join(temporary, name)}`),
    ],
    async [Symbol.asyncDispose]() {
      for (const process of await marked(mark)) kill(Number.parseInt(process, 10));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Set-up builds what is out of date, and only that. */
function build(): void {
  if (!isBuilt) execFileSync(join(ROOT, "scripts/setup"), ["test"], { stdio: "inherit" });
  isBuilt = true;
}

/** In a process group of its own, as a shell starts it. */
function startCommand(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv, input: boolean): Running {
  const [program = "", ...args] = argv;
  const child: ChildProcess & { readonly stdout: Readable; readonly stderr: Readable } = input
    ? spawn(program, args, { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] })
    : spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].on("data", (chunk: Buffer) => {
      output[stream] += chunk;
    });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, ...output }));
  const says = async (pattern: RegExp) => {
    while (!pattern.test(output.stderr)) {
      const more = await Promise.race([once(child.stderr, "data").then(() => true), ended.then(() => false)]);
      if (!more && !pattern.test(output.stderr))
        throw new Error(`it ended before it said ${pattern}: ${output.stderr}`);
    }
  };
  return { process: child, ended, says: (pattern) => within(DEADLINE, `macvlab to say ${pattern}`, says(pattern)) };
}

/** `PID command line` of every process that inherited the mark. */
async function marked(mark: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
    if (!environment.split("\0").includes(mark)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "");
    found.push(`${pid} ${command.replaceAll("\0", " ")}`);
  }
  return found;
}

/** What a namespace that outlived its processes, or a topology in the wrong place, would show up as. */
async function outside(): Promise<string[]> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).trim().split("\n");
  return [
    ...mounts.map((mount) => `mount ${mount}`),
    ...Object.keys(networkInterfaces()).map((name) => `link ${name}`),
  ];
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {} // it ended meanwhile
}
