/** What a kernel's console says of its own health. */
import type { Finding, KernelResult } from "../model/results.ts";

type Status = KernelResult["health"]["status"];

interface Sign {
  readonly kind: string;
  readonly status: Status;
  readonly pattern: RegExp;
}

/** In the order of gravity: the first that matches a line names it. */
const SIGNS: readonly Sign[] = [
  { kind: "panic", status: "panic", pattern: /Kernel panic - not syncing: .*/ },
  {
    kind: "oops",
    status: "oops",
    pattern: /(BUG: unable to handle .*|Oops: .*|general protection fault.*|kernel BUG at .*)/,
  },
  {
    kind: "hang",
    status: "hang",
    pattern: /(watchdog: BUG: .*|rcu: INFO: .* stall.*|INFO: task .* blocked for more than .*)/,
  },
  { kind: "leak", status: "leak", pattern: /unregister_netdevice: waiting for .*/ },
  { kind: "bug", status: "oops", pattern: /BUG: .*/ },
  { kind: "warning", status: "warned", pattern: /WARNING: .*/ },
];

const CONTEXT_LINES = 30;
const GRAVITY: readonly Status[] = ["boot-failed", "panic", "oops", "hang", "leak", "warned", "ok"];

/** Findings in the order of the console, one per title. */
export function findingsIn(console: string): (Finding & { status: Status })[] {
  const lines = console.split(/\r?\n/);
  const found = new Map<string, Finding & { status: Status }>();
  lines.forEach((line, at) => {
    for (const { kind, status, pattern } of SIGNS) {
      const title = pattern.exec(line)?.[0];
      if (title === undefined) continue;
      const log = lines.slice(at, at + CONTEXT_LINES).join("\n");
      if (!found.has(title)) found.set(title, { kind, status, title, log });
      return;
    }
  });
  return [...found.values()];
}

export function healthOf(findings: readonly (Finding & { status: Status })[]): KernelResult["health"] {
  const status = GRAVITY.find((one) => findings.some((finding) => finding.status === one)) ?? "ok";
  return { status, findings: findings.map(({ kind, title, log }) => ({ kind, title, log })) };
}
