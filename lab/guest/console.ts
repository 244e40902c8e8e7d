/** What a kernel's console says of its own health. */
import { type FindingKind, HEALTH_OF, HEALTH_STATUSES } from "../model/finding.ts";
import type { Finding, KernelResult } from "../model/results.ts";

interface Sign {
  readonly kind: FindingKind;
  readonly pattern: RegExp;
}

/** In the order of gravity: the first that matches a line names it. */
const SIGNS: readonly Sign[] = [
  { kind: "panic", pattern: /Kernel panic - not syncing: .*/ },
  {
    kind: "oops",

    pattern: /(BUG: unable to handle .*|Oops: .*|general protection fault.*|kernel BUG at .*)/,
  },
  {
    kind: "soft-lockup",

    pattern: /(watchdog: BUG: .*|rcu: INFO: .* stall.*|INFO: task .* blocked for more than .*)/,
  },
  { kind: "device-reference", pattern: /unregister_netdevice: waiting for .*/ },
  { kind: "bug", pattern: /BUG: .*/ },
  { kind: "warning", pattern: /WARNING: .*/ },
];

const CONTEXT_LINES = 30;

/** Findings in the order of the console, one per title. */
export function findingsIn(console: string): Finding[] {
  const lines = console.split(/\r?\n/);
  const found = new Map<string, Finding>();
  lines.forEach((line, at) => {
    for (const { kind, pattern } of SIGNS) {
      const title = pattern.exec(line)?.[0];
      if (title === undefined) continue;
      const log = lines.slice(at, at + CONTEXT_LINES).join("\n");
      if (!found.has(title)) found.set(title, { kind, title, log });
      return;
    }
  });
  return [...found.values()];
}

export function healthOf(findings: readonly Finding[]): KernelResult["health"] {
  const status = HEALTH_STATUSES.find((one) => findings.some(({ kind }) => HEALTH_OF[kind] === one)) ?? "ok";
  return { status, findings: [...findings] };
}
