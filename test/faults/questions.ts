/**
 * What a kernel with a fault in it is asked: the scenarios the fault shows in, whole but for the pings, or the cells a
 * crash hangs on.
 */
import type { KernelVersion } from "../../lab/model/kernel-version.ts";
import type { Fault } from "./fault.ts";
import { deviationsOf } from "./foretell.ts";

const CHECKS = "basics \\S+ (?!ping-)";

/** For `macvlab run --filter`. */
export function filterFor({ caughtBy }: Fault, version: KernelVersion): string {
  if (caughtBy.by === "finding") return `^pairings \\S+ (${caughtBy.asks.source})`;
  const { cells, checks } = deviationsOf(caughtBy, version);
  const scenarios = [...(cells.length > 0 ? ["pairings "] : []), ...(checks.length > 0 ? [CHECKS] : [])];
  return `^(${scenarios.join("|")})`;
}
