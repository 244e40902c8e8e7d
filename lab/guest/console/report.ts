/** One report of the kernel as it is being read: which lines are its own, and when it is over. */
import type { ConsoleLine } from "./line.ts";
import type { Sign } from "./sign.ts";

/** Lines of a report that are kept. */
const LINES = 150;
/** A report whose end never comes is over after this many lines. */
const LONGEST = 400;
/** Lines kept of a panic that ends a report. */
const PANIC_LINES = 60;

export interface OpenReport {
  readonly sign: Sign;
  readonly match: RegExpExecArray;
  /** Its lines, those before the line that names it included. */
  readonly lines: string[];
  readonly texts: string[];
  /** Lines of it that were not kept. */
  left: number;
  /** How far it has come: its stack is being told, is told, its end was seen, and the kernel dies of it. */
  stage: "head" | "trace" | "stack" | "ended" | "panic";
  panicLines: number;
  /** It shows the stacks of other processors, who speak for themselves. */
  processors: boolean;
}

export function openReport(sign: Sign, match: RegExpExecArray, prelude: readonly ConsoleLine[]): OpenReport {
  return {
    sign,
    match,
    lines: prelude.map(({ raw }) => raw),
    texts: prelude.map(({ text }) => text),
    left: 0,
    stage: "head",
    panicLines: 0,
    processors: false,
  };
}

const TRACE = /^\s*(?:\w+ )?Call Trace:/;
const FRAME = /^\s*(?:\[<[0-9a-f]+>\]\s+)*(?:\? )?[A-Za-z0-9_.]+\+0x[0-9a-f]+\//;
const REGISTERS = /^(?:[ER]?(?:IP|SP|[ABCD]X|[SD]I|BP)|R\d\d|[CDEFG]S|CR\d|DR\d|PKRU|EFLAGS|ORIG_RAX|Code)\b/;
const WORDS = [
  ...[
    "Modules linked in",
    "CPU:",
    "Hardware name",
    "Workqueue:",
    "Tainted:",
    "Sched_ext:",
    "Sending NMI",
    "NMI backtrace",
  ],
  ...[
    "Kernel Offset",
    "note: ",
    "rcu: ",
    "Call Trace",
    "Disabling lock debugging",
    "Showing ",
    "workqueue ",
    "pool \\d",
    "task:",
  ],
  ...[
    "INFO: lockdep is turned off",
    "ref_tracker: ",
    "comm ",
    "hex dump",
    "backtrace",
    "irq event stamp",
    "\\w+irqs last",
  ],
  ...[
    "=+$",
    "\\d+ locks? held by",
    "Mem-Info",
    "Node \\d",
    "#PF:",
    "PGD",
    "Oops:",
    "---\\[ end ",
    "</?[A-Z]+>",
    "Future hung",
  ],
];
const BELONGS = new RegExp(`^(?:\\s|$|${WORDS.join("|")})`);

/** Whether a line that is no sign of its own is part of the report; one that is over takes only what trails it. */
export function belongs(report: OpenReport, { text }: ConsoleLine): boolean {
  if (report.lines.length + report.left >= LONGEST) return false;
  if (report.stage === "panic") return true;
  if (report.stage === "ended" || report.sign.brief) return BELONGS.test(text) || REGISTERS.test(text);
  if (report.sign.last || report.stage === "head") return true;
  return BELONGS.test(text) || REGISTERS.test(text);
}

/** What the kernel says of one exception under several names. */
const SAME_EXCEPTION = /^(?:Oops: |invalid opcode: |general protection fault|stack guard page: |int3: )/;

/** Whether a line that could begin a report goes on with this one. */
export function continues({ sign, stage, texts }: OpenReport, { text }: ConsoleLine): boolean {
  if (stage === "panic") return true;
  if (sign.last?.test(text)) return true;
  if (sign.kind === "memory-leak" && text.startsWith("unreferenced object"))
    return texts.length === 1 && /^BUG: /.test(texts[0] ?? "");
  return sign.kind === "oops" && stage === "head" && SAME_EXCEPTION.test(text);
}

export function append(report: OpenReport, line: ConsoleLine): void {
  keep(report, line);
  const { text } = line;
  if (text.includes("Sending NMI from CPU")) report.processors = true;
  if (report.stage === "head" && TRACE.test(text)) report.stage = "trace";
  else if (report.stage === "trace" && FRAME.test(text)) report.stage = "stack";
  if (report.stage !== "panic" && report.sign.last?.test(text) && !report.sign.start.test(text)) report.stage = "ended";
}

/** However long the report was, it tells of the panic it ended in. */
function keep(report: OpenReport, { raw, text }: ConsoleLine): void {
  report.texts.push(text);
  const room = report.stage === "panic" ? report.panicLines++ < PANIC_LINES : report.lines.length < LINES;
  if (!room) {
    report.left += 1;
    return;
  }
  if (report.left > 0 && report.stage === "panic" && report.panicLines === 1) {
    report.lines.push(`[${report.left} lines left out]`);
    report.left = 0;
  }
  report.lines.push(raw);
}

export function logOf({ lines, left }: OpenReport): string {
  return [...lines, ...(left > 0 ? [`[${left} lines left out]`] : [])].join("\n").trimEnd();
}
