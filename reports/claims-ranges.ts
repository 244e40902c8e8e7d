/**
 * Kernels next to one another in version with the same verdict, as one range, named no wider than what was measured:
 * between two measured versions a behaviour may have changed anywhere, unless one comes right after the other.
 */
import { generationOf, type RunKernel } from "../lab/compare/run.ts";
import { parseKernelVersion } from "../lab/model/kernel-version.ts";
import { type KernelNames, kernelPhrase } from "./kernel-names.ts";

export interface KernelRange<T> {
  /** Ids, oldest first. */
  readonly kernels: readonly string[];
  /** `5.10 to 6.12`, `6.12 and earlier`, `7.2 and later`. */
  readonly name: string;
  readonly value: T;
  /** Where it took the place of the range before it: `between 6.12 and 7.2`, `with 7.3`; undefined where it did not, as far as could be told. */
  readonly changed: string | undefined;
}

/**
 * @param kernels oldest first.
 * @param keyOf same for values that are one.
 * @param hasChanged whether values that are not one differ in what was told.
 */
export function rangesOf<T>(
  kernels: readonly { readonly kernel: RunKernel; readonly value: T }[],
  keyOf: (value: T) => string,
  names: KernelNames,
  hasChanged: (before: T, after: T) => boolean = () => true,
): KernelRange<T>[] {
  const groups: { kernels: RunKernel[]; value: T }[] = [];
  for (const { kernel, value } of kernels) {
    const last = groups.at(-1);
    if (last && keyOf(last.value) === keyOf(value)) last.kernels.push(kernel);
    else groups.push({ kernels: [kernel], value });
  }
  const all = kernels.map(({ kernel }) => kernel);
  const nameOf = (kernel: RunKernel) => shortName(kernel, all, names);
  return groups.map(({ kernels: own, value }, place) => {
    const before = groups[place - 1];
    const changed = before && hasChanged(before.value, value) ? before.kernels.at(-1) : undefined;
    return {
      kernels: own.map(({ id }) => id),
      name: rangeName(own.map(nameOf), place, groups.length),
      value,
      changed: changeText(changed, own[0] as RunKernel, nameOf),
    };
  });
}

/** `6.12`; the version or the spec where that would name two kernels. */
function shortName(kernel: RunKernel, all: readonly RunKernel[], names: KernelNames): string {
  const generation = generationOf(kernel.version);
  const isOne = all.filter(({ version }) => generationOf(version) === generation).length === 1;
  return generation !== "" && isOne ? generation : kernelPhrase({ ...names, ids: [kernel.id] }, [kernel.id]);
}

function rangeName(names: readonly string[], place: number, count: number): string {
  const [first = "", last = ""] = [names[0], names.at(-1)];
  if (count > 1 && place === 0) return `${last} and earlier`;
  if (count > 1 && place === count - 1) return `${first} and later`;
  return first === last ? first : `${first} to ${last}`;
}

function changeText(
  before: RunKernel | undefined,
  after: RunKernel,
  nameOf: (kernel: RunKernel) => string,
): string | undefined {
  if (before === undefined) return undefined;
  return isNext(before, after) ? `with ${nameOf(after)}` : `between ${nameOf(before)} and ${nameOf(after)}`;
}

/** Whether no version lies between the two: of a series the next patch level, or the series after it from its start. */
export function isNext(before: Pick<RunKernel, "version">, after: Pick<RunKernel, "version">): boolean {
  if (generationOf(before.version) === "" || generationOf(after.version) === "") return false;
  const [[major, minor, patch], [nextMajor, nextMinor, nextPatch]] = [before, after].map(({ version }) =>
    parseKernelVersion(version),
  ) as [ReturnType<typeof parseKernelVersion>, ReturnType<typeof parseKernelVersion>];
  if (major !== nextMajor) return false;
  return minor === nextMinor ? nextPatch === patch + 1 : nextMinor === minor + 1 && nextPatch === 0;
}
