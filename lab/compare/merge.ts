/** Several runs as one, for what is said about all of their kernels. Pure. */
import { UsageError } from "../base/errors.ts";
import { HEALTH_STATUSES } from "../model/finding.ts";
import { meaningOf, type Run, type RunKernel } from "./run.ts";

export interface SourcedRun {
  /** As typed. */
  readonly name: string;
  readonly run: Run;
}

/**
 * A kernel that several runs asked different things is one kernel, with all of their answers and findings.
 * @throws UsageError when two runs have one question of one kernel, or one id means two versions or binaries: which of the two is
 *   meant, nobody could tell.
 */
export function mergeRuns(sources: readonly SourcedRun[]): Run {
  const kernels = new Map<string, RunKernel>();
  const owners = new Map<string, SourcedRun[]>();
  for (const source of sources)
    for (const kernel of source.run.kernels) {
      const known = kernels.get(kernel.id);
      for (const owner of owners.get(kernel.id) ?? []) refuseAmbiguous(kernel.id, owner, source);
      kernels.set(kernel.id, known === undefined ? kernel : bothOf(known, kernel));
      owners.set(kernel.id, [...(owners.get(kernel.id) ?? []), source]);
    }
  return {
    kernels: [...kernels.values()],
    cells: sources.flatMap(({ run }) => run.cells),
    checks: sources.flatMap(({ run }) => run.checks),
    measurements: sources.flatMap(({ run }) => run.measurements ?? []),
  };
}

function refuseAmbiguous(id: string, { name: before, run: one }: SourcedRun, { name: after, run: other }: SourcedRun) {
  const mend = "name the kernels that are meant: RUN#KERNEL";
  const [old, young] = [one, other].map(({ kernels }) => kernels.find((kernel) => kernel.id === id));
  if (old?.version !== young?.version)
    throw new UsageError(`"${id}" is ${old?.version} in "${before}" and ${young?.version} in "${after}"`, { mend });
  if (old && young && !isSameBinary(old, young))
    throw new UsageError(`"${id}" is another binary in "${before}" than in "${after}"`, { mend });
  const asked = new Set(questionsOf(one, id));
  const twice = questionsOf(other, id).find((question) => asked.has(question));
  if (twice !== undefined || (asked.size === 0 && questionsOf(other, id).length === 0))
    throw new UsageError(`"${id}" is in "${before}" and in "${after}"${twice ? `, both asked "${twice}"` : ""}`, {
      mend,
    });
}

/** Of a baseline nobody can tell. Which modules were loaded depends on what was asked: those of both must be the same. */
function isSameBinary(one: RunKernel, other: RunKernel): boolean {
  const known = (kernel: RunKernel) => new Map(kernel.modules?.map(({ name, sha256 }) => [name, sha256]));
  const modules = known(other);
  const differs = [...known(one)].some(([name, sha256]) => modules.has(name) && modules.get(name) !== sha256);
  return !differs && (one.sha256 === undefined || other.sha256 === undefined || one.sha256 === other.sha256);
}

function questionsOf({ cells, checks, measurements = [] }: Run, kernel: string): string[] {
  const answers = [...cells, ...checks].filter((answer) => answer.kernel === kernel).map(meaningOf);
  const measured = measurements.filter((one) => one.kernel === kernel).map(({ scenario, id }) => `${scenario} ${id}`);
  return [...answers, ...measured];
}

/** The worse health, of which statuses are listed first. */
function bothOf(one: RunKernel, other: RunKernel): RunKernel {
  const both = [one.health, other.health];
  const status = HEALTH_STATUSES.find((word) => both.some((health) => health.status === word)) ?? one.health.status;
  return { ...one, health: { status, findings: both.flatMap(({ findings }) => findings) } };
}
