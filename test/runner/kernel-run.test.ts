import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EnvironmentError, KernelError } from "../../lab/base/errors.ts";
import { type Cell, cellsOf, partyName } from "../../lab/model/cell.ts";
import type { RunEvent } from "../../lab/model/events.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import type { CellResult, KernelResult } from "../../lab/model/results.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { runKernel, type Selection } from "../../lab/runner/kernel-run.ts";
import type { Place, PlaceOptions, Target } from "../../lab/runner/place.ts";
import { add, setMode } from "../../scenarios/basics/steps.ts";
import { collect } from "../capture/collect.ts";
import { type DoubleOptions, openKernelDouble } from "./kernel-double.ts";

const { openPlace } = vi.hoisted(() => ({
  openPlace: vi.fn<(target: Target, options: PlaceOptions) => Promise<Place>>(),
}));
vi.mock("../../lab/runner/place.ts", () => ({ openPlace }));

const KERNEL: KernelArtefacts = {
  ...{
    spec: "debian:test/cloud",
    release: "6.1.0-test",
    version: [6, 1, 192],
    vmlinuz: "/k",
    sha256: "cafe",
    packages: [],
  },
};
const TARGET: Target = { kind: "guest", id: "debian:test/cloud", version: [6, 1, 192], kernel: KERNEL };

