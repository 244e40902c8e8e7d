/** The kernel's own search for leaks (CONFIG_DEBUG_KMEMLEAK): memory that nothing points at any more. */
import { setTimeout as pause } from "node:timers/promises";
import type { Executor } from "../base/executor.ts";
import type { Finding } from "../model/results.ts";
import { findingsIn } from "./console.ts";

const FILE = "/sys/kernel/debug/kmemleak";
const MOUNT = `[ -e ${FILE} ] || mount -t debugfs debugfs /sys/kernel/debug`;
/** Milliseconds: what is younger than 5 s is not looked at, and what changed since the last search is not told. */
const AGE = 5_200;
/** Milliseconds a search takes at most in an emulated guest. */
const DEADLINE = 120_000;

/** Has the kernel forget what leaked so far: it is nothing the lab did. */
export async function forgetLeaks(executor: Executor): Promise<void> {
  await executor.run(`${MOUNT}; echo scan > ${FILE} && echo clear > ${FILE}`, { deadline: DEADLINE });
}

/** Findings of two searches, one per function that allocated what leaked. Takes about ten seconds. */
export async function kmemleakFindings(executor: Executor): Promise<Finding[]> {
  await pause(AGE);
  await executor.run(`${MOUNT}; echo scan > ${FILE}`, { deadline: DEADLINE });
  await pause(AGE);
  const { stdout } = await executor.run(`echo scan > ${FILE}; cat ${FILE}`, { deadline: DEADLINE });
  return findingsIn(stdout.toString());
}
