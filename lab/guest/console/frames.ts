/** Whose fault a report is: the function syzbot would put into its title, found on the report's stack. */

import { isGeneric } from "./generic.ts";

/** Texts of a report's lines, as `ConsoleLine` has them. */
export type Report = readonly string[];

export interface Blame {
  /** Functions that are not to blame in this kind of report, beside those that never are. */
  readonly skip?: RegExp;
  /** How the guilty one is picked of the frames that are left; default: the innermost. */
  readonly pick?: (frames: readonly string[]) => string | undefined;
  /** Where the frames come from: the interrupted instruction first, or call traces alone. Default: instruction. */
  readonly from?: "instruction" | "trace" | "interrupted";
}

/** Stops at what the compiler appends: `.isra.0`, `.constprop.0`, `.cold`, `.part.0`. */
const FUNCTION = "([A-Za-z0-9_]+)(?:\\.[a-z0-9_.]+)?\\+0x[0-9a-f]+\\/0x[0-9a-f]+";
const FRAME = new RegExp(`^\\s*(?:\\[<[0-9a-f]+>\\]\\s+)*${FUNCTION}`);
/** What was being executed; a warning without registers names it in its own line. */
const INSTRUCTION = new RegExp(
  `(?:^WARNING: .*?|(?:^|\\s)(?:RIP|EIP|IP): )(?:(?!0033)[0-9a-f]+:)?(?:\\[<[0-9a-f]+>\\]\\s+)*${FUNCTION}`,
);
const TRACE = /^\s*(?:\w+ )?Call Trace:|^\s+backtrace(?: \(crc \w+\))?:/i;
/** The entry of the interrupt that noticed: what it interrupted comes next. */
const INTERRUPT = /apic_timer_interrupt|asm_sysvec_|asm_common_interrupt|ret_from_intr|end_repeat_nmi|asm_exc_nmi/;
/** What comes after it in a report are other stacks: whoever allocated or freed, held locks, another processor. */
const OTHER_STACK = /^(?:Allocated|Freed|Last potentially|Second to last|The buggy address|Showing all locks)/;

/** What every architecture and calling convention puts before the name of a system call. */
const CALL_PREFIX = /^(?:__(?:x64|ia32|arm64)_|__(?:se|do)_sys_|_{2,4}sys_|k?sys_|S[yY]S?[SC]_)/;

/** The function to blame; undefined when the report does not tell. */
export function guilty(report: Report, blame: Blame = {}): string | undefined {
  const frames = framesOf(report, blame.from ?? "instruction").filter(
    (name) => !isGeneric(name) && !blame.skip?.test(name),
  );
  const stripped = frames.map((name) => name.replace(CALL_PREFIX, ""));
  return blame.pick ? blame.pick(stripped) : stripped[0];
}

/** Names on the report's first stack, or on that of what an interrupt found running, innermost first. */
function framesOf(report: Report, from: Blame["from"]): string[] {
  const entry = from === "interrupted" ? report.findIndex((text) => FRAME.test(text) && INTERRUPT.test(text)) : -1;
  if (entry >= 0) return stack(report.slice(entry + 1));
  const registers = from === "interrupted" ? report.findIndex((text) => INSTRUCTION.test(text)) : -1;
  return innermost(registers < 0 ? report : report.slice(registers), from !== "trace");
}

/** The instruction executed and the first stack. */
function innermost(report: Report, withInstruction: boolean): string[] {
  const trace = report.findIndex((text) => TRACE.test(text));
  const head = trace < 0 ? report : report.slice(0, trace);
  const instruction = withInstruction ? head.flatMap((text) => INSTRUCTION.exec(text)?.[1] ?? []).slice(0, 1) : [];
  return [...instruction, ...(trace < 0 ? [] : stack(report.slice(trace + 1)))];
}

/** Frames up to the next stack; uncertain ones, marked with `?`, are none. */
function stack(lines: Report): string[] {
  const end = lines.findIndex((text) => TRACE.test(text) || OTHER_STACK.test(text));
  return (end < 0 ? lines : lines.slice(0, end)).flatMap(
    (text) => (INSTRUCTION.exec(text) ?? FRAME.exec(text))?.[1] ?? [],
  );
}
