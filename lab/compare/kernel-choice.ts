/** A run narrowed to one of its kernels, named as people name it. Pure. */
import { UsageError } from "../base/errors.ts";
import { generationOf, type Run, type RunKernel } from "./run.ts";

/**
 * @param name the kernel's spec, its version or its generation (`7.2`).
 * @throws UsageError when it names none of the run's kernels, or several.
 */
export function withKernel<T extends Run>(run: T, name: string, source: string): T {
  const { id } = chooseKernel(run.kernels, name, source);
  const own = <K extends { kernel: string }>(items: readonly K[]) => items.filter(({ kernel }) => kernel === id);
  const kernels = run.kernels.filter((kernel) => kernel.id === id);
  const measured = run.measurements ? { measurements: own(run.measurements) } : {};
  return { ...run, kernels, cells: own(run.cells), checks: own(run.checks), ...measured };
}

function chooseKernel(kernels: readonly RunKernel[], name: string, source: string): RunKernel {
  const ways = [
    ({ id }: RunKernel) => id === name,
    ({ version }: RunKernel) => name !== "" && version === name,
    ({ version }: RunKernel) => name !== "" && generationOf(version) === name,
  ];
  const found = ways.map((isMeant) => kernels.filter(isMeant)).find((all) => all.length > 0) ?? [];
  if (found[0] && found.length === 1) return found[0];
  const known = (found.length > 0 ? found : kernels).map(({ id, version }) => `"${id}" (${version || "no version"})`);
  const what = found.length > 0 ? `${found.length} kernels of "${source}"` : `no kernel of "${source}"`;
  throw new UsageError(`"${name}" names ${what}`, {
    mend: `choose one of ${known.join(", ") || "none: it has no kernel"}`,
  });
}
