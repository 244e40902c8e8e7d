/** Several runs as one, for what is said about all of their kernels. Pure. */
import { UsageError } from "../base/errors.ts";
import type { Run } from "./run.ts";

export interface SourcedRun {
  /** As typed. */
  readonly name: string;
  readonly run: Run;
}

/** @throws UsageError when two of them have a kernel of one id: which of the two is meant, nobody could tell. */
export function mergeRuns(sources: readonly SourcedRun[]): Run {
  const owners = new Map<string, string>();
  for (const { name, run } of sources)
    for (const { id } of run.kernels) {
      const owner = owners.get(id);
      if (owner !== undefined)
        throw new UsageError(`"${id}" is in "${owner}" and in "${name}"`, {
          mend: "name the kernels that are meant: RUN#KERNEL",
        });
      owners.set(id, name);
    }
  return {
    kernels: sources.flatMap(({ run }) => run.kernels),
    cells: sources.flatMap(({ run }) => run.cells),
    checks: sources.flatMap(({ run }) => run.checks),
    measurements: sources.flatMap(({ run }) => run.measurements ?? []),
  };
}
