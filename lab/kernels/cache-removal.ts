/** Takes kernels out of the cache: what a spec means is forgotten, its files go with the last spec that means them. */
import { rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { cacheDirectory } from "../base/cache.ts";
import { cacheFailure } from "../base/disk-space.ts";
import type { CachedKernel } from "./cached-kernels.ts";
import { lockEntry } from "./kernel-entry.ts";
import { removePointer } from "./spec-pointer.ts";

/** Milliseconds to wait for a run that is just fetching the kernel. */
const LOCK_DEADLINE = 2_000;

/**
 * Forgets `victims`, out of all the `known`.
 * @returns paths of the kernels that only they meant: `removeKernel` takes them away.
 */
export async function forgetSpecs(victims: readonly CachedKernel[], known: readonly CachedKernel[]): Promise<string[]> {
  const kept = known.filter(({ spec }) => !victims.some((victim) => victim.spec === spec));
  await guarded(() => Promise.all(victims.map(({ spec }) => removePointer(spec))));
  const directories = new Set(victims.map(({ directory }) => directory));
  return [...directories].filter((directory) => !kept.some((each) => each.directory === directory));
}

/** Removes a kernel's files. @throws EnvironmentError while another run fetches it. */
export async function removeKernel(directory: string): Promise<void> {
  await using _lock = await lockEntry(basename(directory), { deadline: LOCK_DEADLINE });
  await guarded(() => removeWhole(directory));
}

/** Removes a directory of the cache: out of everybody's way first, so that nobody finds half of it. */
export async function removeWhole(directory: string): Promise<void> {
  const grave = `${directory}.damaged-${process.pid}`;
  await rename(directory, grave).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rm(grave, { recursive: true, force: true });
}

async function guarded(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error) => {
    throw cacheFailure(error, cacheDirectory());
  });
}
