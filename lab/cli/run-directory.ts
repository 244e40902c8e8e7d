/** The directory of a run: tried, made, cleared of what an earlier run left, pointed at. */
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import { translated } from "./write-failure.ts";

const OWN = [
  { folder: "captures", ending: ".pcapng" },
  { folder: "console", ending: ".log" },
];

/** Its files; written last, so that an earlier run's beside this one's captures would tell of other packets. */
const OWN_FILES = ["results.json", "report.md", "report.html", "junit.xml", "results.ktap", "manifest.json"];

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
