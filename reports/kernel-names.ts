/** How reports order and name kernels: oldest first, by version where that is enough to tell them apart. */
import type { Run, RunKernel } from "../lab/compare/run.ts";
import { compareKernelVersions, type KernelVersion, parseKernelVersion } from "../lab/model/kernel-version.ts";
import { groupBy } from "./group.ts";

export interface KernelNames {
  /** Ids, oldest first. */
  readonly ids: readonly string[];
  /** Short name by id. */
  readonly names: ReadonlyMap<string, string>;
}

/** Sets longer than this that are neighbours by age are named by their ends. */
const LISTED = 3;

export function kernelNames(results: Run): KernelNames {
  const kernels = [...results.kernels].sort((a, b) => compareKernelVersions(versionOf(a), versionOf(b)));
  const uses = groupBy(kernels, (kernel) => kernel.version);
  const short = (kernel: RunKernel) =>
    kernel.version !== "" && uses.get(kernel.version)?.length === 1 ? kernel.version : kernel.id;
  const names = new Map(kernels.map((kernel) => [kernel.id, short(kernel)]));
  for (const items of [results.cells, results.checks])
    for (const { kernel } of items) if (!names.has(kernel)) names.set(kernel, kernel);
  return { ids: [...names.keys()], names };
}

/** A kernel that never told its version comes first. */
function versionOf(kernel: RunKernel): KernelVersion {
  return /^\d+\.\d+/.test(kernel.version) ? parseKernelVersion(kernel.version) : [0, 0, 0];
}

export function nameOf(kernels: KernelNames, id: string): string {
  return kernels.names.get(id) ?? id;
}

/** `all 5 kernels`, `5.10.234 to 6.12.48 (3 kernels)` for neighbours, `all but 6.1.190`, or the names. */
export function kernelPhrase(kernels: KernelNames, ids: Iterable<string>): string {
  const wanted = new Set(ids);
  const places = kernels.ids.flatMap((id, place) => (wanted.has(id) ? [place] : []));
  const name = (place: number) => nameOf(kernels, kernels.ids[place] ?? "");
  const first = places[0] ?? 0;
  const last = places.at(-1) ?? 0;
  if (places.length > 1 && places.length === kernels.ids.length) return `all ${places.length} kernels`;
  if (places.length >= LISTED && last - first + 1 === places.length)
    return `${name(first)} to ${name(last)} (${places.length} kernels)`;
  const others = kernels.ids.flatMap((_, place) => (places.includes(place) ? [] : [place]));
  if (places.length >= LISTED && others.length === 1) return `all but ${others.map(name).join()}`;
  return places.map(name).join(", ");
}
