/** The directory of a run: made, cleared of what an earlier run left, written. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { EnvironmentError, LabError } from "../base/errors.ts";

const OWN = [
  { folder: "captures", ending: ".pcapng" },
  { folder: "console", ending: ".log" },
];

/** `20261122-161500-3f9c`: sorts by time, and no two runs share one. */
export function newRunId(now = new Date()): string {
  const digits = now.toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${digits}-${Math.floor(Math.random() * 0x10000)
    .toString(16)
    .padStart(4, "0")}`;
}

/** Makes the directory ready. It may exist and hold other files: only a run's own names are replaced. */
export function prepareRunDirectory(path: string): string {
  const directory = resolve(path);
  return translated(directory, () => {
    for (const { folder, ending } of OWN) {
      makeDirectory(join(directory, folder));
      for (const name of readdirSync(join(directory, folder)))
        if (name.endsWith(ending)) rmSync(join(directory, folder, name));
    }
    accessSync(directory, constants.W_OK);
    return directory;
  });
}

/** Removes what a run that came to nothing left: its folders, unless something is in them. */
export function discardEmpty(directory: string): void {
  for (const path of [...OWN.map(({ folder }) => join(directory, folder)), directory]) {
    if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
  }
}

/** Step by step: below /proc, `recursive` of Node 20 tries for ever. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path);
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

/** Points `latest`, beside the run's directory, at it. */
export function pointLatest(directory: string): void {
  const latest = join(dirname(directory), "latest");
  translated(latest, () => {
    const partial = `${latest}.${process.pid}`;
    symlinkSync(directory, partial);
    renameSync(partial, latest);
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
