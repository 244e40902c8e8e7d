/** All signs, in the order they are tried: the first that matches a line names the report. */
import { CRASH_SIGNS } from "./crash-signs.ts";
import { HANG_SIGNS } from "./hang-signs.ts";
import { LOCK_SIGNS } from "./lock-signs.ts";
import { MEMORY_SIGNS } from "./memory-signs.ts";
import { END_TRACE, inFunction, named, type Sign } from "./sign.ts";

/** `WARNING: FILE:LINE at FUNCTION, CPU#0` since 6.19, `WARNING: CPU: 0 PID: 1 at FILE:LINE FUNCTION` before. */
const warningAt = (file: string) =>
  new RegExp(`^WARNING: (?:CPU: \\d+ PID: \\d+ at |\\[.*\\] )?${file}:\\d+(?: at)?(?: |$)`);
const WARNED = { kind: "warning", last: END_TRACE } as const;

const WARNING_SIGNS: readonly Sign[] = [
  {
    ...WARNED,
    kind: "refcount",
    start: warningAt("lib/refcount\\.c"),
    title: inFunction("WARNING: refcount bug", { skip: /^_*(?:refcount|kobject)_/ }),
  },
  {
    ...WARNED,
    kind: "lockdep",
    start: warningAt("kernel/locking/lockdep\\.c"),
    title: inFunction("WARNING: locking bug", { skip: /lock_sock|release_sock/ }),
  },
  {
    ...WARNED,
    start: warningAt("lib/debugobjects\\.c"),
    title: inFunction("WARNING: ODEBUG bug", { skip: /^_*(?:debug_|rcu|hrtimer_|timer_|work_|percpu_|free_)/ }),
  },
  {
    ...WARNED,
    start: warningAt("lib/kobject\\.c"),
    title: inFunction("WARNING: kobject bug", { skip: /^_*kobject_/ }),
  },
  {
    ...WARNED,
    start: warningAt("fs/proc/generic\\.c"),
    title: inFunction("WARNING: proc registration bug", { skip: /^_*proc_/ }),
  },
  { ...WARNED, start: warningAt("[\\w/.-]+\\.[chS]"), title: inFunction("WARNING") },
];

const REST: readonly Sign[] = [
  {
    kind: "ubsan",
    start: /^UBSAN: (?:Undefined behaviour|([\w-]+)) in /,
    last: /^---\[ end trace |^={30,}$/,
    title: (match, report) =>
      inFunction(`UBSAN: ${match[1] ?? "undefined-behaviour"}`, { from: "trace", skip: /ubsan|overflow/ })(
        match,
        report,
      ),
  },
  {
    kind: "device-reference",
    start: /^unregister_netdevice: waiting for (\S+) to become free/,
    brief: true,
    title: named("unregister_netdevice: waiting for DEV to become free"),
  },
];

export const SIGNS: readonly Sign[] = [
  ...MEMORY_SIGNS,
  ...HANG_SIGNS,
  ...LOCK_SIGNS,
  ...WARNING_SIGNS,
  ...REST,
  ...CRASH_SIGNS,
];

/** All that begins a report has one of these words; most lines of a console have none. */
export const SPEAKS_OF_TROUBLE =
  /BUG|WARNING: |INFO: |Oops: |panic|PANIC|UBSAN: |unregister_netdevice|oom-killer|Out of memory|kmemleak: |unreferenced object|LOCKUP|divide|fault|stack segment|invalid opcode|int3: |allocation failure/;

/** A line that announces a report: the next lines say what of. */
export const ANNOUNCEMENT = /^-+\[ cut here \]-+$/;

/** What only an announcement makes credible: the words alone stand in ordinary lines as well. */
export const ANNOUNCED: readonly Sign[] = [
  { kind: "warning", start: /^WARNING: (.+)/, title: named("WARNING: $1"), last: END_TRACE },
];
