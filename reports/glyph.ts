/**
 * What a cell looks like in a matrix. A *code* is the glyph plus what a glyph has no room for (`x:EINVAL`): cells with
 * the same code behaved alike and were judged alike, so codes are what folding compares. A blank is never a code: it
 * is a cell nobody measured.
 */
import type { CellResult } from "../lab/model/results.ts";
import type { Outcome } from "../lab/model/vocabulary.ts";
import { isOneWay } from "./traffic-text.ts";

/** Marks a cell that differs between kernels; appended by the matrix, never part of a code. */
export const DIFFERS = "*";

/**
 * Frames: `1` `.` `2` with `e` echo, `L` stayed local, `wN` on the wire N times. Conversations: `+` `h` `u` `-`. Both:
 * `x:ERRNO`; `?`; `!` before a mismatch.
 */
export function cellCode(cell: CellResult): string {
  const { observed, verdict } = cell;
  if (verdict === "inconclusive") return "?";
  const mark = verdict === "mismatch" ? "!" : "";
  if (verdict === "unsupported" || observed.error !== undefined)
    return `${mark}x:${observed.error ?? "no error given"}`;
  if (observed.outcome !== undefined) return mark + outcomeGlyph(cell.traffic, observed.outcome);
  if (observed.copies === undefined) return `${mark}?`;
  const { copies, echo = 0, wire = 1 } = observed;
  return `${mark}${copies || "."}${echoSuffix(echo)}${wireSuffix(wire)}`;
}

const OUTCOMES: Readonly<Record<Outcome, string>> = { answered: "+", heard: "h", unheard: "u", unresolved: "-" };

/** Hearing is the end of what nothing answers. */
function outcomeGlyph(traffic: CellResult["traffic"], outcome: Outcome): string {
  return isOneWay({ traffic }) && outcome === "heard" ? OUTCOMES.answered : OUTCOMES[outcome];
}

const echoSuffix = (echo: number) => (echo === 0 ? "" : echo === 1 ? "e" : `e${echo}`);
const wireSuffix = (wire: number) => (wire === 1 ? "" : wire === 0 ? "L" : `w${wire}`);

export function glyphOf(code: string): string {
  const colon = code.indexOf(":");
  return colon < 0 ? code : code.slice(0, colon);
}

/** Whether a code says how the kernel behaved: neither blank nor inconclusive. */
export function isConclusive(code: string): boolean {
  return code !== "" && !code.endsWith("?");
}

/** A code without its judgement: what kernels are compared by. */
export function behaviour(code: string): string {
  return code.startsWith("!") ? code.slice(1) : code;
}

/** A glyph's kind, for colour; the most important property wins. */
export type Tone = "blank" | "bad" | "unsure" | "refused" | "odd" | "reached" | "unreached";

export function toneOf(glyph: string): Tone {
  if (glyph === "") return "blank";
  if (glyph.startsWith("!")) return "bad";
  if (glyph.startsWith("?")) return "unsure";
  if (glyph.startsWith("x")) return "refused";
  if (/[2-9eh]|\d\d|w/.test(glyph)) return "odd";
  return /^[.u-]/.test(glyph) ? "unreached" : "reached";
}

/** Sample, what the codes it stands for look like, meaning. */
const LEGEND: readonly (readonly [sample: string, test: RegExp, meaning: string])[] = [
  ["1", /^!?1(?!\d)/, "reached: one copy arrived"],
  [".", /^!?\./, "not reached: the frame was seen leaving, nothing arrived"],
  ["2", /^!?([2-9]|\d\d)/, "duplicated: that many copies arrived"],
  ["1L", /^[^:]*L$/, "local (L): reached inside the lower device, the frame was never on the wire"],
  ["1w2", /^[^:]*w\d+$/, "wire (w): the frame went out that many times"],
  ["1e", /^[^:]*e/, "echo (e): the sender got its own frame back as well"],
  ["+", /^!?\+/, "conversation came to its end: answered; of one to a joined group, heard"],
  ["h", /^!?h/, "heard: it got to the peer's stack, no answer came back"],
  ["u", /^!?u/, "unheard: it was sent and did not get there"],
  ["-", /^!?-/, "unresolved: not sent, nobody told the next hop's address"],
  ["x", /^x:/, "refused by the kernel, as predicted"],
  ["!x", /^!x:/, "refused by the kernel, not as predicted"],
  ["?", /\?$/, "inconclusive: the lab could not tell"],
  ["!1", /^!(?!x)/, "not as expected (!), explained below"],
];

/** Legend lines, sample glyph and meaning, for the codes that occur; refusals with their errors. */
export function glyphLegend(codes: ReadonlySet<string>): [sample: string, meaning: string][] {
  return LEGEND.flatMap(([sample, test, meaning]): [string, string][] => {
    const found = [...codes].filter((code) => test.test(code));
    const errors = [...new Set(found.flatMap((code) => code.split(":").slice(1)))].sort();
    if (found.length === 0) return [];
    return [[sample, errors.length === 0 ? meaning : `${meaning}: ${errors.join(", ")}`]];
  });
}
