/** What a kernel holds after some work that it did not hold before, in each of its guests. */
import type { Executor } from "../base/executor.ts";
import { forgetLeaks, kmemleakFindings } from "../guest/kmemleak.ts";
import { heldAfter, heldObjects, leakFindings } from "../guest/leaks.ts";
import type { Finding } from "../model/results.ts";

/** The work is done once, whatever the number of guests. */
export async function leaksOf(executors: readonly Executor[], work: () => Promise<unknown>): Promise<Finding[]> {
  const [executor, ...others] = executors;
  if (!executor) return work().then(() => []);
  let elsewhere: Finding[] = [];
  const own = await leaksIn(executor, async () => {
    elsewhere = await leaksOf(others, work);
  });
  return [...own, ...elsewhere];
}

async function leaksIn(executor: Executor, work: () => Promise<void>): Promise<Finding[]> {
  const before = await heldObjects(executor);
  if (before.kmemleak) await forgetLeaks(executor);
  await work();
  const findings = leakFindings(before, await heldAfter(executor, before));
  return before.kmemleak ? [...findings, ...(await kmemleakFindings(executor))] : findings;
}
