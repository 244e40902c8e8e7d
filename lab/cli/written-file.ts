/** Files for the user: written whole or not at all. */
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { translated } from "./write-failure.ts";

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
