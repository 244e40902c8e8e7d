import { describe, expect, test } from "vitest";
import { cellName, excludesEachOther } from "../../lab/model/cell.ts";
import { addressOf, interfaceOf, type Node } from "../../lab/model/topology.ts";
import { LAYER2_TRAFFIC } from "../../lab/model/vocabulary.ts";
import { BROADCAST, JOINED_GROUP } from "../../lab/topology/addresses.ts";
import { denseArrangement, isolatedArrangements } from "../../lab/topology/arrangement.ts";
import { planTraffic } from "../../lab/traffic/plan.ts";
import type { PlannedFrame } from "../../lab/traffic/planned-frame.ts";
import { CELLS, NONCE, PLAN, plannedAs } from "./whole-plan.ts";

const FRAMES = new Map(PLAN.frames.map((frame) => [frame.id, frame]));
const framesOf = (ids: readonly number[]) => ids.map((id) => FRAMES.get(id) as PlannedFrame);
const isGroup = (address: string) => Number.parseInt(address.slice(0, 2), 16) % 2 === 1;
const TOPOLOGY = PLAN.topologies[0];
const OWN_ADDRESSES = new Set(
  PLAN.topologies.flatMap((topology) => [
    ...topology.endpoints.map(({ address }) => address),
    ...topology.lowers.map(({ address }) => address),
    topology.external.address,
    topology.fenceSource,
  ]),
);

describe("the plan of everything", () => {
  test("has every cell that can be built, in the order asked", () => {
    expect(CELLS).toHaveLength(2840);
    expect(PLAN.cells.map(({ cell }) => cell)).toEqual(CELLS.filter((cell) => !excludesEachOther(cell)));
  });

  test("numbers frames from 1 up, without a gap", () => {
    expect(PLAN.frames.map(({ id }) => id)).toEqual(PLAN.frames.map((_, index) => index + 1));
  });

  test("sends each cell's frames from its source, in its relay state, with its source's address", () => {
    for (const { cell, pair, frames } of PLAN.cells)
      for (const frame of framesOf(frames)) {
        const expected = { reflectiveRelay: cell.reflectiveRelay, source: addressOf(pair.source), fence: undefined };
        expect({ fence: undefined, ...frame }, cellName(cell)).toMatchObject(expected);
        expect(frame.from, cellName(cell)).toEqual(pair.source);
      }
  });

  test("addresses them as the traffic says", () => {
    for (const { cell, pair, frames } of PLAN.cells) {
      const to = framesOf(frames).map(({ destination }) => destination);
      if (cell.traffic === "unicast") expect(to, cellName(cell)).toEqual([addressOf(pair.destination)]);
      if (cell.traffic === "broadcast") expect(to, cellName(cell)).toEqual([BROADCAST]);
      if (cell.traffic === "multicast-joined") expect(to, cellName(cell)).toEqual([JOINED_GROUP]);
      if (cell.traffic === "unknown-unicast") {
        expect(to, cellName(cell)).toHaveLength(1);
        expect(isGroup(to[0] as string) || OWN_ADDRESSES.has(to[0] as string), cellName(cell)).toBe(false);
      }
    }
  });

  test("asks nine groups nobody joined, other ones each run", () => {
    const groups = (nonce: number) => {
      const plan = planTraffic(CELLS, denseArrangement(CELLS), nonce);
      const [cell] = plannedAs({ traffic: "multicast-not-joined" }, plan);
      return (cell?.frames ?? []).map((id) => plan.frames[id - 1]?.destination as string);
    };
    const one = groups(NONCE);
    expect(new Set(one).size).toBe(9);
    expect(one.every((group) => isGroup(group) && group !== JOINED_GROUP && group !== BROADCAST)).toBe(true);
    for (const { frames } of plannedAs({ traffic: "multicast-not-joined" })) expect(frames).toHaveLength(9);
    expect(groups(1).filter((group) => one.includes(group))).toEqual([]);
    for (const nonce of [0, 1, 0xeffff, 0xffffffff]) expect(new Set(groups(nonce)).size).toBe(9);
  });

  test("one frame serves all cells it can be judged by: a sender's of a kind, but unicast has one per peer", () => {
    for (const traffic of LAYER2_TRAFFIC) {
      const keys = new Map<string, string>();
      for (const { cell, pair, frames } of plannedAs({ traffic })) {
        const peer = traffic === "unicast" ? `${interfaceOf(pair.destination)} ${pair.destination.kind}` : "";
        const key = [interfaceOf(pair.source), pair.source.kind, cell.reflectiveRelay, peer].join(" ");
        expect(keys.get(key) ?? frames.join(), cellName(cell)).toBe(frames.join());
        keys.set(key, frames.join());
      }
      expect(new Set(keys.values()).size, traffic).toBe(keys.size);
    }
  });

  test("sends no probe twice", () => {
    const probes = PLAN.frames.filter(({ fence }) => !fence);
    const judged = new Set(PLAN.cells.flatMap(({ frames }) => frames));
    expect(probes.map(({ id }) => id).every((id) => judged.has(id))).toBe(true);
    const sent = probes.map(({ from, destination, reflectiveRelay }) =>
      [interfaceOf(from), from.kind, destination, reflectiveRelay].join(" "),
    );
    expect(new Set(sent).size).toBe(sent.length);
  });
});

