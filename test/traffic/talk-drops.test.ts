import { expect, test } from "vitest";
import { countOverflows } from "../../lab/traffic/neighbour-table.ts";
import { talkDrops } from "../../lab/traffic/talk-drops.ts";
import { hostOf, ROUTER, SWITCH } from "../../lab/traffic/talk-numbers.ts";
import { conversation, fences, NONCE, onlyTalk, planOf, type Records, recordingOf } from "./talk-bench.ts";

const tap = { kind: "macvtap", mode: "vepa" } as const;
const plan = planOf(conversation({ destination: tap }));
const { from, to } = onlyTalk(plan);
const lower = hostOf(plan.place, from);

/** Counters of a namespace: drops on receiving, by device. */
function look(namespace: number, drops: Readonly<Record<string, number>>) {
  const lines = Object.entries(drops).map(([name, count]) => ` ${name}: 1 1 0 ${count} 0 0 0 0 1 1 0 0 0 0 0 0`);
  return { kind: "text" as const, data: [`ns ${namespace}`, "Inter-|", " face |", ...lines, ""].join("\n") };
}
const dropsIn = (...records: Records) => talkDrops(plan.place, NONCE, recordingOf(...records));

test("are told of both ends, their lower device and its port, round by round", () => {
  const at = (count: number) => [look(from.number, { [from.device]: count }), look(SWITCH, { "swp-a": count })];
  const [first, second, ...more] = dropsIn(at(5), at(5), at(7));
  expect(more).toEqual([]);
  expect(first).toEqual(new Map());
  const port = { interface: "swp-a", frames: 2 };
  expect(second?.get(from.number)).toEqual([{ interface: from.device, frames: 2 }, port]);
  expect(second?.get(to.number)).toEqual([port]);
});

test("of a guest are also those of its macvtap, which is beside the lower device", () => {
  const at = (count: number) => [look(to.number, { [to.device]: 0 }), look(lower.number, { [to.device]: count })];
  expect(dropsIn(at(0), at(3))[0]?.get(to.number)).toEqual([{ interface: to.device, frames: 3 }]);
});

test("do not count fences on a lower device, which nobody behind its handler wants", () => {
  const at = (count: number) => look(lower.number, { [lower.device]: count });
  const round = (lost: number) => dropsIn([at(0), ...fences(0, 1, lower), ...fences(0, 2, lower), at(lost)])[0];
  expect(round(2)).toEqual(new Map());
  expect(round(3)?.get(from.number)).toEqual([{ interface: lower.device, frames: 1 }]);
});

test("of the router are its own and its ports'", () => {
  const at = (count: number) => [look(ROUTER, { near: count, lo: count }), look(SWITCH, { "swp-far": count })];
  const [drops] = dropsIn(at(0), at(1));
  expect(drops?.get(ROUTER)).toEqual([
    { interface: "near", frames: 1 },
    { interface: "swp-far", frames: 1 },
  ]);
});

test("a full table of neighbours is counted over all processors, in hexadecimal", () => {
  const table = (...counts: string[]) =>
    ["entries allocs table_fulls", ...counts.map((one) => `1 2 ${one}`)].join("\n");
  expect(countOverflows(`${table("00000000", "0000000a")}\n${table("00000001", "00000000")}\n`)).toBe(11);
  expect(countOverflows("")).toBe(0);
  expect(countOverflows("entries allocs\n1 2\n")).toBe(0);
});
