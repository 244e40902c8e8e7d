/** The table of faults planted and caught, for the test's output and the README. Pure. */
import type { KernelVersion } from "../../lab/model/kernel-version.ts";
import type { Fault } from "./fault.ts";
import { deviationsOf } from "./foretell.ts";

const KERNEL: KernelVersion = [6, 1, 192];

/** Markdown, a row a fault, and a line of how many. */
export function faultTable(faults: readonly Fault[]): string {
  const rows = faults.map(
    (fault) => `| ${fault.what} | ${["6.1", ...(fault.also ?? [])].join(", ")} | ${caughtBy(fault)} |`,
  );
  const missed = faults.filter((fault) => fault.missed !== undefined).length;
  const planted = faults.reduce((sum, { also = [] }) => sum + 1 + also.length, 0);
  const count = `${faults.length} faults, ${planted} faulty modules: ${faults.length - missed} caught, ${missed} not.`;
  return ["| the faulty driver | kernels | caught by |", "|---|---|---|", ...rows, "", count].join("\n");
}

/** Counts are those on 6.1. */
function caughtBy({ caughtBy: by, missed }: Fault): string {
  if (missed !== undefined) return `**not caught**: ${missed}`;
  if (by.by === "finding") return `finding: ${by.kinds.join(" or ")}`;
  const { cells, checks } = deviationsOf(by, KERNEL);
  const words = [
    cells.includes("may") ? "cells" : cells.length > 0 && `${cells.length} cells`,
    checks.length > 0 && `${checks.length} ${checks.length === 1 ? "check" : "checks"}`,
  ];
  return words.filter(Boolean).join(", ");
}
