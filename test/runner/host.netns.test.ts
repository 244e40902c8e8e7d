/** The whole matrix in namespaces of the running kernel: verdicts, captures, repetition, isolation. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cell, cellsOf, excludesEachOther } from "../../lab/model/cell.ts";
import type { Results } from "../../lab/model/results.ts";
import { LAYER2_TRAFFIC, PLACEMENTS } from "../../lab/model/vocabulary.ts";
import { type Arrangement, denseArrangement } from "../../lab/topology/arrangement.ts";
import { pairings } from "../../scenarios/pairings.ts";
import { type Ended, openYard, type Yard } from "../cli/macvlab.ts";
import { noRoot } from "../cli/privileged.ts";
import { faultsOf } from "./cell-frames.ts";
import { deviations, noTshark, observations, type Row, readCaptureRows, readResults } from "./run-files.ts";

const CELLS = 2840;

interface Run {
  readonly ended: Ended;
  readonly results: Results;
}

let yard: Yard;
let first: Run;
beforeAll(async () => {
  if (noRoot) return;
  yard = await openYard();
  first = await run("first");
});
afterAll(() => yard?.[Symbol.asyncDispose]());

async function run(out: string, ...args: string[]): Promise<Run> {
  const ended = await yard.run(["run", "pairings", "--kernel", "host", "--out", out, ...args]);
  return { ended, results: await readResults(join(yard.directory, out)) };
}

async function rowsOf(out: string): Promise<Row[]> {
  return readCaptureRows(join(yard.directory, out, "captures", "host-pairings.pcapng"));
}

describe.skipIf(noRoot)(`pairings on the running kernel${noRoot}`, () => {
  test(`has ${CELLS} cells, every pair of every placement in every traffic`, () => {
    expect(first.results.cells).toHaveLength(CELLS);
    expect(new Set(first.results.cells.map(({ id }) => id)).size).toBe(CELLS);
    const combinations = new Set(
      first.results.cells.map(
        ({ placement, reflectiveRelay, traffic }) => `${placement} ${reflectiveRelay} ${traffic}`,
      ),
    );
    expect(combinations.size).toBe(PLACEMENTS.length * 2 * LAYER2_TRAFFIC.length);
  });

  test("is as the reviewed drivers promise; where it is newer than them, what differs is marked extrapolated", () => {
    const surprising = first.results.cells.filter(({ expected }) => !expected.extrapolated);
    expect(deviations(surprising)).toEqual([]);
    const extrapolated = deviations(first.results.cells);
    expect(extrapolated.filter((text) => text.includes("inconclusive"))).toEqual([]);
    expect(first.ended.code, first.ended.stderr).toBe(extrapolated.length > 0 ? 1 : 0);
  });

  test("sees the same again, under other tags", async () => {
    const second = await run("second");
    expect(observations(second.results.cells)).toEqual(observations(first.results.cells));
    if (noTshark) return;
    const tags = async (out: string) => [...new Set((await rowsOf(out)).flatMap(({ tag }) => tag?.run ?? []))];
    const [one, two] = [await tags("first"), await tags("second")];
    expect([one.length, two.length]).toEqual([1, 1]);
    expect(one).not.toEqual(two);
  });

  test("sees the same with each pair alone", async () => {
    const alone = await run("alone", "--isolate");
    expect(observations(alone.results.cells)).toEqual(observations(first.results.cells));
  });

  test("with a filter has the cells it names and no others, and sees the same in them", async () => {
    const some = await run("some", "--filter", "relay-on broadcast macvtap/bridge>");
    const wanted = first.results.cells.filter(({ id }) => id.includes(" relay-on broadcast macvtap/bridge>"));
    expect(wanted.length).toBeGreaterThan(20);
    expect(some.results.cells.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
    expect(observations(some.results.cells)).toEqual(observations(wanted));
  });
});

describe.skipIf(noRoot || noTshark)(`the capture, as tshark decodes it${noRoot}${noTshark}`, () => {
  let rows: Row[];
  let arrangement: Arrangement;
  beforeAll(async () => {
    rows = await rowsOf("first");
    if (pairings.cells) arrangement = denseArrangement(cellsOf(pairings.cells));
  });

  test("names the interface of every frame, and its direction", () => {
    expect(rows.length).toBeGreaterThan(10_000);
    expect(rows.filter((row) => row.interface === "" || row.direction === "none")).toEqual([]);
    expect(new Set(rows.map((row) => row.interface))).toContain("low-a:host");
  });

  test("shows nothing leaving an endpoint that is not its own, and nothing but arrivals behind the handlers", () => {
    const addresses = new Map(arrangement.topologies[0]?.endpoints.map(({ name, address }) => [name, address]));
    const foreign = rows.filter((row) => {
      const address = addresses.get(row.interface.replace(/:device$/, ""));
      return address !== undefined && row.direction === "out" && row.source !== address;
    });
    expect(foreign).toEqual([]);
    expect(rows.filter((row) => row.interface.endsWith(":host") && row.direction !== "in")).toEqual([]);
  });

  test.each(PLACEMENTS)("%s: what every cell names as its evidence is there, and is as it was counted", (placement) => {
    const cells = first.results.cells.filter(
      (cell) => cell.placement === placement && !excludesEachOther(cell as Cell),
    );
    const faults = cells.flatMap((cell) => faultsOf(cell, arrangement, rows).map((fault) => `${cell.id}: ${fault}`));
    expect(faults).toEqual([]);
    expect(cells.length).toBeGreaterThan(90);
  });

  test("is checked in earnest: a number that is one off, a count that is one off, an early control are found", () => {
    const cell = first.results.cells.find(({ observed }) => observed.copies === 1 && observed.wire === 1);
    if (!cell) throw new Error("no cell was received over the wire");
    const { evidence, observed } = cell;
    expect(faultsOf(cell, arrangement, rows)).toEqual([]);
    const shifted = (by: (numbers: number[]) => Partial<(typeof evidence)[0]>) => ({
      ...cell,
      evidence: evidence.map((one) => ({ ...one, ...by(one.frames) })),
    });
    const frames = shifted((numbers) => ({ frames: numbers.map((number) => number + 1) }));
    const control = shifted((numbers) => ({ control: numbers }));
    const copies = { ...cell, observed: { ...observed, copies: 2 } };
    for (const spoilt of [frames, control, copies]) expect(faultsOf(spoilt, arrangement, rows)).not.toEqual([]);
  });

  test("gives every cell's frames a tag of its sender, traffic and relay state alone", () => {
    const owners = new Map<number, string>();
    for (const cell of first.results.cells.filter((one) => one.evidence.length > 0)) {
      const owner = [cell.evidence[0]?.interface, cell.traffic, cell.reflectiveRelay].join(" ");
      const frames = cell.evidence.flatMap(({ frames: numbers }) => numbers);
      for (const id of new Set(frames.map((number) => rows[number - 1]?.tag?.id ?? 0))) {
        expect(owners.get(id) ?? owner, `${cell.id}: frame ${id}`).toBe(owner);
        owners.set(id, owner);
      }
    }
  });
});
