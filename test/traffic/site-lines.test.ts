/** What the agents of a site's parts are told, against what one agent is told of all of it. */
import { describe, expect, test } from "vitest";
import { siteSignals } from "../../lab/traffic/joint-sites.ts";
import {
  fenceLines,
  forgetLines,
  hearLines,
  openingLines,
  relayLines,
  settingLines,
  talkLines,
} from "../../lab/traffic/site-lines.ts";
import type { SitePlan, SiteRound } from "../../lab/traffic/site-plan.ts";
import { siteScript } from "../../lab/traffic/site-script.ts";
import { EVERYBODY, type Whose } from "../../lab/traffic/talk-lines.ts";
import { signalLines } from "../../lab/traffic/talk-signals.ts";
import { scripted, sitePlan, twoParts } from "../topology/site-bench.ts";

const plan = sitePlan();
const parts = twoParts(plan, scripted("a guest").executor, scripted("the switch").executor);
const [guest, atSwitch] = parts;

const inParts = (lines: (whose: Whose) => readonly string[]) => parts.flatMap(lines).sort();
const inAll = (lines: (whose: Whose) => readonly string[]) => [...lines(EVERYBODY)].sort();

describe("the lines of two parts are those of the whole, everybody's once", () => {
  const ofRound: Record<string, (round: SiteRound, whose: Whose) => readonly string[]> = {
    relay: (round, whose) => relayLines(plan.site, round, whose),
    settings: (round, whose) => settingLines(plan.site, round.settings, whose),
    talks: (round, whose) => talkLines(plan, round, 1, whose),
    forgotten: (round, whose) => forgetLines(plan.site, round, whose),
    "expected fences": (round, whose) => fenceLines(plan, round, 0, 1, whose).expected,
    "sent fences": (round, whose) => fenceLines(plan, round, 0, 1, whose).sent,
  };
  test.each(Object.entries(ofRound))("%s", (_, lines) => {
    expect(plan.rounds.flatMap((round) => lines(round, EVERYBODY))).not.toEqual([]);
    for (const round of plan.rounds)
      expect(inParts((whose) => lines(round, whose))).toEqual(inAll((whose) => lines(round, whose)));
  });

  test("opening", () => {
    const common = ["nonce 01020304", "ring 1024 256"];
    expect(inParts((whose) => openingLines(plan, whose, true))).toEqual(
      [...openingLines(plan, EVERYBODY, true), ...common].sort(),
    );
  });
});

test("a part hears of what the other one begins", () => {
  const talking = plan.rounds.find(({ talks }) => talks.some(({ from }) => from === "outside")) as SiteRound;
  const from = (whose: Whose) => talking.talks.filter((talk) => whose.has(talk.from)).length;
  expect(from(atSwitch)).toBeGreaterThan(0);
  expect(hearLines(plan, talking, guest)).toHaveLength(from(atSwitch));
  expect(hearLines(plan, talking, EVERYBODY)).toEqual([]);
});

test("signals go by every cable, and none of them is a fence", () => {
  const signals = siteSignals(plan);
  const cables = plan.site.parts.slice(1).flatMap((part) => part.cables);
  expect(signals.lowers.map(({ device }) => device)).toEqual(cables.map(({ name }) => name));
  const sent = [0, 1].flatMap((number) =>
    (["up", "down"] as const).flatMap((way) => signalLines(signals, number, way, () => true).send),
  );
  const fences = plan.rounds.flatMap((round, index) =>
    [1, 2, 3].flatMap((attempt) => fenceLines(plan, round, index, attempt, EVERYBODY).sent),
  );
  const tags = [...sent, ...fences].map((line) => (line.split(" ")[2] as string).slice(28, 52));
  expect(new Set(tags).size).toBe(tags.length);
});

test("whoever sends or expects a frame is known by its number", () => {
  const known = (lines: readonly string[]) =>
    new Set(lines.filter((line) => line.startsWith("if ")).map((line) => line.split(" ")[1]));
  const used = (lines: readonly string[]) =>
    lines.filter((line) => /^(send|expect) /.test(line)).map((line) => line.split(" ")[1]);
  const unknown = (of: SitePlan) => {
    const { lines } = siteScript(of, "/run");
    return used(lines).filter((number) => !known(lines).has(number));
  };
  expect(unknown(plan)).toEqual([]);
  // Where no lower device is any of its devices.
  expect(unknown(sitePlan(/^several-bridge-ignore-0/))).toEqual([]);
  const signals = siteSignals(plan);
  const lines = parts.map((part) => [
    ...openingLines(plan, part, true),
    ...signalLines(signals, 0, part === guest ? "up" : "down", () => true).send,
  ]);
  for (const own of lines) expect(used(own).filter((number) => !known(own).has(number))).toEqual([]);
});
