/** The kernels in the cache, as the specs they were asked for by. Looks only: nothing is fetched or mended. */
import { readdir } from "node:fs/promises";
import { cacheDirectory } from "../base/cache.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { entryArtefacts, entryDirectory, openEntry } from "./kernel-entry.ts";
import { canonicalSpec, parseKernelSpec } from "./kernel-spec.ts";
import { readPointer } from "./spec-pointer.ts";

export interface CachedKernel {
  /** In its canonical form, e.g. `debian:bookworm/cloud`. */
  readonly spec: string;
  /** When the archive was asked last what the spec means, in milliseconds since 1970. */
  readonly at: number;
  /** Path of its files; several specs may share it. */
  readonly directory: string;
  /** Absent where the cache holds it damaged or no more. */
  readonly kernel?: KernelArtefacts;
}

/** Sorted by spec. */
export async function cachedKernels(): Promise<CachedKernel[]> {
  const names = await readdir(cacheDirectory("specs")).catch(() => []);
  const specs = names.filter((name) => name.endsWith(".json")).map((name) => decodeURIComponent(name.slice(0, -5)));
  const found = await Promise.all(specs.sort().map(cachedKernel));
  return found.filter((each) => each !== undefined);
}

/** @param typed a Debian spec, however it is written. @returns undefined when the cache does not know it. */
export async function findCached(typed: string): Promise<CachedKernel | undefined> {
  const spec = parseKernelSpec(typed);
  return spec.kind === "debian" ? cachedKernel(canonicalSpec(spec)) : undefined;
}

/** Paths of the kernels no spec means any more: a suite moved on. */
export async function orphanedKernels(known: readonly CachedKernel[]): Promise<string[]> {
  const names = await readdir(cacheDirectory("kernels")).catch(() => []);
  const directories = names.filter((name) => /^[0-9a-f]+$/.test(name)).map((name) => entryDirectory(name));
  return directories.filter((directory) => !known.some((each) => each.directory === directory));
}

async function cachedKernel(spec: string): Promise<CachedKernel | undefined> {
  const pointer = await readPointer(spec);
  if (!pointer) return undefined;
  const entry = await openEntry(pointer.entry);
  const kernel = entry && entryArtefacts(spec, entry.directory, entry.manifest);
  return { spec, at: pointer.at, directory: entryDirectory(pointer.entry), ...(kernel ? { kernel } : {}) };
}
