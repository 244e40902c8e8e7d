/** A command ended by a signal at a moment of its run: how it ends, what is left of it, and whether the next one works. */
import { randomInt } from "node:crypto";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import type { StartOptions, Yard } from "./macvlab.ts";
import { expectNoStack } from "./refused.ts";

/** Ctrl-C reaches the whole process group, as a terminal sends it; the other two the command alone. */
export const ENDINGS = [
  { how: "Ctrl-C", signal: "SIGINT", group: true, status: 130 },
  { how: "SIGTERM", signal: "SIGTERM", group: false, status: 143 },
  { how: "SIGKILL", signal: "SIGKILL", group: false, status: 137 },
] as const;

/** Once standard error matches (else the start), and then a random time below a limit in milliseconds. */
export interface Moment {
  readonly says?: RegExp;
  readonly within?: number;
}

/** Milliseconds within which nothing may be left. */
const GRACE = 2_000;

export async function expectEnd(
  yard: Yard,
  args: readonly string[],
  ending: (typeof ENDINGS)[number],
  moment: Moment,
  options: StartOptions = {},
): Promise<void> {
  const running = yard.start(args, options);
  const pid = running.process.pid as number;
  if (moment.says) await running.says(moment.says);
  if (moment.within) await delay(randomInt(moment.within));
  process.kill(ending.group ? -pid : pid, ending.signal);
  const { stderr, code, signal } = await running.ended;
  // As a shell sees it: before the command has begun to listen, a signal ends it the plain way.
  expect(code ?? 128 + constants.signals[signal ?? "SIGHUP"], stderr).toBe(ending.status);
  expectNoStack(stderr);
  await expect.poll(() => yard.leftBehind(), { timeout: GRACE, interval: 50 }).toEqual([]);
}