describe("fences", () => {
  const fences = PLAN.frames.filter(({ fence }) => fence);
  const of = (relay: boolean) => fences.filter(({ reflectiveRelay }) => reflectiveRelay === relay);
  const shape = ({ from, source, destination, fence }: PlannedFrame) => ({
    ...{ from: interfaceOf(from), source, destination, kind: fence?.kind },
    to: fence?.to && interfaceOf(fence.to),
  });

  test("come after every probe", () => {
    const lastProbe = Math.max(...PLAN.frames.filter(({ fence }) => !fence).map(({ id }) => id));
    expect(Math.min(...fences.map(({ id }) => id))).toBeGreaterThan(lastProbe);
  });

  test("are the same in both relay states", () => {
    expect(of(true).map(shape)).toEqual(of(false).map(shape));
    expect(of(true).length).toBeGreaterThan(0);
  });

  test("reach every node by unicast, from an address on every source list", () => {
    const unicast = of(false).filter(({ from, fence }) => fence?.kind === "unicast" && from.kind === "external-host");
    const reached = unicast.map(({ fence }) => interfaceOf(fence?.to as Node)).sort();
    const taken = TOPOLOGY?.endpoints.filter(({ mode }) => mode === "passthru").map(({ lower }) => lower) ?? [];
    const nodes = [...(TOPOLOGY?.endpoints ?? []), ...(TOPOLOGY?.lowers ?? [])].map(({ name }) => name);
    expect(reached).toEqual(nodes.filter((name) => !taken.includes(name)).sort());
    for (const { source, destination, fence } of unicast) {
      expect(source).toBe(TOPOLOGY?.fenceSource);
      expect(destination).toBe(addressOf(fence?.to as Node));
    }
  });

  test("are of every kind that is fenced: a broadcast and a group everybody joined", () => {
    const outside = of(false).filter(({ from }) => from.kind === "external-host");
    expect(outside.filter(({ destination }) => destination === BROADCAST)).toHaveLength(1);
    expect(outside.filter(({ destination }) => destination === JOINED_GROUP)).toHaveLength(1);
  });

  test("from every lower device's host show that its port and the external host are watched", () => {
    for (const { name } of TOPOLOGY?.lowers ?? []) {
      const kinds = of(false)
        .filter(({ from }) => from.kind === "lower-host" && interfaceOf(from) === name)
        .map(({ fence }) => fence?.kind);
      expect(kinds.sort(), name).toEqual(["broadcast", "unicast"]);
    }
  });

  test("are sent only in the relay states that are asked", () => {
    const cells = CELLS.filter(({ reflectiveRelay, traffic }) => reflectiveRelay && traffic === "unicast");
    const plan = planTraffic(cells, denseArrangement(cells), NONCE);
    expect(plan.frames.length).toBeGreaterThan(0);
    expect(plan.frames.every(({ reflectiveRelay }) => reflectiveRelay)).toBe(true);
  });

  test("are sent only where a cell is, in every topology that has one", () => {
    const [first] = isolatedArrangements(CELLS);
    if (!first) throw new Error("no arrangement");
    const plan = planTraffic(CELLS, first, NONCE);
    const used = new Set(plan.cells.map(({ pair }) => pair.topology));
    expect(new Set(plan.frames.flatMap(({ fence }) => fence?.topology ?? []))).toEqual(used);
    expect(used.size).toBe(first.topologies.length);
  });
});

test("a plan of nothing sends nothing", () => {
  const plan = planTraffic([], denseArrangement([]), NONCE);
  expect([plan.frames, plan.cells]).toEqual([[], []]);
});
