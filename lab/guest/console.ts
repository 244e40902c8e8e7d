/**
 * What a kernel's console says of its own health: reports told apart, one finding for each, titled as syzbot titles
 * them (docs/decisions/0010-what-a-console-says.md). Lines of the lab's own agent are none.
 */
import { HEALTH_OF, HEALTH_STATUSES } from "../model/finding.ts";
import type { Finding, KernelResult } from "../model/results.ts";
import { BY_SETTING } from "./console/crash-signs.ts";
import { consoleReader } from "./console/reader.ts";

export { consoleReader } from "./console/reader.ts";

/** Findings of a whole console in its order, one per title; a report it breaks off in is one too. */
export function findingsIn(console: string): Finding[] {
  const reader = consoleReader();
  reader.read(`${console}\n`);
  return reader.findings();
}

/** A kernel is as well as the worst of its findings; one that died of a finding panicked, whatever the finding is. */
export function healthOf(findings: readonly Finding[]): KernelResult["health"] {
  const all = new Set(
    findings.flatMap(({ kind, log }) => (diedOf(log) ? [HEALTH_OF[kind], "panic"] : [HEALTH_OF[kind]])),
  );
  return { status: HEALTH_STATUSES.find((one) => all.has(one)) ?? "ok", findings: [...findings] };
}

/** Panics that the lab's settings ask for (`oops=panic`) are not the kernel's. */
function diedOf(log: string): boolean {
  return log.split("\n").some((line) => line.includes("Kernel panic - not syncing: ") && !BY_SETTING.test(line));
}
