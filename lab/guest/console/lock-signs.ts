/** Signs of locks misused: what lockdep says, and what looks for sleeping where nobody may. */
import type { Blame, Report } from "./frames.ts";
import { isGeneric } from "./generic.ts";
import { inFunction, type Sign } from "./sign.ts";
import { plainTitle } from "./title.ts";

const HELD_AT = /\bat: (?:\[<[0-9a-f]+>\] ?)?([A-Za-z0-9_]+)(?:\.[a-z0-9_.]+)?\+0x/;
const TRACE: Blame = { from: "trace" };

/** Titled by who takes the lock, as the report's own words say, not its stack. */
const takenAt =
  (what: string, after: RegExp): Sign["title"] =>
  (match, report) => {
    const from = report.findIndex((text) => after.test(text));
    const name = from < 0 ? undefined : report.slice(from).map(heldAt).find(Boolean);
    const filled = what.replace("$1", match[1] ?? "");
    return name ? `${filled} in ${name}` : filled;
  };

function heldAt(text: string): string | undefined {
  const name = HELD_AT.exec(text)?.[1];
  return name && isGeneric(name) ? undefined : name;
}

const lockdep = (start: RegExp, title: Sign["title"]): Sign => ({ kind: "lockdep", start, title });

function suspiciousRcu(match: RegExpExecArray, report: Report): string {
  return inFunction(`${match[1]}: suspicious RCU usage`, { ...TRACE, skip: /rcu|kmem|slab/ })(match, report);
}

export const LOCK_SIGNS: readonly Sign[] = [
  lockdep(
    /^(?:WARNING|INFO): possible circular locking dependency detected/,
    takenAt("possible deadlock", /trying to acquire lock/),
  ),
  lockdep(
    /^(?:WARNING|INFO): possible recursive locking detected/,
    takenAt("possible deadlock", /trying to acquire lock/),
  ),
  lockdep(
    /^(?:WARNING|INFO): possible irq lock inversion/,
    takenAt("possible deadlock", /just changed the state of lock/),
  ),
  lockdep(
    /^(?:WARNING|INFO): \S+-safe -> \S+-unsafe lock order detected/,
    takenAt("possible deadlock", /trying to acquire/),
  ),
  lockdep(/^(?:WARNING|INFO): inconsistent lock state/, inFunction("inconsistent lock state", TRACE)),
  lockdep(/^(WARNING|INFO): suspicious RCU usage/, suspiciousRcu),
  lockdep(/^(WARNING|BUG): bad unlock balance detected/, inFunction("$1: bad unlock balance", TRACE)),
  lockdep(/^(WARNING|BUG): held lock freed!/, inFunction("$1: held lock freed", TRACE)),
  lockdep(/^(WARNING|BUG): .*still has locks held!/, inFunction("$1: still has locks held", TRACE)),
  lockdep(
    /^(WARNING|BUG): lock held when returning to user space/,
    takenAt("$1: lock held when returning to user space", /at: /),
  ),
  lockdep(/^WARNING: Nested lock was not taken/, inFunction("WARNING: nested lock was not taken", TRACE)),
  lockdep(/^(?:\[ )?BUG: Invalid wait context/, inFunction("WARNING: locking bug", TRACE)),
  lockdep(/^INFO: trying to register non-static key/, inFunction("INFO: trying to register non-static key", TRACE)),
  {
    kind: "bug",
    start: /^BUG: scheduling while atomic/,
    title: inFunction("BUG: scheduling while atomic", { ...TRACE, skip: /schedule|^[mu]sleep|^usleep/ }),
  },
  {
    kind: "bug",
    start: /^BUG: sleeping function called from invalid context/,
    title: inFunction("BUG: sleeping function called from invalid context", TRACE),
  },
  {
    kind: "bug",
    start: /^BUG: using (\w+)\(\) in preemptible/,
    title: inFunction("BUG: using $1() in preemptible code", {
      ...TRACE,
      skip: /preempt|debug_|processor_id|this_cpu/,
    }),
  },
  {
    kind: "bug",
    start: /^BUG: (spinlock|rwlock) ([a-z A-Z]+?) on/,
    title: inFunction("BUG: $1 $2", { ...TRACE, skip: /spin_|_lock|_unlock/ }),
  },
  {
    kind: "bug",
    start: /^BUG: workqueue leaked (?:lock|atomic)/,
    title: (_match, report) => {
      const last = report.map((text) => /last function: (\w+)/.exec(text)?.[1]).find(Boolean);
      return plainTitle(`BUG: workqueue leaked lock or atomic${last ? ` in ${last}` : ""}`);
    },
  },
];
