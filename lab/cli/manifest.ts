/** The manifest of a run: with what, on what and of what it was made. */
import { execFileSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import { agentHash, type UserSpaceFacts, userSpaceFacts } from "../image/index.ts";
import type { KernelPackage } from "../model/kernel.ts";
import type { KernelResult, Results } from "../model/results.ts";
import type { Target } from "../runner/place.ts";

/** Tools whose version can matter for what was seen. */
const TOOLS: readonly (readonly [string, readonly string[]])[] = [
  ["qemu-system-x86_64", ["--version"]],
  ["node", ["--version"]],
];

/** By name: the first line each says of itself; null where it is not there. */
export function toolVersions(): Record<string, string | null> {
  return Object.fromEntries(TOOLS.map(([tool, args]) => [tool, toolVersion(tool, args)]));
}

export interface Manifest {
  readonly run: string;
  readonly command: readonly string[];
  readonly version: string;
  /** Memory in bytes. */
  readonly host: { readonly release: string; readonly cpus: readonly string[]; readonly memory: number };
  readonly tools: Readonly<Record<string, string | null>>;
  /** What sends and records, wherever it runs. */
  readonly agent: { readonly sha256: string };
  /** What guests of every kernel share; absent where none was booted. */
  readonly userSpace?: UserSpaceFacts;
  readonly kernels: readonly ManifestKernel[];
}

interface ManifestKernel extends Pick<KernelResult, "id" | "release" | "sha256" | "modules" | "image"> {
  readonly packages: readonly KernelPackage[];
}

export async function manifestOf({ run, kernels }: Results, targets: readonly Target[]): Promise<Manifest> {
  const booted = kernels.some(({ image }) => image);
  return {
    run: run.id,
    command: run.command,
    version: run.version,
    host: { release: release(), cpus: cpus().map(({ model }) => model), memory: totalmem() },
    tools: run.tools ?? toolVersions(),
    agent: { sha256: await agentHash() },
    ...(booted ? { userSpace: await userSpaceFacts() } : {}),
    kernels: kernels.map((kernel) => manifestKernel(kernel, targets)),
  };
}

function manifestKernel(kernel: KernelResult, targets: readonly Target[]): ManifestKernel {
  const { id, release, sha256, modules, image } = kernel;
  const target = targets.find((one) => one.id === id);
  const packages = target?.kind === "guest" ? target.kernel.packages : [];
  return { id, release, sha256, modules, packages, ...(image ? { image } : {}) };
}

function toolVersion(tool: string, args: readonly string[]): string | null {
  try {
    return (
      execFileSync(tool, [...args], { timeout: 5_000, stdio: ["ignore", "pipe", "ignore"] })
        .toString()
        .split("\n")[0] ?? null
    );
  } catch {
    return null;
  }
}
