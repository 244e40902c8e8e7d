import { expect, test } from "vitest";
import type { CellResult } from "../../lab/model/results.ts";
import { type Answers, askUntilTold, lossOf } from "../../lab/runner/ask-again.ts";

type Verdicts = Readonly<Record<string, CellResult["verdict"]>>;

const LOSS = '"low-b" dropped 3 frames';

function answers(verdicts: Verdicts, loss?: string): Answers {
  const cells = Object.entries(verdicts).map(([id, verdict]) => ({
    id,
    verdict,
    ...(verdict === "inconclusive" ? { reason: `${id} was dropped` } : {}),
  }));
  return { cells: cells as unknown as CellResult[], loss };
}

/** What stands in the end, by id, and how often it was played. */
async function asked(...times: readonly Answers[]) {
  const left = [...times];
  const stands = new Map<string, CellResult>();
  const notes: string[] = [];
  await askUntilTold(
    async (before) => {
      expect(before).toBe(times.length - left.length);
      return left.shift() as Answers;
    },
    (cells) => {
      for (const cell of cells) stands.set(cell.id, cell);
    },
    (text) => notes.push(text),
  );
  const told = [...stands.values()].map(({ id, verdict, again }) => `${id} ${verdict}${again ? `, ${again}` : ""}`);
  return { told, plays: times.length - left.length, notes };
}

test("what was told is never asked again, whatever dropped frames meanwhile", async () => {
  const first = answers({ a: "match", b: "mismatch" }, '"elsewhere" dropped 1 frame');
  const { told, plays, notes } = await asked(first, answers({ a: "mismatch", b: "match" }));
  expect([told, plays, notes]).toEqual([["a match", "b mismatch"], 1, []]);
});

test("what could not be told for another reason than drops is not asked again", async () => {
  expect(await asked(answers({ a: "inconclusive" }), answers({ a: "match" }))).toMatchObject({ plays: 1 });
});

test("only what drops left untold takes its answer from a later time, and says so", async () => {
  const first = answers({ a: "mismatch", b: "inconclusive", c: "inconclusive" }, LOSS);
  const second = answers({ a: "match", b: "mismatch", c: "inconclusive" }, LOSS);
  const third = answers({ a: "match", b: "match", c: "match" });
  const { told, plays, notes } = await asked(first, second, third);
  expect(told).toEqual(["a mismatch", "b mismatch, b was dropped", "c match, c was dropped"]);
  expect(plays).toBe(3);
  expect(notes).toEqual([
    `${LOSS}: what 2 cells could not tell is asked once more`,
    `${LOSS}: what 1 cell could not tell is asked once more`,
  ]);
});

test("what goes on dropping stays inconclusive", async () => {
  const always = answers({ a: "inconclusive" }, LOSS);
  const { told, plays } = await asked(always, always, always, always);
  expect([told, plays]).toEqual([["a inconclusive"], 3]);
});

test("a loss is the first device's that dropped any, else the capture's", () => {
  const played = (drops: readonly [string, number][], tap: number) =>
    ({ drops: new Map(drops), recording: { rings: { tap: [9, tap], host: [9, 0] } } }) as unknown as Parameters<
      typeof lossOf
    >[0];
  expect(lossOf(played([], 0))).toBeUndefined();
  expect(lossOf(played([["low-b", 3]], 1))).toBe(LOSS);
  expect(lossOf(played([], 1))).toBe("the capture dropped 1 frame");
});
