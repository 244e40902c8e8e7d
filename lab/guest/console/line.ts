/** One line of a console, taken apart: what the kernel prefixed it with, and what it said. */

export interface ConsoleLine {
  /** As it stands on the console, without carriage returns and terminal escapes. */
  readonly raw: string;
  /** Without level, time and caller; a stack frame keeps the space it begins with. */
  readonly text: string;
  /** `T123` or `C0`, task or processor, where the kernel says who speaks (CONFIG_PRINTK_CALLER); else empty. */
  readonly caller: string;
}

const PREFIX = /^(?:<\d+>)?(?:\[\s*\d+\.\d+\](?:\[\s*([TC]\d+)[^\]]*\])? ?)?/;
/** Where another line begins inside a line: whoever wrote first did not end it. */
const INNER_PREFIX = /(?<=[^\s>])(?=(?:<\d+>)?\[\s*\d+\.\d{6}\](?:\[\s*[TC]\d+[^\]]*\])? )/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes begin with one
const NOISE = /\x1b\[[0-9;?]*[A-Za-z]|[\r\0]/g;

/** The lines of a piece of console that holds whole lines only, each without its line end. */
export function consoleLines(piece: string): ConsoleLine[] {
  return piece.replace(NOISE, "").split("\n").flatMap(separate).map(consoleLine);
}

function separate(line: string): string[] {
  return line.includes("[", 1) ? line.split(INNER_PREFIX) : [line];
}

function consoleLine(raw: string): ConsoleLine {
  const prefix = PREFIX.exec(raw);
  return { raw, text: raw.slice(prefix?.[0].length), caller: prefix?.[1] ?? "" };
}
