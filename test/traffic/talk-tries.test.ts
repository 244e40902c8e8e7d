/** Tries that are made again, of agents that answer as a test wants. */
import { expect, test } from "vitest";
import type { LinesOf, PartnersInStep, Settled } from "../../lab/traffic/talk-steps.ts";
import { JointTries, TIMES, type TryLines } from "../../lab/traffic/talk-tries.ts";
import { scripted } from "../topology/site-bench.ts";

const part = { executor: scripted("a guest").executor, has: () => true, card: () => undefined };

/** Ends like this, one after the other, then quietly; tells what was played. */
function stepsThat(...ends: readonly Settled[]) {
  const played: string[] = [];
  const left = [...ends];
  const steps = {
    step: async (lines: LinesOf) => void played.push(...lines(part)),
    settle: async (lines: LinesOf) => {
      played.push(...lines(part));
      return left.shift() ?? "quiet";
    },
  };
  return { tries: new JointTries(steps as unknown as PartnersInStep, 1), played };
}

const LINES: TryLines = {
  begin: () => ["mark"],
  talks: () => ["talk"],
  fences: () => ({ expected: ["expect"], sent: ["send"] }),
  end: () => ["hush"],
  quiet: 10,
  fenceQuiet: 2,
};
const FENCED = ["mark", "talk", "expect", "send", "wait 2 5000", "hush"];

test("fences follow a try that came to its end", async () => {
  const { tries, played } = stepsThat();
  await tries.untilProven(LINES);
  expect(played).toEqual(FENCED);
});

test("what a guest stood still in has none, and is tried again", async () => {
  const { tries, played } = stepsThat("late");
  await tries.untilProven(LINES);
  expect(played).toEqual(["mark", "talk", "hush", ...FENCED]);
});

test("a few times at most", async () => {
  const { tries, played } = stepsThat(...Array.from({ length: TIMES }, () => ["late", "quiet"] as const).flat());
  await tries.untilProven(LINES);
  expect(played.filter((line) => line === "talk")).toHaveLength(TIMES);
  expect(played).not.toContain("send");
});

test("what could prove nothing is not fenced, and what does not end is an error", async () => {
  const { fences: _, ...unfenced } = LINES;
  const { tries, played } = stepsThat();
  await tries.untilProven(unfenced);
  expect(played).toEqual(["mark", "talk", "hush"]);
  await expect(stepsThat("quiet", "restless").tries.untilProven(LINES)).rejects.toThrow(/do not come to rest/);
});
