/**
 * Debian kernels: a spec is looked up in what is remembered; else apt is asked, in a private root, which packages
 * make the kernel, and these are fetched into the cache. What the archive said holds for a day.
 */
import { FLAVOUR_NAMES } from "../../images/kernels.ts";
import { UsageError } from "../base/errors.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { UnreachableError, unsolvable } from "./apt-failure.ts";
import { apt } from "./apt-root.ts";
import { chooseKernel, parseCandidates } from "./candidate.ts";
import { findDepmod } from "./depmod.ts";
import { ensureEntry } from "./entry-build.ts";
import { entryArtefacts, openEntry } from "./kernel-entry.ts";
import { canonicalSpec, type DebianSpec } from "./kernel-spec.ts";
import { type KernelPackageSet, kernelPackages, parseUris } from "./package-set.ts";
import { readPointer, type SpecPointer, writePointer } from "./spec-pointer.ts";
import { FRESH, fetchIndex, freshIndex, lockSuite, type SuiteIndex } from "./suite-index.ts";
import { kernelStanzas } from "./suite-kernels.ts";

export interface ResolveOptions {
  /** Ask the archive now, whatever is remembered. */
  readonly refresh?: boolean;
  /** Told, in a line each, what takes time or is not as asked. */
  readonly note?: (line: string) => void;
}

/** Milliseconds within which asking the archive again would bring nothing new. */
const SETTLED = 600_000;

/** @param typed the spec as the user typed it. */
export async function resolveDebianKernel(
  spec: DebianSpec,
  typed: string,
  options: ResolveOptions,
): Promise<KernelArtefacts> {
  const { refresh = false, note = () => {} } = options;
  const started = Date.now();
  const known = refresh ? undefined : await remembered(spec, typed, started - FRESH);
  if (known) return known;
  const depmod = await findDepmod(note);
  await using _lock = await lockSuite(spec.suite, note);
  // Whoever held the lock may have asked for the same.
  const since = refresh ? started : started - FRESH;
  const meanwhile = await remembered(spec, typed, since);
  if (meanwhile) return meanwhile;
  try {
    const entry = await withIndex(spec.suite, since, note, async (index) => {
      const address = await ensureEntry(index, await askArchive(index, spec), depmod, note);
      await writePointer({ spec: canonicalSpec(spec), entry: address, at: index.at });
      return openEntry(address);
    });
    if (entry) return entryArtefacts(typed, entry.directory, entry.manifest);
  } catch (error) {
    const old = refresh ? undefined : await fallback(spec, typed, note, error);
    if (old) return old;
    throw error;
  }
  throw new Error(`the entry of ${typed} vanished while it was made`);
}

/** The kernel as remembered, if the archive was asked after `since` and the entry is intact. */
async function remembered(spec: DebianSpec, typed: string, since: number) {
  const pointer = await readPointer(canonicalSpec(spec));
  return pointer && pointer.at >= since ? open(pointer, typed) : undefined;
}

async function open(pointer: SpecPointer, typed: string) {
  const entry = await openEntry(pointer.entry);
  return entry && entryArtefacts(typed, entry.directory, entry.manifest);
}

/** An index of today may still list what the archive has replaced: before giving up, the archive is asked. */
async function withIndex<T>(
  suite: string,
  since: number,
  note: (line: string) => void,
  work: (index: SuiteIndex) => Promise<T>,
): Promise<T> {
  const known = await freshIndex(suite, since);
  if (known) {
    try {
      return await work(known);
    } catch (error) {
      const outdated = error instanceof UsageError || error instanceof UnreachableError;
      if (!outdated || Date.now() - known.at < SETTLED) throw error;
    }
  }
  return work(await fetchIndex(suite, note));
}

/** Without the archive the kernel used last will do; so will a pinned one the archive no longer has. */
async function fallback(spec: DebianSpec, typed: string, note: (line: string) => void, error: unknown) {
  const gone = spec.version !== undefined && error instanceof UsageError;
  if (!gone && !(error instanceof UnreachableError)) return undefined;
  const pointer = await readPointer(canonicalSpec(spec));
  const kernel = pointer && (await open(pointer, typed));
  if (!pointer || !kernel) return undefined;
  const hours = ((Date.now() - pointer.at) / 3_600_000).toFixed(0);
  note(`${typed}: using ${kernel.release}, as the archive had it ${hours} h ago, because ${error.message}`);
  return kernel;
}

/** Which packages the spec means today. */
async function askArchive(index: SuiteIndex, spec: DebianSpec): Promise<KernelPackageSet> {
  const target = spec.version
    ? await pinned(index, spec, spec.version)
    : FLAVOUR_NAMES[spec.flavour].meta(index.architecture);
  const overlay = index.overlay ? ["--target-release", index.overlay] : [];
  const argv = ["install", "--print-uris", "--yes", "--no-install-recommends", ...overlay, target];
  const result = await apt(index.root, "apt-get", argv);
  if (result.status !== 0) throw unsolvable(result, target, spec.suite);
  const set = kernelPackages(parseUris(result.stdout));
  if (set) return set;
  throw new UsageError(`package "${target}" of "${spec.suite}" brings no kernel image: ${result.command}`);
}

async function pinned(index: SuiteIndex, spec: DebianSpec, version: string): Promise<string> {
  const chosen = chooseKernel(parseCandidates(await kernelStanzas(index, spec.flavour)), version, spec.suite);
  return `${chosen.package}=${chosen.version}`;
}
