import { expect, test } from "vitest";
import { untilWhole } from "../../lab/runner/until-whole.ts";

type Outcome = Awaited<ReturnType<Parameters<typeof untilWhole>[0]>>;

const outcome = (drops: readonly [string, number][], tap = 0): Outcome =>
  ({ played: { drops: new Map(drops), recording: { rings: { tap: [9, tap], host: [9, 0] } } } }) as unknown as Outcome;

const WHOLE = outcome([]);

async function playedOf(outcomes: readonly Outcome[]) {
  const left = [...outcomes];
  const notes: string[] = [];
  const kept = await untilWhole(
    async () => left.shift() as Outcome,
    (text) => notes.push(text),
  );
  return { kept, notes, plays: outcomes.length - left.length };
}

test("what came through whole is played once", async () => {
  expect(await playedOf([WHOLE, WHOLE])).toEqual({ kept: WHOLE, notes: [], plays: 1 });
});

test("where a device or the capture dropped frames all is sent once more, and that is said", async () => {
  const { kept, notes, plays } = await playedOf([outcome([["low-b", 3]]), outcome([], 1), WHOLE]);
  expect([kept, plays]).toEqual([WHOLE, 3]);
  expect(notes).toEqual([
    '"low-b" dropped 3 frames: all is sent once more',
    "the capture dropped 1 frame: all is sent once more",
  ]);
});

test("what goes on dropping is kept as it is in the end: its cells then say that they cannot tell", async () => {
  const lossy = [1, 2, 3, 4].map((count) => outcome([["low-a", count]]));
  const { kept, notes, plays } = await playedOf(lossy);
  expect([kept, notes.length, plays]).toEqual([lossy[2], 2, 3]);
});
