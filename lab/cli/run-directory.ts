/** The directory of a run: tried, made, cleared of what an earlier run left, written. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { EnvironmentError, LabError } from "../base/errors.ts";

const OWN = [
  { folder: "captures", ending: ".pcapng" },
  { folder: "console", ending: ".log" },
];

/** Its files; written last, so that an earlier run's beside this one's captures would tell of other packets. */
const OWN_FILES = ["results.json", "report.md", "manifest.json"];

export interface RunDirectory {
  /** Absolute. */
  readonly path: string;
  /** The folders that were not there before, the innermost last. */
  readonly made: readonly string[];
}

/** `20261122-161500-3f9c`: sorts by time, and no two runs share one. */
export function newRunId(now = new Date()): string {
  const digits = now.toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${digits}-${Math.floor(Math.random() * 0x10000)
    .toString(16)
    .padStart(4, "0")}`;
}

/**
 * Makes the directory and its folders, before anything is fetched for the run: whether a run can write there is found
 * out by trying. It may exist and hold other files.
 * @param latest whether `latest` beside it is to point at it.
 * @throws EnvironmentError saying what is in the way; what was made is removed again.
 */
export function makeRunDirectory(path: string, latest: boolean): RunDirectory {
  const run = { path: resolve(path), made: [] as string[] };
  return translated(run.path, () => {
    try {
      for (const { folder } of OWN) makeDirectory(join(run.path, folder), run.made);
      for (const folder of ["", ...OWN.map((one) => one.folder)])
        accessSync(join(run.path, folder), constants.W_OK | constants.X_OK);
      refuseFolders(run.path);
      if (latest) refuseOthersLatest(join(dirname(run.path), "latest"));
      return run;
    } catch (error) {
      discardEmpty(run);
      throw error;
    }
  });
}

/** Removes what an earlier run left there: only a run's own names are replaced. */
export function clearRunDirectory({ path }: RunDirectory): void {
  translated(path, () => {
    for (const name of ownFiles(path)) unlinkSync(join(path, name));
  });
}

/** What is there under the names of a run's files, to be replaced. */
function ownFiles(directory: string): string[] {
  const listed = OWN.flatMap(({ folder, ending }) =>
    readdirSync(join(directory, folder))
      .filter((name) => name.endsWith(ending))
      .map((name) => join(folder, name)),
  );
  const fixed = OWN_FILES.filter((name) => lstatSync(join(directory, name), { throwIfNoEntry: false }));
  return [...listed, ...fixed];
}

/** A folder of the user's is not removed for having the name of a file of ours. */
function refuseFolders(directory: string): void {
  const taken = ownFiles(directory).find((name) => lstatSync(join(directory, name)).isDirectory());
  if (taken === undefined) return;
  throw new EnvironmentError(`"${join(directory, taken)}" cannot be written: it is a directory`, {
    mend: "move it away, or choose another place with --out DIR",
  });
}

/** Removes what a run that came to nothing left: the folders it made, unless something is in them. */
export function discardEmpty({ made }: RunDirectory): void {
  for (const path of made.toReversed()) {
    if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
  }
}

/** Adds the folders it made to `made`. Step by step: below /proc, `recursive` of Node 20 tries for ever. */
function makeDirectory(path: string, made: string[]): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path), made);
  try {
    mkdirSync(path);
    made.push(path);
  } catch (error) {
    // Another run that starts at the same time made it.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Characters handed to the file system at a time. */
const PIECE = 1 << 20;

/** Writes one of the run's files, whole or not at all; a long one may come in pieces. */
export function writeRunFile(directory: string, name: string, content: Iterable<string>): void {
  const path = join(directory, name);
  translated(path, () => {
    try {
      writePieces(`${path}.part`, typeof content === "string" ? [content] : content);
      renameSync(`${path}.part`, path);
    } catch (error) {
      rmSync(`${path}.part`, { force: true });
      throw error;
    }
  });
}

function writePieces(path: string, pieces: Iterable<string>): void {
  const file = openSync(path, "w");
  try {
    let held = "";
    for (const piece of pieces) {
      held += piece;
      if (held.length < PIECE) continue;
      writeFileSync(file, held);
      held = "";
    }
    writeFileSync(file, held);
  } finally {
    closeSync(file);
  }
}

/** Points `latest`, beside the run's directory, at it. @throws EnvironmentError when that is something of the user's. */
export function pointLatest(directory: string): void {
  const latest = join(dirname(directory), "latest");
  translated(latest, () => {
    refuseOthersLatest(latest);
    const partial = `${latest}.${process.pid}`;
    try {
      symlinkSync(directory, partial);
      renameSync(partial, latest);
    } finally {
      rmSync(partial, { force: true });
    }
  });
}

function refuseOthersLatest(latest: string): void {
  const there = lstatSync(latest, { throwIfNoEntry: false });
  if (!there || there.isSymbolicLink()) return;
  const what = there.isDirectory() ? "a directory" : "a file";
  throw new EnvironmentError(`"${latest}" cannot be pointed at the run: it is ${what}, not a link`, {
    mend: "move it away, or name the run's directory with --out DIR",
  });
}

const MENDS: Readonly<Record<string, string>> = {
  EACCES: "choose another place with --out DIR",
  EPERM: "choose another place with --out DIR",
  ENOENT: "choose another place with --out DIR",
  EROFS: "choose another place with --out DIR",
  ENOSPC: "free some space, or choose another place with --out DIR",
  ENOTDIR: "choose a directory with --out DIR",
  EEXIST: "choose a directory with --out DIR",
  EISDIR: "move away what has the name of one of the run's files, or choose another place with --out DIR",
  ENOTEMPTY: "move away what has the name of one of the run's files, or choose another place with --out DIR",
};

/** The file system's refusals as errors for people. */
function translated<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/** The same of an error met while files were written below `path`; any other error is returned as it is. */
export function writeFailure(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LabError) return error;
  const { code, message, path: refused, syscall } = error as NodeJS.ErrnoException;
  const mend = MENDS[code ?? ""];
  const elsewhere = syscall?.startsWith("spawn") || (refused !== undefined && !isOnTheWay(resolve(refused), path));
  if (mend === undefined || elsewhere) return error;
  return new EnvironmentError(`"${path}" cannot be written: ${message.replace(/,.*/, "")}`, { mend, cause: error });
}

/** Whether it is the file or folder itself, or below it, or one above it that had to be made first. */
function isOnTheWay(refused: string, path: string): boolean {
  return refused.startsWith(path) || path.startsWith(`${refused}/`);
}
