/** Signs of a kernel, or a part of it, that does not get on. */
import { type Blame, loop, wait } from "./frames.ts";
import { inFunction, named, type Sign } from "./sign.ts";

const LOOP: Blame = { from: "interrupted", pick: loop };
/** The first of a task's complaints stands for all of them. */
const ofTask = (match: RegExpExecArray) => match[1] ?? "";

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
    title: inFunction("INFO: rcu detected stall", { ...LOOP, skip: /rcu/ }),
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
  { kind: "workqueue-stall", start: /^BUG: workqueue lockup/, brief: true, title: named("BUG: workqueue lockup") },
];
