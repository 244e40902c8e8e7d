/** What every refusal of the command has in common: a sentence, what mends it, an exit code, and nothing left. */
import { expect } from "vitest";
import type { StartOptions, Yard } from "./macvlab.ts";

export interface Refusal extends StartOptions {
  readonly code: number;
  /** What standard error must hold, word for word: the quoted subject first. */
  readonly says: readonly string[];
}

/** Runs the command and holds its end against the refusal; resolves to its standard error. */
export async function expectRefusal(yard: Yard, args: readonly string[], refusal: Refusal): Promise<string> {
  const { code, stdout, stderr } = await yard.run(args, refusal);
  expect({ code, stdout }, stderr).toEqual({ code: refusal.code, stdout: "" });
  for (const words of refusal.says) expect(stderr).toContain(words);
  expectNoStack(stderr);
  // commander's own words begin with "error: ".
  expect(stderr.split("\n").filter((line) => /^(macvlab|error): /.test(line))).toHaveLength(1);
  expect(await yard.leftBehind()).toEqual([]);
  return stderr;
}

export function expectNoStack(stderr: string): void {
  expect(stderr).not.toMatch(/^\s+at .*[(:]\d+|\bError: |bug of the lab|node:internal/m);
}
