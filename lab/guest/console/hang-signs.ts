/** Signs of a kernel, or a part of it, that does not get on. */
import type { Blame, Report } from "./frames.ts";
import { inFunction, named, type Sign } from "./sign.ts";
import { loop, wait } from "./stuck.ts";

const LOOP: Blame = { from: "interrupted", pick: loop };
export const NMI_PANIC = /^Kernel panic - not syncing: NMI: Not continuing/;

/** The first of a task's complaints stands for all of them. */
const ofTask = (match: RegExpExecArray) => match[1] ?? "";

/** A processor that took nothing but the NMI: the interrupt flag of the registers it was in is clear. */
function deaf(report: Report): boolean {
  const flags = report.map((text) => /^RSP: 00(?!2b|33)\w+:\w+ EFLAGS: (\w+)/.exec(text)?.[1]).find(Boolean);
  return flags !== undefined && (Number.parseInt(flags, 16) & INTERRUPT_FLAG) === 0;
}

const INTERRUPT_FLAG = 0x200;

export const HANG_SIGNS: readonly Sign[] = [
  {
    kind: "soft-lockup",
    start: /^(?:watchdog: |NMI watchdog: )?BUG: soft lockup - CPU#\d+ stuck for \d+s! \[(.*)\]/,
    title: inFunction("BUG: soft lockup", LOOP),
    key: ofTask,
  },
  {
    kind: "hard-lockup",
    start: /^(?:NMI )?watchdog: (?:CPU\d+: )?(?:Watchdog|BUG).*(?:hard LOCKUP)/,
    title: inFunction("BUG: hard lockup", LOOP),
  },
  {
    kind: "rcu-stall",
    start: /^(?:rcu: )?INFO: rcu\w* (?:self-)?detected (?:expedited )?stalls?/,
    title: inFunction("INFO: rcu detected stall", { ...LOOP, skip: /^_*rcu_/ }),
  },
  {
    kind: "hung-task",
    start: /^INFO: task (.{1,40}?) blocked (?:in I\/O wait )?for more than \d+ seconds/,
    title: inFunction("INFO: task hung", { from: "trace", pick: wait }),
    key: ofTask,
  },
  {
    kind: "hung-task",
    start: /^INFO: task (.{1,40}?) can't die for more than \d+ seconds/,
    title: inFunction("INFO: task can't die", { from: "trace", skip: /schedule/ }),
    key: ofTask,
  },
  {
    // The lab's own question to a guest that says nothing any more: inject-nmi, with unknown_nmi_panic set.
    kind: "hang",
    kindOf: (report) => (deaf(report) ? "hard-lockup" : "hang"),
    start: NMI_PANIC,
    title: (match, report) => inFunction(deaf(report) ? "BUG: hard lockup" : "hang", LOOP)(match, report),
  },
  { kind: "workqueue-stall", start: /^BUG: workqueue lockup/, brief: true, title: named("BUG: workqueue lockup") },
];
