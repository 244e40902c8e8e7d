/** Kernels: from what the user typed to files on disk that a guest can boot. */

import { cacheDirectory } from "../base/cache.ts";
import { cacheFailure } from "../base/disk-space.ts";
import { EnvironmentError, UsageError } from "../base/errors.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { resolveBuildTree } from "./build-tree.ts";
import { type ResolveOptions, resolveDebianKernel } from "./debian-kernel.ts";
import { resolveKernelFile } from "./kernel-file.ts";
import { findModules, modulesIntact } from "./kernel-modules.ts";
import { parseKernelSpec } from "./kernel-spec.ts";
import { machineSuite } from "./machine.ts";
import type { ModuleClosure } from "./module-closure.ts";
import { withModules } from "./module-override.ts";
import { resolveRunningKernel } from "./running-kernel.ts";

export { askSites } from "./archive-site.ts";
export { forgetSpecs, removeKernel, removeWhole } from "./cache-removal.ts";
export { type CachedKernel, cachedKernels, findCached, orphanedKernels } from "./cached-kernels.ts";
export type { KernelOffer } from "./candidate.ts";
export { findModules } from "./kernel-modules.ts";
export { parseKernelSpec } from "./kernel-spec.ts";
export { machineArchitecture } from "./machine.ts";
export { readModuleIndex } from "./module-index.ts";
export { suiteKernels } from "./suite-kernels.ts";

export interface KernelOptions extends ResolveOptions {
  /** Paths of modules of the user's own that take the place of the kernel's. */
  readonly modules?: readonly string[];
}

/**
 * Finds the kernel a spec names, fetching it into the cache if need be.
 * @throws UsageError for a spec, suite, version or file that does not exist or is ambiguous, and for a module that is
 * none of this kernel's; EnvironmentError for what the machine, the network or the archive lacks.
 */
export async function resolveKernel(spec: string, options: KernelOptions = {}): Promise<KernelArtefacts> {
  const { modules = [], ...rest } = options;
  return withModules(await findKernel(spec, rest), modules);
}

async function findKernel(spec: string, options: ResolveOptions): Promise<KernelArtefacts> {
  const parsed = parseKernelSpec(spec);
  if (parsed.kind === "host") throw new UsageError('"host" is the running kernel: there is nothing to fetch for it');
  if (parsed.kind === "file") return resolveKernelFile(parsed, spec);
  if (parsed.kind === "tree") return resolveBuildTree(parsed, spec);
  if (parsed.kind === "running") return resolveRunningKernel(spec);
  try {
    return await resolveDebianKernel(parsed, spec, options);
  } catch (error) {
    throw cacheFailure(error, cacheDirectory());
  }
}

/** For what resolves no kernel of its own: the running kernel keeps its modules. @throws UsageError if there are any. */
export function refuseHostModules(modules: readonly string[]): void {
  if (modules.length === 0) return;
  throw new UsageError(
    `"${modules[0]}" cannot replace a module of "host": the lab changes nothing of the running kernel`,
    {
      mend: "run it in a guest: --kernel debian:SUITE/FLAVOUR, file:VMLINUZ,modules=DIR, tree:DIR or running",
    },
  );
}

/**
 * The files of these modules and of all they need, in load order; modules built into the kernel need none.
 * A damaged file makes the kernel be fetched anew, told through `note`.
 * @throws EnvironmentError when the kernel's modules cannot be read, or not be had again.
 */
export async function modulesOf(
  kernel: KernelArtefacts,
  names: readonly string[],
  note: (line: string) => void = () => {},
): Promise<ModuleClosure> {
  const closure = await findModules(kernel, names);
  if (await modulesIntact(kernel, closure, note)) return closure;
  const again = await resolveKernel(kernel.spec, { note });
  if (again.vmlinuz === kernel.vmlinuz) return findModules(kernel, names);
  throw new EnvironmentError(`the cached modules of ${kernel.release} were damaged and "${kernel.spec}" moved on`, {
    mend: `run again: it is ${again.release} now`,
  });
}

/** The kernel to use when the user names none: the cloud flavour of the machine's own suite. */
export async function defaultKernelSpec(): Promise<string> {
  return `debian:${await machineSuite()}/cloud`;
}
