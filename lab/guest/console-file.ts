/** A console that is being written, read as it grows. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { Finding } from "../model/results.ts";
import { consoleReader } from "./console.ts";

export interface ConsoleFindings {
  /** What the kernel complained of so far, as far as its reports are whole. */
  readonly findings: () => readonly Finding[];
  /** All that it said, a report it broke off in included. */
  readonly lastFindings: () => readonly Finding[];
}

/** Reads on where it stopped the last time; a console that has not grown has no report under way. */
export function consoleFindings(path: string): ConsoleFindings {
  const reader = consoleReader();
  let taken = 0;
  const read = () => {
    const { size } = statSync(path);
    if (size > taken) reader.read(readPart(path, taken, size - taken));
    else reader.quiet();
    taken = size;
    return reader;
  };
  return { findings: () => read().told(), lastFindings: () => read().findings() };
}

function readPart(path: string, position: number, length: number): string {
  const descriptor = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(length);
    return buffer.toString("latin1", 0, readSync(descriptor, buffer, 0, length, position));
  } finally {
    closeSync(descriptor);
  }
}
