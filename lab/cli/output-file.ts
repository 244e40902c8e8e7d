/** A file the user named for a command's output; standard output where none was named. */
import { statSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { writeFailure } from "./write-failure.ts";
import { writeRunFile } from "./written-file.ts";

/** A file is written whole or not at all; a pipe or a device is written into. @throws EnvironmentError when it cannot be. */
export function writeOutput(file: string | undefined, text: string | Iterable<string>): void {
  if (file === undefined) {
    for (const piece of pieces(text)) process.stdout.write(piece);
    return;
  }
  const path = resolve(file);
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there && !there.isFile()) writeFileSync(path, [...pieces(text)].join(""));
    else writeRunFile(dirname(path), basename(path), text);
  } catch (error) {
    throw writeFailure(path, error);
  }
}

function pieces(text: string | Iterable<string>): Iterable<string> {
  return typeof text === "string" ? [text] : text;
}
