/** Steps of agents that are told what to play and answer as a test wants. */
import { describe, expect, test } from "vitest";
import type { Part } from "../../lab/topology/stage.ts";
import type { Player, Report } from "../../lab/traffic/player.ts";
import { EVERYBODY, fenceLines, hearLines, openingLines, talkLines } from "../../lab/traffic/talk-lines.ts";
import { talkScript } from "../../lab/traffic/talk-script.ts";
import { signalLines, talkSignals } from "../../lab/traffic/talk-signals.ts";
import { PartnersInStep } from "../../lab/traffic/talk-steps.ts";
import { conversation, planOf } from "./talk-bench.ts";

const external = { kind: "external-host" } as const;
const plan = planOf(
  conversation({}),
  conversation({ placement: "endpoint-to-external", destination: external as never }),
  conversation({ placement: "external-to-endpoint", source: external as never }),
);
const { topology } = plan.place;
const inside = new Set([...topology.lowers, ...topology.endpoints].map(({ name }) => name));
const executor = { place: "a guest", agent: "/agent", workDirectory: "/run" } as Part["executor"];
const guestPart: Part = { executor, has: (device) => inside.has(device), card: () => undefined };
const switchPart: Part = { executor, has: (device) => !inside.has(device), card: () => undefined };

/** Answers with these, then with quiet. */
function played(...reports: readonly Report[]) {
  const pieces: (readonly string[])[] = [];
  const player: Player = {
    play: async () => {},
    end: async () => Buffer.alloc(0),
    report: async (lines) => {
      pieces.push(lines);
      return reports[pieces.length - 1] ?? { news: 0, missing: 0, gap: 3 };
    },
  };
  return { player, pieces };
}

function partners(guest: ReturnType<typeof played>, atSwitch: ReturnType<typeof played>) {
  const both = [
    { part: guestPart, player: guest.player },
    { part: switchPart, player: atSwitch.player },
  ];
  return new PartnersInStep(talkSignals(plan), both, 1);
}

/** Each once where it is said several times in a row: every lower device has its own. */
const words = (lines: readonly string[] | undefined) =>
  (lines ?? []).map((line) => line.split(" ")[0]).filter((word, index, all) => word !== all[index - 1]);

describe("the lines of two parts", () => {
  const [round] = plan.rounds;
  if (!round) throw new Error("no round");

  test("are those of the whole: everybody's once", () => {
    const both = [guestPart, switchPart].flatMap((part) => openingLines(plan, part));
    expect(new Set(both)).toEqual(new Set(openingLines(plan, EVERYBODY)));
    const talks = [guestPart, switchPart].flatMap((part) => talkLines(round, 1, part));
    expect(talks.sort()).toEqual([...talkLines(round, 1, EVERYBODY)].sort());
    expect(talkScript(plan, "/run")).toEqual(expect.arrayContaining(talks));
  });

  test("say what is heard of the other's talks, and send each fence from one of them", () => {
    expect(hearLines(round, guestPart)).toHaveLength(1);
    expect(hearLines(round, switchPart)).toHaveLength(1);
    expect(hearLines(round, EVERYBODY)).toEqual([]);
    expect(fenceLines(plan, 0, 1, guestPart).sent).toHaveLength(1);
    expect(fenceLines(plan, 0, 1, switchPart).sent).toHaveLength(1);
    expect(fenceLines(plan, 0, 1, switchPart).expected).toHaveLength(1);
  });
});

test("signals are frames of their own, which no fence of the plan is", () => {
  const all = [0, 1].flatMap((number) =>
    (["up", "down"] as const).flatMap((way) => signalLines(talkSignals(plan), number, way, () => true).send),
  );
  const fences = [1, 2].flatMap((attempt) => fenceLines(plan, 0, attempt, EVERYBODY).sent);
  expect(new Set([...all, ...fences]).size).toBe(all.length + fences.length);
});

test("what crosses the cables is expected before it can come, and sent back behind what came", async () => {
  const [guest, atSwitch] = [played(), played()];
  const steps = partners(guest, atSwitch);
  await steps.step(() => ["mark x"]);
  expect(await steps.settle(() => [], 10)).toBe("quiet");
  expect(words(guest.pieces[1])).toEqual(["expect", "send", "wait"]);
  expect(words(atSwitch.pieces[0])).toEqual(["mark", "expect"]);
  expect(words(atSwitch.pieces[1])).toEqual(["wait", "send", "wait", "expect"]);
  const tag = (line = "") => line.split(" ").at(-1) as string;
  const first = (lines: readonly string[] | undefined, word: string) => lines?.find((line) => line.startsWith(word));
  expect(first(guest.pieces[1], "send")).toContain(tag(first(atSwitch.pieces[0], "expect")));
  expect(first(atSwitch.pieces[1], "send")).toContain(tag(first(guest.pieces[1], "expect")));
});

test("it is quiet when neither had anything new between two crossings", async () => {
  const news = { news: 3, missing: 0, gap: 3 };
  const none = { news: 0, missing: 0, gap: 3 };
  const [guest, atSwitch] = [played(none, news, none, none), played(none, none, news, none)];
  const steps = partners(guest, atSwitch);
  await steps.step(() => []);
  expect(await steps.settle(() => [], 10)).toBe("quiet");
  expect(guest.pieces).toHaveLength(4);
});

test("many lines are given a few at a time, with a crossing behind each", async () => {
  const [guest, atSwitch] = [played(), played()];
  const steps = partners(guest, atSwitch);
  await steps.step(() => []);
  const lines = Array.from({ length: 200 }, (_, index) => `talk ${index}`);
  await steps.settle((part) => (part === guestPart ? lines : []), 10);
  expect(guest.pieces.flat().filter((line) => line.startsWith("talk "))).toEqual(lines);
  expect(guest.pieces.slice(1).every((piece) => words(piece).includes("send"))).toBe(true);
  expect(Math.max(...guest.pieces.map((piece) => piece.length))).toBeLessThan(120);
});

test("a signal that is lost fails the run, and so do cables that never carry any", async () => {
  const lost = { news: 0, missing: 1, gap: 3 };
  const steps = partners(played({ news: 0, missing: 0, gap: 3 }, lost), played());
  await steps.step(() => []);
  await expect(steps.settle(() => [], 10)).rejects.toThrow(/signal did not come in time/);
  const never = partners(played(...Array<Report>(100).fill(lost)), played());
  await expect(never.ready()).rejects.toThrow(/carry nothing/);
});

test("what is expected for a crossing is given up where a step comes in between", async () => {
  const [guest, atSwitch] = [played(), played()];
  const steps = partners(guest, atSwitch);
  await steps.step(() => []);
  await steps.step(() => ["expect 1 1 00"], { exchange: false });
  await steps.step(() => ["wait 2 5000"]);
  expect(atSwitch.pieces[1]).toEqual(["wait 0 0", "expect 1 1 00"]);
  expect(words(atSwitch.pieces[2])).toEqual(["wait", "expect"]);
});

test("what a guest stood still in is told: a stack may have given up meanwhile", async () => {
  const still = { news: 0, missing: 0, gap: 2_500 };
  const steps = partners(played(), played({ news: 0, missing: 0, gap: 3 }, still));
  await steps.step(() => []);
  expect(await steps.settle(() => [], 10)).toBe("late");
  expect(await steps.settle(() => [], 10)).toBe("quiet");
});
