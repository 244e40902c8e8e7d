/** What is to be found in consoles of kernels that were really booted: kind, title, and how often. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { consoleReader, findingsIn, healthOf } from "../../lab/guest/console.ts";
import type { FindingKind, HealthStatus } from "../../lab/model/finding.ts";

const DIRECTORY = join(import.meta.dirname, "console-logs");

type Expected = readonly [kernels: string, status: HealthStatus, ...findings: (readonly [FindingKind, string])[]];

const NULL = ["oops", "BUG: unable to handle kernel NULL pointer dereference in provoke_null"] as const;
const WAITING = ["device-reference", "unregister_netdevice: waiting for DEV to become free"] as const;

/** By what was done, as the files are named: the kernels it was done to, and what became of it. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  sound: ["5.10 6.1 6.12 7.2 7.3", "ok"],
  "boot-failed": [
    "6.1 6.12 7.2",
    "boot-failed",
    ["boot-failed", "kernel panic: VFS: Unable to mount root fs on unknown-block(NUM,NUM)"],
  ],
  panic: ["6.1", "panic", ["panic", "kernel panic: provoked"]],
  "panic-sysrq": ["6.1", "panic", ["panic", "kernel panic: sysrq triggered crash"]],
  "null-pointer": ["5.10 6.1 6.12 7.2", "oops", NULL],
  "oops-in-interrupt": ["6.1 6.12 7.2", "panic", NULL],
  "paging-request": ["6.12", "oops", ["oops", "BUG: unable to handle kernel paging request in provoke_page"]],
  "general-protection": ["6.1 6.12 7.2", "oops", ["oops", "general protection fault in provoke_gpf"]],
  "divide-error": ["6.12", "oops", ["oops", "divide error in provoke_divide"]],
  "kernel-bug": ["6.1 6.12 7.2", "oops", ["oops", "kernel BUG in provoke_bug"]],
  "corrupted-list": ["6.1 7.2", "oops", ["oops", "BUG: corrupted list in provoke_list"]],
  "stack-overflow": ["6.12", "panic", ["oops", "BUG: stack guard page was hit in provoke_init"]],
  "scheduling-while-atomic": [
    "7.2",
    "oops",
    ["bug", "BUG: scheduling while atomic in provoke_atomic"],
    ["warning", "WARNING in do_one_initcall"],
  ],
  warning: ["5.10 6.1 6.12 7.2", "warned", ["warning", "WARNING in provoke_warn"]],
  "warning-text": ["6.1 6.12 7.2", "warned", ["warning", "WARNING in provoke_warn_text"]],
  refcount: ["5.10 6.1 6.12 7.2", "warned", ["refcount", "WARNING: refcount bug in provoke_refcount"]],
  ubsan: ["7.2", "warned", ["ubsan", "UBSAN: array-index-out-of-bounds in provoke_bounds"]],
  "hung-task": ["5.10 6.1 6.12 7.2", "hang", ["hung-task", "INFO: task hung in provoke_init"]],
  "soft-lockup": ["5.10 6.1 6.12 7.2", "hang", ["soft-lockup", "BUG: soft lockup in provoke_init"]],
  "rcu-stall": ["6.1 6.12 7.2", "hang", ["rcu-stall", "INFO: rcu detected stall in provoke_init"]],
  "hard-lockup": ["6.1 6.12 7.2", "hang", ["hard-lockup", "BUG: hard lockup in provoke_init"]],
  "device-reference": ["5.10 6.1 6.12 7.2", "leak", WAITING],
  "out-of-memory": [
    "6.1 6.12 7.2",
    "oops",
    ["out-of-memory", "Out of memory: Killed process (insmod)"],
    ["warning", "page allocation failure in provoke_oom"],
  ],
  kasan: [
    "6.1-debug",
    "oops",
    ["kasan", "KASAN: use-after-free Write in provoke_uaf_write"],
    ["kasan", "KASAN: slab-out-of-bounds Write in provoke_oob"],
    ["kasan", "KASAN: invalid-free in provoke_init"],
  ],
  "kasan-null-pointer": ["6.1-debug", "oops", ["kasan", "KASAN: null-ptr-deref Write in provoke_null"], NULL],
  kcsan: ["6.1-csan", "warned", ["kcsan", "KCSAN: data-race in provoke_racer / provoke_racer"]],
  kmemleak: ["6.1-debug", "leak", ["memory-leak", "memory leak"], ["memory-leak", "memory leak in provoke_kleak"]],
  lockdep: ["6.1-debug", "warned", ["lockdep", "possible deadlock in provoke_abba"]],
  "lockdep-softirq": ["6.1-debug", "warned", ["lockdep", "inconsistent lock state in provoke_bh_fn"]],
  "lockdep-rules": [
    "6.1-debug",
    "oops",
    ["lockdep", "WARNING: suspicious RCU usage in provoke_init"],
    ["bug", "BUG: sleeping function called from invalid context in provoke_sleep_atomic"],
    ["lockdep", "WARNING: locking bug in provoke_sleep_atomic"],
  ],
  "workqueue-stall": ["6.1-debug", "hang", ["workqueue-stall", "BUG: workqueue lockup"]],
};

const CASES = Object.entries(EXPECTED).flatMap(([name, [kernels, status, ...findings]]) =>
  kernels.split(" ").map((kernel) => [`${name}-${kernel}`, status, findings] as const),
);

function logOf(name: string): string {
  return readFileSync(join(DIRECTORY, `${name}.log`), "utf8");
}

/** Without the line that says how it was made. */
function consoleOf(name: string): string {
  return logOf(name).replace(/^# .*\n/, "");
}

describe("a console that was recorded", () => {
  test.each(CASES)("%s", (name, status, expected) => {
    const findings = findingsIn(consoleOf(name));
    expect(findings.map(({ kind, title }) => [kind, title])).toEqual(expected);
    expect(healthOf(findings).status).toBe(status);
  });

  test.each(CASES)("%s, whoever speaks, without times, with terminal line ends", (name, _status, expected) => {
    const titles = expected.map(([, title]) => title);
    const bare = consoleOf(name).replace(/^\[ *\d+\.\d+\] /gm, "");
    const spoken = consoleOf(name).replace(/^(\[ *\d+\.\d+\]) /gm, "$1[   T93] ");
    for (const text of [bare, spoken, spoken.replaceAll("\n", "\r\n")])
      expect(findingsIn(text).map(({ title }) => title)).toEqual(titles);
  });

  test.each(CASES)("%s, read as it came", (name, _status, expected) => {
    const reader = consoleReader();
    const lines = consoleOf(name).split("\n");
    const told = [...lines.flatMap((line) => reader.read(`${line}\n`)), ...reader.quiet()];
    expect(told.map(({ title }) => title)).toEqual(expected.map(([, title]) => title));
  });

  test("says how it was made, and nothing of the machine that made it", () => {
    const names = readdirSync(DIRECTORY).filter((name) => name.endsWith(".log"));
    expect(names.map((name) => name.replace(/\.log$/, "")).sort()).toEqual(CASES.map(([name]) => name).sort());
    for (const [name] of CASES) {
      expect(logOf(name)).toMatch(/^# Debian.*: \S.*\n/);
      expect(logOf(name)).not.toMatch(/\/(?:home|root|tmp|work)\//);
    }
  });
});
