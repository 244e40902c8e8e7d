/** Signs of a kernel that broke off what it did: exceptions, assertions, panics. */

import { END_TRACE, inFunction, named, type Sign } from "./sign.ts";
import { loop } from "./stuck.ts";

const oops = (start: RegExp, title: Sign["title"]): Sign => ({ kind: "oops", start, title, last: END_TRACE });

/** A kernel that comes to the end of its own boot and has nobody to hand over to. */
const NO_USER_SPACE = /VFS: Unable to mount root fs.*|No working init found|No init found|Requested init /;

/** What follows from a report before it, by rule (`panic_on_warn` and its like, `oops=panic`) or by necessity. */
export const CONSEQUENCE =
  /^Kernel panic - not syncing: (?:Fatal exception|scheduling while atomic|.*panic_on_\w+ set|(?:soft|hard)lockup: hung tasks|Hard LOCKUP|hung_task: |RCU Stall|Fatal hardware|Aiee, killing interrupt handler|kernel: panic_on|BUG!)/;
/** This one follows from a report as well, if there was one at all. */
export const KILLED_INIT = /^Kernel panic - not syncing: Attempted to kill (?:init|the idle task)!/;

/** Panics that the lab's own settings make of what the kernel would have survived. */
export const BY_SETTING =
  /Kernel panic - not syncing: (?:Fatal exception(?: \]---)?$|scheduling while atomic|.*panic_on_\w+ set|softlockup: hung tasks|hung_task: |RCU Stall|kernel: panic_on|NMI: Not continuing)/;

const END_PANIC = /^---\[ end Kernel panic/;

export const CRASH_SIGNS: readonly Sign[] = [
  oops(
    /^BUG: unable to handle (?:kernel paging request|page fault for address)/,
    inFunction("BUG: unable to handle kernel paging request"),
  ),
  oops(
    /^BUG: (?:unable to handle )?kernel NULL pointer dereference/,
    inFunction("BUG: unable to handle kernel NULL pointer dereference"),
  ),
  oops(/^BUG: .*stack guard page was hit/, inFunction("BUG: stack guard page was hit", { pick: loop })),
  oops(/^(?:Oops: )?general protection fault(?!.* error:[0-9a-f]+ in )/, inFunction("general protection fault")),
  oops(/^(?:traps: )?PANIC: double fault/, inFunction("PANIC: double fault")),
  oops(/^kernel BUG at lib\/list_debug\.c/, inFunction("BUG: corrupted list", { from: "trace" })),
  oops(/^kernel BUG at mm\/usercopy\.c/, inFunction("BUG: bad usercopy", { from: "trace", skip: /^_*check/ })),
  oops(/^kernel BUG at /, inFunction("kernel BUG", { skip: /^skb_/ })),
  oops(/^(?:Oops: )?divide[_ ]error: /, inFunction("divide error")),
  oops(/^(?:Oops: )?stack segment: /, inFunction("stack segment fault")),
  oops(/^(?:Oops: )?invalid opcode: /, inFunction("invalid opcode")),
  oops(/^(?:Oops: )?int3: /, inFunction("int3")),
  oops(/^Oops: (?!\w{4} \[#)([a-z][\w ,-]*?): /, inFunction("Oops: $1")),
  oops(/^Oops: /, inFunction("Oops")),
  {
    kind: "boot-failed",
    start: new RegExp(`^Kernel panic - not syncing: (${NO_USER_SPACE.source})`),
    title: named("kernel panic: $1"),
    last: END_PANIC,
  },
  {
    kind: "panic",
    start:
      /^Kernel panic - not syncing: (?:(Attempted to kill init!).*|stack-protector: (Kernel stack is corrupted).*|(.*))/,
    title: (match, report) => named("kernel panic: $1$2$3")(match, report),
    last: END_PANIC,
  },
  { kind: "bug", start: /^BUG: Bad rss-counter state/, brief: true, title: named("BUG: Bad rss-counter state") },
  { kind: "bug", start: /^BUG: (\S.*)/, brief: true, title: named("BUG: $1") },
];
