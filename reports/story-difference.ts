/**
 * Where a cell's story first takes another turn than on a kernel that passes: by the kernels' own words where both were
 * traced, else by the taps. Frames of one flood pass several taps in no fixed order, so a hop is missing only where the
 * other story has it nowhere. Pure.
 */
import type { CellResult, Expected, Trace } from "../lab/model/results.ts";
import type { TapPoint } from "../lab/model/vocabulary.ts";
import { PLACES } from "./places.ts";

export interface Difference {
  /** What passes: a kernel, or a run of it. */
  readonly kernel: string;
  /** What is named: a tap point and direction, or a function. Absent: none differs. */
  readonly hop?: string;
  readonly text: string;
}

/** The same cell in another column: another kernel's, or another run's of the same kernel. */
export interface Elsewhere {
  /** As the column is called. */
  readonly name: string;
  readonly cell: CellResult;
}

interface Turn {
  /** The same on both kernels where they do the same. */
  readonly key: string;
  readonly hop: string;
  readonly did: string;
  readonly evidence: string;
}

/** @param others the same cell elsewhere. Undefined where none of them passes as this one was to. */
export function firstDifference(cell: CellResult, others: readonly Elsewhere[]): Difference | undefined {
  const passing = others.filter((other) => other.cell.verdict === "match" && isAsked(other.cell, cell));
  const other = passing.find((one) => one.cell.trace && cell.trace) ?? passing[0];
  if (!other) return undefined;
  const { name: kernel } = other;
  const traced = cell.trace && other.cell.trace ? functionTurns(cell.trace, other.cell.trace) : undefined;
  const tapped = [tapTurns(cell), tapTurns(other.cell)] as const;
  const turn = (traced && firstOf(...traced)) ?? firstOf(...tapped);
  if (turn) return { kernel, hop: turn.hop, text: textOf(turn, kernel) };
  const text = `none; its way on ${kernel}, where it is as expected, is the same: what arrived is counted or told otherwise`;
  return tapped.every(({ length }) => length > 0) ? { kernel, text } : undefined;
}

function isAsked({ expected }: CellResult, cell: CellResult): boolean {
  const counts = ({ copies, echo, wire, as, outcome, error }: Expected) =>
    JSON.stringify([copies, echo, wire, as, outcome, error]);
  return counts(expected) === counts(cell.expected);
}

interface Taken extends Turn {
  readonly isHere: boolean;
}

/** The first of either story that the other has not. */
function firstOf(here: readonly Turn[], there: readonly Turn[]): Taken | undefined {
  const [own, other] = [without(here, there), without(there, here)];
  const [first] = [
    ...own.map((one) => ({ ...one, isHere: true })),
    ...other.map((one) => ({ ...one, isHere: false })),
  ].sort((a, b) => a.place - b.place);
  return first?.turn && { ...first.turn, isHere: first.isHere };
}

/** As often as there are more of them. */
function without(turns: readonly Turn[], others: readonly Turn[]): { readonly turn: Turn; readonly place: number }[] {
  const left = new Map<string, number>();
  for (const { key } of others) left.set(key, (left.get(key) ?? 0) + 1);
  return turns.flatMap((turn, place) => {
    const count = left.get(turn.key) ?? 0;
    left.set(turn.key, count - 1);
    return count > 0 ? [] : [{ turn, place }];
  });
}

function textOf({ isHere, did, evidence }: Taken, kernel: string): string {
  const where = `${kernel}, where it is as expected`;
  return isHere ? `${did} here (${evidence}), and not on ${where}` : `${did} on ${where} (${evidence}), and not here`;
}

function tapTurns({ observed, evidence }: CellResult): Turn[] {
  const capture = evidence[0]?.capture ?? "no capture";
  return (observed.path ?? []).map(([tap, direction, , frame]) => ({
    key: `${tap} ${direction}`,
    hop: `${tap} ${direction}`,
    did: `${PLACES[tap]} saw it ${direction === "in" ? "come in" : "go out"}`,
    evidence: `frame ${frame} of ${capture}`,
  }));
}

/** Functions that decide, on devices of the cell. What only moves a buffer on differs between kernels that do the same. */
const DECIDING = [
  ...["macvlan_start_xmit", "veth_xmit", "br_handle_frame", "br_handle_frame_finish", "__br_forward"],
  ...["macvlan_handle_frame", "macvlan_broadcast", "tap_handle_frame"],
];

/** Of each what both kernels' probes can tell. Undefined where a function's absence may be a lost event, or means nothing. */
function functionTurns(here: Trace, there: Trace): readonly [Turn[], Turn[]] | undefined {
  if ([here, there].some(({ lost, verdict }) => lost > 0 || verdict === "inconclusive")) return undefined;
  const told = DECIDING.filter((name) => ![...here.lacking, ...there.lacking].includes(name));
  if (here.hops.length === 0 || there.hops.length === 0 || !here.devices || !there.devices) return undefined;
  return [turnsOf(here, told), turnsOf(there, told)];
}

function turnsOf({ hops, devices = {}, capture }: Trace, told: readonly string[]): Turn[] {
  return hops.flatMap(({ function: name, device, returned, frame }) => {
    const point = devices[device] as TapPoint | undefined;
    if (!point || !told.includes(name)) return [];
    const decided = name === "macvlan_handle_frame" && returned !== undefined ? ` and returned ${returned}` : "";
    const seen = frame === undefined || capture === undefined ? "" : `, frame ${frame} of ${capture}`;
    return {
      key: `${name} ${point}${decided}`,
      hop: name,
      did: `${name} had it at ${PLACES[point]}${decided}`,
      evidence: `event ${name}${seen}`,
    };
  });
}
