/**
 * What frames that were dropped on the way left untold is asked once more. A verdict, once there is one, stands: asking until it
 * pleases would hide what a kernel does now and then.
 */
import type { CellResult } from "../model/results.ts";
import type { Played } from "../traffic/play.ts";

/** Times a plan is played in all. */
const PLAYS = 3;

/** In words, the first device, or the capture, that dropped frames. */
export function lossOf({ drops, recording: { rings } }: Pick<Played, "drops" | "recording">): string | undefined {
  const [device] = [...drops].filter(([, count]) => count > 0);
  if (device) return `"${device[0]}" dropped ${frames(device[1])}`;
  const captured = rings.tap[1] + rings.host[1];
  return captured > 0 ? `the capture dropped ${frames(captured)}` : undefined;
}

const frames = (count: number): string => `${count} ${count === 1 ? "frame" : "frames"}`;

export interface Answers {
  readonly cells: readonly CellResult[];
  /** Set where frames were dropped. */
  readonly loss: string | undefined;
}

/**
 * @param play given how often it was played before; with a nonce of its own each time, so that late frames of the time before
 *   are nobody's, and a capture of its own.
 * @param judged given the answers of the first time, then those that later times could give to what was open.
 */
export async function askUntilTold(
  play: (before: number) => Promise<Answers>,
  judged: (cells: readonly CellResult[]) => void,
  note: (text: string) => void,
): Promise<void> {
  const first = await play(0);
  judged(first.cells);
  const open = untold(first.cells);
  let { loss } = first;
  for (let plays = 1; loss !== undefined && open.size > 0 && plays < PLAYS; plays++) {
    note(`${loss}: what ${open.size} ${open.size === 1 ? "cell" : "cells"} could not tell is asked once more`);
    const later = await play(plays);
    const told = later.cells.flatMap((cell) => {
      const reason = cell.verdict === "inconclusive" ? undefined : open.get(cell.id);
      return reason === undefined ? [] : [{ ...cell, again: reason }];
    });
    judged(told);
    for (const { id } of told) open.delete(id);
    loss = later.loss;
  }
}

/** By id, why. */
function untold(cells: readonly CellResult[]): Map<string, string> {
  const open = cells.filter(({ verdict }) => verdict === "inconclusive");
  return new Map(open.map(({ id, reason }) => [id, reason ?? ""]));
}
