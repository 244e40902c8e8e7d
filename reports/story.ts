/**
 * Why a cell's frame did or did not arrive, hop by hop, from results alone. The fate is told from the receiver's side: what
 * it got. Where nothing arrived, the farthest tap on its way says how far it came; no event and no guess decides. Pure.
 */
import type { CellResult, Suspect, Trace } from "../lab/model/results.ts";
import { countsText } from "./cell-text.ts";
import type { Fate } from "./fate.ts";
import { PLACES } from "./places.ts";
import { type Difference, type Elsewhere, firstDifference } from "./story-difference.ts";
import { tappedFate } from "./tapped-fate.ts";
import { tracedFate, traceLimits } from "./traced-fate.ts";
import { type Step, tracedAgain, tracedSteps } from "./traced-hops.ts";

export type { Elsewhere, Fate, Step };

export interface Story {
  readonly expected: string;
  readonly because: string;
  /** Absent where it came as expected. */
  readonly however?: string;
  readonly steps: readonly Step[];
  readonly fate: Fate;
  /** Where it vanished, or what is known instead of it. */
  readonly detail: string;
  /** What could not be looked at, and might hide more. */
  readonly limits: string;
  /** The rule it seems to break. */
  readonly suspect?: string;
  /** What the kernel told of it, where it was traced. */
  readonly traced?: Traced;
  /** Where another kernel passes: the first hop that is another there. */
  readonly differs?: Difference;
}

interface Traced {
  /** Which asking it is of. */
  readonly of: string;
  /** That its frames are in. */
  readonly capture?: string;
  readonly steps: readonly Step[];
}

const LIMITS =
  "no trace was recorded: a full queue, a device that is down and a frame passed to the lower host look alike here, and drop reasons are not known";

/** @param others the same cell on other kernels, or in other runs. */
export function storyOf(cell: CellResult, others: readonly Elsewhere[] = []): Story {
  const { expected, observed, reason, verdict } = cell;
  const isFine = verdict === "match" || verdict === "unsupported";
  const differs = verdict === "mismatch" ? firstDifference(cell, others) : undefined;
  return {
    expected: countsText(expected),
    because: `${expected.by}: ${expected.rule}`,
    ...(isFine ? {} : { however: `observed ${countsText(observed)}${reason === undefined ? "" : ` (${reason})`}` }),
    steps: stepsOf(cell),
    ...(cell.trace ? toldBy(cell, cell.trace) : untold(cell)),
    ...(cell.suspect ? { suspect: suspectText(cell.suspect, expected.rule) } : {}),
    ...(differs ? { differs } : {}),
  };
}

function untold(cell: CellResult): Pick<Story, "fate" | "detail" | "limits"> {
  const told = tappedFate(cell);
  const limits = told.fate === "delivered" ? "no trace was recorded; the receiver got it all the same" : LIMITS;
  return { ...told, limits };
}

function stepsOf({ observed, evidence }: CellResult): Step[] {
  const capture = evidence[0]?.capture ?? "no capture";
  return (observed.path ?? []).map(([tap, direction, at, frame]) => {
    const action =
      tap === "destination" && direction === "in" ? "received" : direction === "in" ? "came in" : "went out";
    return { place: PLACES[tap], action, at, evidence: `frame ${frame} of ${capture}` };
  });
}

function toldBy(cell: CellResult, trace: Trace): Pick<Story, "fate" | "detail" | "traced" | "limits"> {
  const { fate, detail } = tracedFate(cell, trace);
  const capture = trace.capture === undefined ? {} : { capture: trace.capture };
  const traced = { of: tracedAgain(cell, trace) ?? "in the run itself", ...capture, steps: tracedSteps(cell, trace) };
  return { fate, detail, traced, limits: traceLimits(cell, trace) };
}

/** By the name its function has in that kernel, where the expectation tells it. */
function suspectText({ functions, text, otherwise, explains, contradicts }: Suspect, rule: string): string {
  const told = rule.split("; ").find((sentence) => sentence.endsWith(`: ${text}`));
  const name = told?.slice(0, told.indexOf(":")) ?? functions[0];
  const held = `explains ${explains[0]} of ${explains[1]} cells that mismatch, and contradicts ${contradicts[0]} of ${contradicts[1]} that match`;
  return `behaves as if ${name} decided "${text}" ${otherwise}; that ${held}`;
}

/** For people, on a terminal. */
export function renderStory(cell: CellResult, story: Story): string {
  const { steps, traced, differs } = story;
  return [
    cell.id,
    `Expected ${story.expected}, because ${story.because}.`,
    ...(story.however === undefined ? ["It is as expected."] : [`However, ${story.however}.`]),
    ...(steps.length === 0 ? [] : ["", ...steps.map(lineOf)]),
    ...(traced ? ["", tracedHead(traced), ...traced.steps.map(lineOf)] : []),
    "",
    `Fate: ${story.fate}: ${story.detail}.`,
    ...(story.suspect ? [`Likeliest: ${story.suspect}.`] : []),
    ...(differs ? [`First hop that differs: ${differs.text}.`] : []),
    `Limits: ${story.limits}.`,
    "",
  ].join("\n");
}

function tracedHead({ of, capture }: Traced): string {
  return `Traced, ${of}${capture === undefined ? "" : `; frames are those of ${capture}`}:`;
}

function lineOf({ place, action, detail, at, evidence }: Step): string {
  return `  ${at} us  ${place}: ${action}${detail === undefined ? "" : `: ${detail}`} (${evidence})`;
}
