/** The cache: where it is, how large, and whether what a run adds to it fits. */
import { accessSync, constants, existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { cacheDirectory } from "../../base/cache.ts";
import { runCommand } from "../../base/command.ts";
import { type Finding, ok } from "./finding.ts";

/** Bytes: package lists, one kernel of the cloud flavour, its image, and the scratch space of making them. */
const FIRST_KERNEL = 600e6;
/** Bytes: captures and consoles of a few runs. */
const RUNS = 100e6;
const MEND = "make room there, or name another place with MACVLAB_CACHE";

/** @param warm whether a kernel is in the cache already. */
export async function cacheFindings(warm: boolean): Promise<Finding[]> {
  const root = cacheDirectory();
  const [size, space] = await Promise.all([sizeOf(root), statfs(nearest(root))]);
  const free = space.bavail * space.bsize;
  const needed = warm ? RUNS : FIRST_KERNEL;
  return [placeFinding(root, size), spaceFinding(root, free, needed)];
}

function placeFinding(root: string, size: number | undefined): Finding {
  try {
    accessSync(nearest(root), constants.W_OK | constants.X_OK);
    return ok("place", size === undefined ? `${root}, not made yet` : `${root}, ${megabytes(size)}`);
  } catch {
    return { subject: "place", state: "missing", text: `"${root}" cannot be written`, mend: MEND };
  }
}

export function spaceFinding(root: string, free: number, needed: number): Finding {
  const text = `${megabytes(free)} free, ${megabytes(needed)} wanted`;
  if (free >= needed) return ok("disk space", text);
  return { subject: "disk space", state: "missing", text: `${text} at "${root}"`, mend: MEND };
}

function nearest(path: string): string {
  return existsSync(path) ? path : nearest(dirname(path));
}

async function sizeOf(root: string): Promise<number | undefined> {
  if (!existsSync(root)) return undefined;
  const { stdout } = await runCommand(["du", "--summarize", "--block-size=1", root], { deadline: 30_000 });
  return Number.parseInt(stdout, 10);
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1e6)} MB`;
}
