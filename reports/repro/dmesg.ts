/** What a draft quotes of the kernel's log, and what the log says of taint. Pure. */

/** Lines that are quoted. */
const QUOTED = 60;
/** What a kernel says of ports and devices that come and go: the topology's, not the kernel's matter. */
const COMING_AND_GOING = /entered \w+ (?:state|mode)$|left \w+ mode$/;

/** Flags of Documentation/admin-guide/tainted-kernels.rst that a module is told of when it sets them. */
const TAINTS: readonly (readonly [RegExp, string])[] = [
  [/module license .* taints kernel/i, "P (proprietary module)"],
  [/loading out-of-tree module taints kernel/i, "O (out-of-tree module)"],
  [/module verification failed: .*tainting kernel/i, "E (unsigned module)"],
];

/** The last lines of a console that are about more than ports coming and going. */
export function dmesgLines(log: string): string[] {
  const lines = log.split(/\r?\n/).filter((line) => line.trim() !== "" && !COMING_AND_GOING.test(line));
  return lines.slice(-QUOTED);
}

/**
 * @param logs of the kernel, the run's findings first.
 * @param whole whether the last of them is all the kernel said, so that its silence tells.
 * @param replaced names of modules that took the place of the kernel's own.
 */
export function taintOf(logs: readonly string[], whole: boolean, replaced: readonly string[]): string {
  const own = replaced.length > 0 ? `; modules not of this kernel were loaded: ${replaced.join(", ")}` : "";
  const text = logs.join("\n");
  const [said] = /Not tainted|Tainted: [A-Z ]+[A-Z]/.exec(text) ?? [];
  if (said) return `${said}${own}`;
  const flags = TAINTS.filter(([pattern]) => pattern.test(text)).map(([, flag]) => flag);
  if (flags.length > 0) return `${flags.join(", ")}${own}`;
  return `${whole ? "nothing in the kernel's log says it is tainted" : "not recorded for this cell"}${own}`;
}
