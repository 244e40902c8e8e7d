/** A guest for `exec` and `shell`: its kernel found, what was asked for in it, and an eye on its kernel. */
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { SCENARIOS } from "../../../scenarios/index.ts";
import { EnvironmentError, KernelError, UsageError } from "../../base/errors.ts";
import type { Executor, GuestExecutor } from "../../base/executor.ts";
import { namelessFile } from "../../base/nameless-file.ts";
import type { Scope } from "../../base/scope.ts";
import { openBench } from "../../guest/bench.ts";
import { findingsIn } from "../../guest/console.ts";
import { mountedDirectories, startDirectory } from "../../guest/mounted-directory.ts";
import { watch } from "../../guest/watch.ts";
import { defaultKernelSpec, resolveKernel } from "../../kernels/index.ts";
import { type Conversation, cellsOf, conversationsOf } from "../../model/cell.ts";
import type { Finding } from "../../model/results.ts";
import { denseArrangement } from "../../topology/arrangement.ts";
import { buildTopologies } from "../../topology/build.ts";
import { buildNeighbourhood, hasVlans } from "../../topology/neighbourhood.ts";
import { neighbourhoodOf } from "../../topology/residents.ts";
import { whole } from "../../topology/stage.ts";

export interface HandFlags {
  readonly kernel?: string;
  readonly module: readonly string[];
  readonly mount: readonly string[];
  /** Name of a scenario. */
  readonly topology?: string;
  /** MiB. */
  readonly memory: number;
  /** File to keep the console in. */
  readonly console?: string;
}

export interface HandGuest {
  readonly executor: GuestExecutor;
  readonly release: string;
  readonly bootSeconds: number;
  /** Directory a command starts in. */
  readonly directory: string;
  /** What the kernel complained of so far. */
  readonly findings: () => readonly Finding[];
  /** Rejects with a KernelError when the guest hangs. */
  readonly lost: Promise<never>;
}

/**
 * Ends with `scope`.
 * @throws UsageError for what does not exist, KernelError for a kernel that does not come up, EnvironmentError for what
 * the machine lacks.
 */
export async function openHandGuest(flags: HandFlags, scope: Scope, note: (line: string) => void): Promise<HandGuest> {
  const directories = mountedDirectories(flags.mount);
  const build = flags.topology === undefined ? undefined : builderOf(flags.topology);
  const console = consoleFile(flags.console, scope);
  const spec = flags.kernel ?? (await defaultKernelSpec());
  const kernel = await resolveKernel(spec, { note, modules: flags.module });
  const findings = () => findingsIn(readFileSync(console, "utf8"));
  try {
    const guest = await openBench({ kernel, directories, memory: flags.memory, console, note }, scope);
    const { executor, bootSeconds } = guest;
    const watching = watch(guest, { patient: true });
    scope.defer("the watch", () => watching[Symbol.dispose]());
    const { lost } = watching;
    if (build) await Promise.race([build(executor), lost]);
    const directory = startDirectory(directories, process.cwd());
    return { executor, release: guest.greeting.release, bootSeconds, directory, findings, lost };
  } catch (error) {
    throw kernelFault(error, findings()) ?? error;
  }
}

/** An error as the kernel's own words explain it; undefined when they do not. */
export function kernelFault(error: unknown, findings: readonly Finding[]): KernelError | undefined {
  const [first] = findings;
  if (first && (error instanceof KernelError || error instanceof EnvironmentError))
    return new KernelError(first.title, { detail: first.log, mend: KEEP_CONSOLE, cause: error });
  if (!(error instanceof KernelError)) return undefined;
  const { message, detail, cause } = error;
  return new KernelError(message, { mend: KEEP_CONSOLE, cause, ...(detail === undefined ? {} : { detail }) });
}

const KEEP_CONSOLE = "the whole console: again with --console FILE";

/** Builds a scenario's devices, which stay for as long as the guest. */
function builderOf(name: string): (executor: Executor) => Promise<unknown> {
  const scenario = SCENARIOS.find((one) => one.name === name);
  const { cells: axes, conversations } = scenario?.privileged ? {} : (scenario ?? {});
  if (axes) return (executor) => buildTopologies(whole(executor), denseArrangement(cellsOf(axes)).topologies);
  if (conversations) return (executor) => buildForTalks(executor, conversationsOf(conversations));
  const known = SCENARIOS.filter((one) => !one.privileged && (one.cells ?? one.conversations)).map(
    (one) => `"${one.name}"`,
  );
  const what = scenario ? "has no topology a guest could have" : "is not a scenario";
  throw new UsageError(`"${name}" ${what}`, { mend: `scenarios with a topology: ${known.join(", ")}` });
}

/** Everybody with a stack in a namespace of their own. */
async function buildForTalks(executor: Executor, cells: readonly Conversation[]): Promise<unknown> {
  const tagged = await hasVlans(executor);
  const held = cells.filter(({ traffic }) => tagged || traffic !== "vlan");
  return buildNeighbourhood(whole(executor), neighbourhoodOf(held, true), held);
}

/** Without a name it is gone with this process, whatever ends that. */
function consoleFile(kept: string | undefined, scope: Scope): string {
  if (kept === undefined) {
    const file = namelessFile();
    scope.defer("the console", () => file[Symbol.dispose]());
    return file.path;
  }
  try {
    closeSync(openSync(kept, "w"));
    if (!statSync(kept).isFile()) throw new Error("not a file");
    return kept;
  } catch (error) {
    throw new UsageError(`console "${kept}" cannot be written: ${(error as Error).message}`);
  }
}
