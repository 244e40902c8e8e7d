/** The manifest of a run: with what, on what and of what it was made. */
import { execFileSync } from "node:child_process";
import type { Results } from "../model/results.ts";
import type { Target } from "../runner/place.ts";

/** Tools whose version can matter for what was seen. */
const TOOLS: readonly (readonly [string, readonly string[]])[] = [
  ["qemu-system-x86_64", ["--version"]],
  ["node", ["--version"]],
];

export interface HostFacts {
  readonly release: string;
  readonly cpus: readonly string[];
  readonly memory: number;
}

export function manifestOf(results: Results, targets: readonly Target[], host: HostFacts): object {
  return {
    run: results.run.id,
    command: results.run.command,
    version: results.run.version,
    host,
    tools: Object.fromEntries(TOOLS.map(([tool, args]) => [tool, toolVersion(tool, args)])),
    kernels: results.kernels.map(({ id, release, sha256, modules, image }) => {
      const target = targets.find((one) => one.id === id);
      const packages = target?.kind === "guest" ? target.kernel.packages : [];
      return { id, release, sha256, modules, packages, image };
    }),
  };
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