const CELLS = cellsOf({
  placements: ["same-lower", "two-lowers"],
  reflectiveRelay: [false],
  traffic: ["unicast"],
  modes: ["private", "vepa", "passthru"],
});
const CHECKS: readonly CheckSpec[] = [
  {
    id: "default-mode",
    claim: "M1",
    text: "the default",
    steps: [add("first")],
    look: { look: "mode", device: "first" },
  },
  {
    id: "exclusive",
    text: "beside passthru",
    steps: [add("first", { mode: "passthru" }), add("second", { mode: "vepa" })],
    look: { look: "error" },
  },
  {
    id: "mode-change",
    text: "changed",
    steps: [add("first", { mode: "private" }), setMode("first", "bridge")],
    look: { look: "mode", device: "first" },
  },
];
const SELECTIONS: readonly Selection[] = [
  { scenario: "pairings", cells: CELLS, checks: [] },
  { scenario: "basics", cells: [], checks: CHECKS },
];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "macvlab-test-"));
  mkdirSync(join(directory, "captures"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

interface Played {
  readonly events: RunEvent[];
  readonly disposed: () => number;
  readonly run: (isolate?: boolean) => ReturnType<typeof runKernel>;
}

const OK: KernelResult["health"] = { status: "ok", findings: [] };

/** A place whose kernel is the double, and whose console says what `health` says. */
function place(options: DoubleOptions = {}, health = () => OK): Played {
  const events: RunEvent[] = [];
  let disposed = 0;
  const double = openKernelDouble(options);
  openPlace.mockImplementation(async (_target, { whileStarting }) => {
    whileStarting();
    return {
      executor: double.executor,
      facts: { release: "6.1.0-test", version: "6.1.192", sha256: "cafe", modules: [], accelerator: "tcg" },
      bootSeconds: 1.5,
      silence: () => 0,
      health,
      [Symbol.asyncDispose]: async () => void disposed++,
    };
  });
  const common = { directory, application: "macvlab test", listener: (event: RunEvent) => void events.push(event) };
  const run = (isolate = false) => runKernel(TARGET, SELECTIONS, { ...common, isolate });
  return { events, disposed: () => disposed, run };
}

const verdicts = (results: readonly { verdict: string }[]) =>
  [...new Set(results.map(({ verdict }) => verdict))].sort();
const named = (cells: readonly CellResult[], name: string) =>
  (cells as readonly (CellResult & Cell)[]).find(
    ({ source, destination, placement }) => `${placement} ${partyName(source)}>${partyName(destination)}` === name,
  );

describe("a place that does what the oracle predicts", () => {
  test("gives every cell and check its verdict, in the order asked", async () => {
    const { cells, checks } = await place().run();
    expect(cells.map(({ placement, source, destination }) => ({ placement, source, destination }))).toEqual(
      CELLS.map(({ placement, source, destination }) => ({ placement, source, destination })),
    );
    expect(cells.filter(({ verdict }) => verdict === "mismatch" || verdict === "inconclusive")).toEqual([]);
    expect(verdicts(cells)).toEqual(["match", "unsupported"]);
    expect(named(cells, "two-lowers macvlan/vepa>macvtap/private")).toMatchObject({
      id: "pairings debian:test/cloud two-lowers relay-off unicast macvlan/vepa>macvtap/private",
      verdict: "match",
      observed: { copies: 1, echo: 0, wire: 1 },
    });
    expect(named(cells, "same-lower macvlan/vepa>macvlan/private")?.observed).toMatchObject({ copies: 0, wire: 1 });
    expect(named(cells, "same-lower macvlan/vepa>macvlan/passthru")).toMatchObject({
      verdict: "unsupported",
      observed: { error: "EINVAL", at: expect.stringMatching(/^ip link add link .* mode passthru$/) },
    });
    expect(checks.map(({ id, observed, verdict }) => [id, observed, verdict])).toEqual([
      ["default-mode", "vepa", "match"],
      ["exclusive", "EINVAL", "match"],
      ["mode-change", "bridge", "match"],
    ]);
  });

  test("leaves a capture that holds the frames the evidence names", async () => {
    const { cells } = await place().run();
    const cell = named(cells, "two-lowers macvlan/vepa>macvtap/private");
    const { frames } = await collect([readFileSync(join(directory, cell?.evidence[0]?.capture ?? ""))]);
    for (const { interface: name, frames: numbers, control } of cell?.evidence ?? [])
      for (const number of [...numbers, ...control]) expect(frames[number - 1]?.interface.name).toBe(name);
    expect(cell?.evidence.flatMap((one) => one.control).length).toBeGreaterThanOrEqual(3);
  });

  test("tells its phases in order, its times and its health, and is closed once", async () => {
    const played = place();
    const { kernel } = await played.run();
    expect(played.events.map((event) => event.event === "phase" && event.phase)).toEqual([
      "topology",
      "traffic",
      "decode",
      "checks",
    ]);
    expect(kernel).toMatchObject({ id: TARGET.id, release: "6.1.0-test", accelerator: "tcg", health: OK });
    expect(kernel.seconds.boot).toBe(1.5);
    expect(played.disposed()).toBe(1);
  });

  test("gives the same verdicts and counts when each pair is alone", async () => {
    const brief = (cells: readonly CellResult[]) =>
      cells.map(({ id, verdict, observed }) => ({
        id,
        verdict,
        copies: observed.copies,
        wire: observed.wire,
        error: observed.error,
      }));
    const dense = await place().run();
    expect(brief((await place().run(true)).cells)).toEqual(brief(dense.cells));
  });

  test("a warning on its console is a finding, its results stand", async () => {
    const warned: KernelResult["health"] = {
      status: "warned",
      findings: [{ kind: "warning", title: "WARNING: x", log: "x" }],
    };
    const { kernel, cells } = await place({}, () => warned).run();
    expect(kernel.health).toEqual(warned);
    expect(verdicts(cells)).toEqual(["match", "unsupported"]);
  });
});

describe("a kernel that does something else", () => {
  test("is a mismatch: it refuses what it should allow", async () => {
    const refuse = (line: string) =>
      line.includes("type macvlan mode passthru") && line.includes("c1first")
        ? "RTNETLINK answers: Operation not permitted"
        : undefined;
    const { checks } = await place({ refuse }).run();
    expect(checks.map(({ verdict }) => verdict)).toEqual(["match", "mismatch", "match"]);
  });

  test("is a mismatch: it refuses with another error", async () => {
    const refuse = (line: string) =>
      /^link add link try-.*mode passthru/.test(line) && !line.includes("-0 ")
        ? "RTNETLINK answers: Device or resource busy"
        : undefined;
    const { cells } = await place({ refuse }).run();
    expect(verdicts(cells)).toEqual(
      ["match", "mismatch"].concat(verdicts(cells).includes("unsupported") ? ["unsupported"] : []),
    );
    expect(cells.find(({ verdict }) => verdict === "mismatch")?.reason).toMatch(
      /expected EINVAL, observed EBUSY at "ip link add/,
    );
  });
});

describe("a place that is lost", () => {
  const gone = new KernelError('guest "debian:test/cloud" is gone', { detail: "the last lines" });
  const losing = (part: RegExp) => (script: string) => {
    if (part.test(script)) throw gone;
  };
  const PANIC: KernelResult["health"] = {
    status: "panic",
    findings: [{ kind: "panic", title: "Kernel panic - not syncing: Fatal exception", log: "..." }],
  };

  test.each([
    ["while the topology is built", /^\{ echo 1/m],
    ["while frames are sent", / play/],
    ["while refusals are tried", /try-low0/],
    ["in a later scenario", /c0first/],
  ])("%s: everything is inconclusive and names the finding, nothing is kept", async (_when, part) => {
    const played = place({ before: losing(part) }, () => PANIC);
    const { kernel, cells, checks } = await played.run();
    expect(kernel.health).toEqual(PANIC);
    expect([cells.length, checks.length]).toEqual([CELLS.length, CHECKS.length]);
    for (const { verdict, reason } of [...cells, ...checks]) {
      expect(verdict).toBe("inconclusive");
      expect(reason).toBe("lost to the kernel: Kernel panic - not syncing: Fatal exception");
    }
    expect(cells.every(({ observed, evidence }) => Object.keys(observed).length + evidence.length === 0)).toBe(true);
    expect(played.disposed()).toBe(1);
  });

  test("without a word on its console hangs, and that is the finding", async () => {
    const { kernel, cells } = await place({ before: losing(/ play/) }).run();
    expect(kernel.health).toEqual({
      status: "hang",
      findings: [{ kind: "hang", title: gone.message, log: "the last lines" }],
    });
    expect(cells[0]?.reason).toBe(`lost to the kernel: ${gone.message}`);
  });

  test("before it came up has not booted; what is known of it comes from its files", async () => {
    openPlace.mockRejectedValue(new KernelError('kernel "x" ended before its first command', { detail: "tail" }));
    const options = { directory, isolate: false, application: "x", listener: () => {} };
    const { kernel, cells } = await runKernel(TARGET, SELECTIONS, options);
    expect(kernel).toMatchObject({ release: "6.1.0-test", version: "6.1.192", sha256: "cafe" });
    expect(kernel.health.status).toBe("boot-failed");
    expect(kernel.health.findings).toMatchObject([{ kind: "boot-failed", log: "tail" }]);
    expect(verdicts(cells)).toEqual(["inconclusive"]);
  });
});

describe("the lab's own failures", () => {
  const expectFailure = async (options: DoubleOptions, expected: object) => {
    const played = place(options);
    const failure = played.run();
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failure).rejects.toMatchObject(expected);
    expect(played.disposed()).toBe(1);
  };

  test("a line of the topology that is refused, with the command", async () => {
    const refuse = (line: string) => (line === "link set low-b up" ? "RTNETLINK answers: No such device" : undefined);
    await expectFailure(
      { refuse },
      {
        message: expect.stringContaining('"link set low-b up" failed'),
        detail: expect.stringContaining("No such device"),
      },
    );
  });

  test("an agent that fails, with its own words", async () => {
    await expectFailure(
      { playStatus: 1 },
      { message: expect.stringContaining("ended with status 1"), detail: "agent: no such interface" },
    );
  });

  test("a recording that breaks off", async () => {
    await expectFailure(
      { recording: (bytes) => bytes.subarray(0, -1) },
      { message: expect.stringMatching(/breaks off after \d+ bytes/) },
    );
  });
});

test("a recording without one frame's records leaves that cell alone inconclusive", async () => {
  const onlyFirst = (bytes: Buffer) => {
    const length = bytes.readUInt32LE(0);
    return bytes.subarray(length);
  };
  const { cells } = await place({ recording: onlyFirst }).run();
  const doubtful = cells.filter(({ verdict }) => verdict === "inconclusive");
  expect(doubtful).toHaveLength(1);
  expect(doubtful[0]?.reason).toContain("a probe was never sent");
});
