/** The table of faults planted and caught, for the test's output and the README. Pure. */
import type { KernelVersion } from "../../lab/model/kernel-version.ts";
import type { Fault } from "./fault.ts";
import { deviationsOf } from "./foretell.ts";

const KERNEL: KernelVersion = [6, 1, 192];

/**
 * Markdown, a row a fault, and a line of how many.
 * @param ran what was objected to by fault, of those that were run; default: what is known of all.
 */
export function faultTable(faults: readonly Fault[], ran?: ReadonlyMap<string, readonly string[]>): string {
  const missed = (fault: Fault) => (ran ? missedIn(fault, ran) : fault.missed);
  const rows = faults.map((fault) => {
    const kernels = ["6.1", ...(fault.also ?? [])].join(", ");
    const because = missed(fault);
    return `| ${fault.what} | ${kernels} | ${because === undefined ? caughtBy(fault) : `**not caught**: ${because}`} |`;
  });
  const not = faults.filter((fault) => missed(fault) !== undefined).length;
  const planted = faults.reduce((sum, { also = [] }) => sum + 1 + also.length, 0);
  const count = `${faults.length} faults in ${planted} faulty modules: ${faults.length - not} faults caught, ${not} not.`;
  return ["| the faulty driver | kernels | caught by |", "|---|---|---|", ...rows, "", count].join("\n");
}

function missedIn(fault: Fault, ran: ReadonlyMap<string, readonly string[]>): string | undefined {
  const objections = ran.get(fault.name);
  if (objections === undefined) return "not run";
  return objections.length === 0 ? undefined : (fault.missed ?? objections[0]);
}

/** Counts are those on 6.1. */
function caughtBy({ caughtBy: by }: Fault): string {
  if (by.by === "finding") return `finding: ${by.kinds.join(" or ")}`;
  const { cells, checks } = deviationsOf(by, KERNEL);
  const words = [
    cells.includes("may") ? "cells" : cells.length > 0 && `${cells.length} cells`,
    checks.length > 0 && `${checks.length} ${checks.length === 1 ? "check" : "checks"}`,
  ];
  return words.filter(Boolean).join(", ");
}
