/**
 * What a kernel with a fault in it is asked: all of `pairings` where the fault shows in a cell, the families of checks it
 * shows in, or the cells a crash hangs on.
 */
import type { KernelVersion } from "../../lab/model/kernel-version.ts";
import type { Fault } from "./fault.ts";
import { deviationsOf } from "./foretell.ts";

/** For `macvlab run --filter`. */
export function filterFor({ caughtBy }: Fault, version: KernelVersion): string {
  if (caughtBy.by === "finding") return `^pairings \\S+ (${caughtBy.asks.source})`;
  const { cells, checks } = deviationsOf(caughtBy, version);
  const families = [...new Set(checks.map(({ id }) => id.split("-")[0]))];
  return `^(${[
    ...(cells.length > 0 ? ["pairings "] : []),
    ...(families.length > 0 ? [`basics \\S+ (${families.join("|")})-`] : []),
  ].join("|")})`;
}
