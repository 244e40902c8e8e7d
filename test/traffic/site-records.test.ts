/** What records of a site come to where some of it was tried again. */
import { expect, test } from "vitest";
import { probeFrame } from "../../lab/traffic/frame.ts";
import { siteSignals } from "../../lab/traffic/joint-sites.ts";
import { siteFenceIds } from "../../lab/traffic/site-lines.ts";
import { devicesOf, talkKey } from "../../lab/traffic/site-plan.ts";
import { readSite } from "../../lab/traffic/site-records.ts";
import { NONCE, sitePlan } from "../topology/site-bench.ts";
import { frame, mark, type Records, recordingOf, word } from "./talk-bench.ts";

const plan = sitePlan(/^host-macvlan-bridge-macvlan-bridge-relay-off/);
const [talk] = plan.talks;
if (!talk) throw new Error("nobody talks");
const key = talkKey(talk);
const numberOf = (name: string) => devicesOf(plan.site).findIndex((device) => device.name === name) + 1;
const header = { source: "02:00:00:00:00:0a", destination: "ff:ff:ff:ff:ff:ff" };
const labs = (id: number, ...at: readonly string[]) =>
  at.map((name) => frame(numberOf(name), "broadcast", probeFrame(header, NONCE, id, "one of the lab's")));
const fences = (attempt: number) => labs(siteFenceIds(0, attempt)[0], talk.from, ...talk.to);

const triesOf = (...records: Records) => readSite(plan, recordingOf(...records), "test").tries.get(key) ?? [];

test("a mark again is the same try again, in the other's place", () => {
  const tries = triesOf(
    [mark(0, 1), word("1 1 sent", numberOf(talk.from)), word("1 1 heard", numberOf(talk.to[0] ?? ""))],
    [mark(0, 1), word("1 1 sent", numberOf(talk.from)), fences(1)].flat(),
    [mark(0, 2), word("1 2 sent", numberOf(talk.from)), fences(2)].flat(),
  );
  expect(tries).toHaveLength(2);
  expect(tries.map(({ heard, source }) => [heard, source.control.length])).toEqual([
    [false, 1],
    [false, 1],
  ]);
});

test("what was answered in a try that is made again was answered", () => {
  const tries = triesOf(
    [mark(0, 1), word("1 1 sent", numberOf(talk.from)), word("1 1 answered", numberOf(talk.from))],
    [mark(0, 1), fences(1)].flat(),
  );
  expect(tries.map(({ answered }) => answered)).toEqual([true]);
});

test("what is changed again takes the place of what came of it before", () => {
  const { stretches } = readSite(
    plan,
    recordingOf([mark(0, 0), word("0 0 one failed")], [mark(0, 0), word("0 0 one passed")], [mark(0, 1)]),
    "test",
  );
  expect(stretches.map(({ attempt, said }) => [attempt, said])).toEqual([
    [0, ["one passed"]],
    [1, []],
  ]);
});

test("signals, and fences of other tries, are none of a try", () => {
  const signal = labs(siteSignals(plan).firstId, talk.from, ...talk.to);
  const [one] = triesOf([mark(0, 1), word("1 1 sent", numberOf(talk.from)), ...signal, ...fences(2)]);
  expect([one?.source.control, one?.destination.control]).toEqual([[], []]);
});
