/** Plays a plan again where frames were dropped: what a silence means then, nobody can tell. */
import type { Played } from "../traffic/play.ts";

/** Times in all. */
const PLAYS = 3;

/**
 * What was played last, whole or not.
 * @param play with a nonce of its own each time: late frames of the time before are nobody's.
 */
export async function untilWhole<Outcome extends { readonly played: Pick<Played, "drops" | "recording"> }>(
  play: () => Promise<Outcome>,
  note: (text: string) => void,
): Promise<Outcome> {
  for (let plays = 1; ; plays++) {
    const outcome = await play();
    const loss = lossOf(outcome.played);
    if (loss === undefined || plays === PLAYS) return outcome;
    note(`${loss}: all is sent once more`);
  }
}

/** In words, the first that dropped any. */
function lossOf({ drops, recording: { rings } }: Pick<Played, "drops" | "recording">): string | undefined {
  const [device] = [...drops].filter(([, count]) => count > 0);
  if (device) return `"${device[0]}" dropped ${frames(device[1])}`;
  const captured = rings.tap[1] + rings.host[1];
  return captured > 0 ? `the capture dropped ${frames(captured)}` : undefined;
}

const frames = (count: number): string => `${count} ${count === 1 ? "frame" : "frames"}`;
