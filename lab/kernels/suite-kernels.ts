/** What kernels a suite lists, as apt knows it from the suite's index. */
import type { KernelFlavour } from "../../images/kernels.ts";
import { cacheDirectory } from "../base/cache.ts";
import type { CommandResult } from "../base/command.ts";
import { cacheFailure } from "../base/disk-space.ts";
import { aptFailure } from "./apt-failure.ts";
import { apt } from "./apt-root.ts";
import { type KernelOffer, kernelNames, kernelOffers, partsOf } from "./candidate.ts";
import { currentIndex, fetchIndex, lockSuite, type SuiteIndex } from "./suite-index.ts";

export interface SuiteOffers {
  /** When the archive was asked, in milliseconds since 1970. */
  readonly at: number;
  /** Newest first. */
  readonly kernels: readonly KernelOffer[];
}

interface OfferOptions {
  /** Ask the archive now, whatever is remembered. */
  readonly refresh: boolean;
  readonly note: (line: string) => void;
}

/**
 * The kernels a suite and its pockets list, of one flavour.
 * @throws UsageError for a suite there is none of; EnvironmentError for what the network or the archive lacks.
 */
export async function suiteKernels(suite: string, flavour: KernelFlavour, options: OfferOptions): Promise<SuiteOffers> {
  try {
    await using _lock = await lockSuite(suite, options.note);
    const index = await (options.refresh ? fetchIndex : currentIndex)(suite, options.note);
    const stanzas = await kernelStanzas(index, flavour);
    const there = new Set(await packageNames(index, "linux-"));
    const parts = partsOf(stanzas).filter((name) => there.has(name));
    return { at: index.at, kernels: kernelOffers(stanzas, await packageStanzas(index, parts)) };
  } catch (error) {
    throw cacheFailure(error, cacheDirectory());
  }
}

/** What `apt-cache show` tells of the suite's kernels of a flavour. The caller holds the suite's lock. */
export async function kernelStanzas(index: SuiteIndex, flavour: KernelFlavour): Promise<string> {
  const names = kernelNames(await packageNames(index, "linux-image-"), flavour, index.architecture);
  return packageStanzas(index, names);
}

async function packageNames(index: SuiteIndex, begin: string): Promise<string[]> {
  return output(await apt(index.root, "apt-cache", ["pkgnames", begin]), index).split("\n");
}

async function packageStanzas(index: SuiteIndex, names: readonly string[]): Promise<string> {
  if (names.length === 0) return "";
  return output(await apt(index.root, "apt-cache", ["show", "--all-versions", ...names]), index);
}

function output(result: CommandResult, index: SuiteIndex): string {
  if (result.status === 0) return result.stdout;
  throw aptFailure(result, `the package index of "${index.suite}"`, index.root.directory);
}
