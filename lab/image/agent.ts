/** The agent program: compiled from `images/agent` into the cache, the same bytes wherever that is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDirectory } from "../base/cache.ts";
import { commandFailure, outputOf, runCommand } from "../base/command.ts";
import { cacheFailure, isOutOfSpace, outOfSpace } from "../base/disk-space.ts";
import { EnvironmentError, type LabError, tail } from "../base/errors.ts";
import { type Build, type EntryFile, entry } from "./entry.ts";
import { hashFile, hashOf, remembered } from "./stamp.ts";

export const AGENT_KIND = "agent";
const NAME = "macvlab-agent";
const FLAGS = [
  ...["-std=gnu11", "-D_GNU_SOURCE", "-Os", "-static", "-s"],
  // The bytes must not tell where, when or from which directory they were made.
  ...["-ffile-prefix-map=.=agent", "-Wdate-time", "-Wl,--build-id=none"],
];
/** Milliseconds. */
const COMPILE_DEADLINE = 120_000;

/** Path of the compiled agent. @throws EnvironmentError when it cannot be compiled. */
export async function agentProgram(): Promise<string> {
  return (await agentFile(() => undefined)).path;
}

/** The compiled agent, found in the cache or compiled now; `note` hears of a damaged one that is made anew. */
export async function agentFile(note: (line: string) => void): Promise<EntryFile> {
  const sources = agentSources();
  const key = hashOf([FLAGS, await compiler(), sources.map(({ name, text }) => [name, text])]);
  const names = sources.map(({ name }) => name).filter((name) => name.endsWith(".c"));
  const build = (scratch: string) => compile(names, scratch);
  const { files } = await entry({ what: "the agent", key: [AGENT_KIND, key], build, note });
  const [program] = files;
  if (!program) throw new Error("the entry of the agent has no file");
  return program;
}

/** `dist/` has no C in it: the sources are found upwards of this module, wherever it runs from. */
function sourceDirectory(): string {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    const directory = join(at, "images", "agent");
    if (existsSync(join(directory, "main.c"))) return directory;
  }
  throw new EnvironmentError(`"images/agent/main.c" is in no directory above "${import.meta.dirname}"`, {
    mend: "run the lab from a whole copy of the project",
  });
}

function agentSources(): { name: string; text: string }[] {
  const directory = sourceDirectory();
  const names = readdirSync(directory)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();
  return names.map((name) => ({ name, text: readFileSync(join(directory, name), "utf8") }));
}

/** Compiler and C library, by what they are: both end up in the agent. */
async function compiler(): Promise<string> {
  const path = cacheDirectory("images", "known", "compiler.json");
  return remembered(path, async () => {
    const ask = async (question: string) => (await outputOf(["gcc", question], { deadline: 10_000 })).trim();
    const inputs = [await ask("-print-prog-name=cc1"), await ask("-print-file-name=libc.a")];
    if (!inputs.every((input) => existsSync(input))) throw noLibrary(inputs);
    return { inputs, value: hashOf([await ask("--version"), await hashFile(inputs[1] ?? "")]) };
  }).catch((error) => {
    throw cacheFailure(error, cacheDirectory("images"));
  });
}

function noLibrary(inputs: readonly string[]): LabError {
  const absent = inputs.filter((input) => !existsSync(input)).join('", "');
  return new EnvironmentError(`"${absent}" is not installed: gcc -print-file-name=libc.a`, {
    mend: "apt-get install gcc libc6-dev",
  });
}

async function compile(names: readonly string[], scratch: string): Promise<Build<null>> {
  const argv = ["gcc", ...FLAGS, "-o", join(scratch, NAME), ...names];
  // Whatever ends it, gcc's temporary files are where abandoned ones are looked for.
  const environment = { TMPDIR: scratch };
  const result = await runCommand(argv, { deadline: COMPILE_DEADLINE, directory: sourceDirectory(), environment });
  if (isOutOfSpace(result.stderr)) throw outOfSpace(cacheDirectory("images"), { detail: tail(result.stderr) });
  if (result.status !== 0) throw commandFailure(result);
  return { files: [NAME], facts: null };
}
