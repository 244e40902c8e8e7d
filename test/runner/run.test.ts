import { beforeEach, describe, expect, test, vi } from "vitest";
import { EnvironmentError, UsageError } from "../../lab/base/errors.ts";
import { cellId, cellsOf } from "../../lab/model/cell.ts";
import type { RunEvent } from "../../lab/model/events.ts";
import { resultsSchema } from "../../lab/model/results.ts";
import type { Scenario } from "../../lab/model/scenario.ts";
import { lostChecks } from "../../lab/runner/checks-run.ts";
import type { KernelOutcome, runKernel as RunKernel } from "../../lab/runner/kernel-run.ts";
import { lostCells } from "../../lab/runner/lost.ts";
import type { Target } from "../../lab/runner/place.ts";
import { type RunOptions, runLab } from "../../lab/runner/run.ts";
import type { KernelSuite, SuiteOptions } from "../../lab/runner/suites.ts";
import type { Selection } from "../../lab/runner/unit.ts";
import { add } from "../../scenarios/basics/steps.ts";

const { runKernel } = vi.hoisted(() => ({ runKernel: vi.fn<typeof RunKernel>() }));
vi.mock("../../lab/runner/kernel-run.ts", () => ({
  runKernel,
  unfinished: (target: Target, selections: readonly Selection[]) => outcomeFor(target, selections),
}));
/** The runner cannot run inside itself (suites.test.ts has it in a process of its own): this one does as it promises. */
vi.mock("../../lab/runner/suites.ts", () => ({
  runSuites: async (suites: readonly KernelSuite[], { filter }: SuiteOptions) => {
    for (const suite of suites) {
      const names = suite.tests.filter((name) => filter?.test(name) ?? true);
      if (names.length > 0) await suite.prepare(new Set(names)).catch(() => {});
    }
  },
}));

const AXES = { placements: ["two-lowers"], reflectiveRelay: [false], traffic: ["unicast"], modes: ["vepa"] } as const;
const SCENARIO = { title: "x", claims: [], slow: false, privileged: false };
const SCENARIOS: readonly Scenario[] = [
  { ...SCENARIO, name: "pairs", cells: AXES },
  { ...SCENARIO, name: "looks", checks: [{ id: "c1", text: "c", steps: [add("first")], look: { look: "error" } }] },
];
const TARGETS: readonly Target[] = [
  { kind: "host", id: "host", version: [6, 1, 0] },
  { kind: "host", id: "other", version: [7, 2, 0] },
];
const CELLS = cellsOf(AXES);

/** Everything asked, judged inconclusive: enough to see what was asked. */
const outcomeFor = (target: Target, selections: readonly Selection[]): KernelOutcome => ({
  kernel: {
    ...{ id: target.id, release: "6.1", version: "6.1.0", sha256: "cafe", modules: [], accelerator: "none" },
    seconds: { boot: 0, topology: 0, traffic: 0, decode: 0, total: 2.5 },
    health: { status: "ok", findings: [] },
  },
  cells: selections.flatMap((one) => lostCells({ ...one, kernel: target.id, version: target.version }, () => "x")),
  checks: selections.flatMap((one) => lostChecks({ ...one, kernel: target.id, version: target.version }, () => "x")),
});

beforeEach(() => {
  runKernel.mockReset().mockImplementation(async (target, selections) => outcomeFor(target, selections));
});

function run(filter?: RegExp, judgeAgain?: RunOptions["judgeAgain"]) {
  const events: RunEvent[] = [];
  const options = {
    ...{ id: "run-1", version: "0.1.0", command: ["run", "x"], directory: "/nowhere", isolate: false, jobs: 1 },
    ...{ scenarios: SCENARIOS, targets: TARGETS, filter, judgeAgain },
    listener: (event: RunEvent) => void events.push(event),
  };
  return { events, results: runLab(options) };
}

describe("runLab", () => {
  test("asks every kernel everything, and puts the results together as the schema says", async () => {
    const results = await run().results;
    expect(resultsSchema.parse(results)).toEqual(results);
    expect(results.run).toMatchObject({ id: "run-1", version: "0.1.0", command: ["run", "x"] });
    expect(results.kernels.map(({ id }) => id)).toEqual(["host", "other"]);
    const ids = TARGETS.flatMap(({ id }) => CELLS.map((cell) => cellId("pairs", id, cell)));
    expect(results.cells.map(({ id }) => id)).toEqual(ids);
    expect(results.checks.map(({ id, kernel }) => [id, kernel])).toEqual([
      ["c1", "host"],
      ["c1", "other"],
    ]);
  });

  test("asks what the filter selects, and boots no kernel for nothing", async () => {
    const { cells, checks, kernels } = await run(/^pairs other .*>macvtap/).results;
    expect(kernels.map(({ id }) => id)).toEqual(["other"]);
    expect(cells.map(({ destination }) => destination.kind)).toEqual(["macvtap", "macvtap"]);
    expect(checks).toEqual([]);
    expect(runKernel).toHaveBeenCalledTimes(1);
  });

  test("a filter may select checks by their id", async () => {
    const { cells, checks } = await run(/^looks host c1$/).results;
    expect([cells.length, checks.length]).toEqual([0, 1]);
  });

  test("a filter that selects nothing is the user's mistake, quoted, with an example", async () => {
    const failure = run(/no such cell/).results;
    await expect(failure).rejects.toBeInstanceOf(UsageError);
    await expect(failure).rejects.toMatchObject({
      message: expect.stringContaining('"no such cell"'),
      mend: expect.stringContaining("pairings"),
    });
    expect(runKernel).not.toHaveBeenCalled();
  });

  test("the lab's own failure on every kernel ends the run with that very error", async () => {
    const failure = new EnvironmentError("no ip here");
    runKernel.mockImplementation(async () => {
      throw failure;
    });
    await expect(run().results).rejects.toBe(failure);
  });

  test("the lab's own failure on one kernel costs the other nothing, and is said", async () => {
    runKernel.mockImplementationOnce(async () => {
      throw new EnvironmentError("no ip here");
    });
    const { events, results } = run();
    expect((await results).kernels.map(({ id }) => id)).toEqual(["host", "other"]);
    expect(events).toContainEqual({ event: "note", text: "no ip here" });
  });

  test("a bug on one kernel is thrown", async () => {
    runKernel.mockImplementationOnce(async () => {
      throw new TypeError("a bug");
    });
    await expect(run().results).rejects.toThrow("a bug");
  });

  test("tells its start first, and each kernel's end with its counts", async () => {
    const { events, results } = run();
    await results;
    expect(events[0]).toEqual({ event: "start", kernels: ["host", "other"], scenarios: ["pairs", "looks"] });
    const ends = events.filter(({ event }) => event === "kernel-end");
    expect(ends).toEqual(
      ["host", "other"].map((kernel) => ({
        ...{ event: "kernel-end", kernel, seconds: 2.5 },
        counts: { inconclusive: CELLS.length + 1 },
      })),
    );
  });

  test("counts at a kernel's end the verdicts people will read, whoever's expectation they are by", async () => {
    const judgeAgain: RunOptions["judgeAgain"] = ({ cells, checks }) => ({
      cells: cells.map((cell) => ({ ...cell, verdict: "match" })),
      checks,
    });
    const { events, results } = run(undefined, judgeAgain);
    expect((await results).cells[0]?.verdict).toBe("inconclusive");
    const [end] = events.filter(({ event }) => event === "kernel-end");
    expect(end).toMatchObject({ counts: { match: CELLS.length, inconclusive: 1 } });
  });
});
