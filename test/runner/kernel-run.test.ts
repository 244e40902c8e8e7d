import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EnvironmentError, KernelError } from "../../lab/base/errors.ts";
import { findingsIn } from "../../lab/guest/console.ts";
import { StarvedError } from "../../lab/guest/starvation.ts";
import { type Cell, cellsOf, partyName } from "../../lab/model/cell.ts";
import type { RunEvent } from "../../lab/model/events.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import type { CellResult, Finding } from "../../lab/model/results.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import type { Party } from "../../lab/model/vocabulary.ts";
import { runKernel } from "../../lab/runner/kernel-run.ts";
import type { Place, PlaceOptions, Target } from "../../lab/runner/place.ts";
import type { Selection } from "../../lab/runner/unit.ts";
import { whole } from "../../lab/topology/stage.ts";
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
  for (const name of ["captures", "console"]) mkdirSync(join(directory, name));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

interface Played {
  readonly events: RunEvent[];
  readonly disposed: () => number;
  /** The console of each guest, in order. */
  readonly guests: readonly string[];
  readonly run: (isolate?: boolean, asked?: readonly Selection[]) => ReturnType<typeof runKernel>;
}

const OK = { status: "ok", findings: [] };

const LAST_WORDS = "[    9.0] Kernel panic - not syncing: broken\n";
const [PANIC] = findingsIn(LAST_WORDS) as [Finding];

/** Every guest's kernel is a double of its own, and its console says what `findings` says; dead, it says that it panicked. */
function place(
  options: DoubleOptions = {},
  findings: readonly Finding[] = [],
  lastWords: string | ((line: string) => string) = LAST_WORDS,
  condition: Partial<Place> = {},
): Played {
  const events: RunEvent[] = [];
  const guests: string[] = [];
  let disposed = 0;
  openPlace.mockImplementation(async (_target, { whileStarting, console }) => {
    const dies = (line: string) => {
      if (!options.dies?.(line)) return false;
      const said = typeof lastWords === "string" ? lastWords : lastWords(line);
      writeFileSync(console, `macvlab: next ip ${line}\n${said}`);
      return true;
    };
    const double = openKernelDouble({ ...options, dies });
    guests.push(console);
    whileStarting();
    return {
      executor: double.executor,
      tested: [double.executor],
      stage: () => whole(double.executor),
      facts: { release: "6.1.0-test", version: "6.1.192", sha256: "cafe", modules: [], accelerator: "tcg" },
      bootSeconds: 1.5,
      silence: () => 0,
      findings: () => findings,
      lastFindings: () => findings,
      isCredible: () => true,
      starved: () => undefined,
      killedBy: () => undefined,
      interrupt: () => {},
      progress: () => double.progress,
      [Symbol.asyncDispose]: async () => void disposed++,
      ...condition,
    };
  });
  const common = { directory, application: "macvlab test", listener: (event: RunEvent) => void events.push(event) };
  const run = (isolate = false, asked = SELECTIONS) => runKernel(TARGET, asked, { ...common, isolate });
  return { events, guests, disposed: () => disposed, run };
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
      "teardown",
      "refusals",
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
    const warning: Finding = { kind: "warning", title: "WARNING in x", log: "x" };
    const { kernel, cells } = await place({}, [warning]).run();
    expect(kernel.health).toEqual({ status: "warned", findings: [warning] });
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

/** The sender of a plan's line, told by the number the plan gives its interface. */
const fromInterface = (number: number) => (line: string) => line.startsWith(`send ${number} `);

describe("a kernel that dies", () => {
  test("of one sender's frames: the finding hangs on one, everything else has its result", async () => {
    const played = place({ dies: fromInterface(0) });
    const { kernel, cells, checks } = await played.run();
    expect(kernel.health).toMatchObject({ status: "panic", findings: [{ title: PANIC.title }] });
    expect(kernel.health.findings[0]?.cause).toMatch(
      /^pairings \S+ relay-off unicast macvlan\/private>\S+, frame ".*" \(\S+ > \S+\), alone in a fresh guest$/,
    );
    const lost = cells.filter(({ verdict }) => verdict === "inconclusive");
    expect(lost.length).toBeGreaterThan(0);
    for (const { source, reason } of lost) {
      expect(partyName(source as Party)).toBe("macvlan/private");
      expect(reason).toContain(`lost to the kernel: ${PANIC.title}`);
    }
    expect([cells.length, checks.length]).toEqual([CELLS.length, CHECKS.length]);
    expect(verdicts(checks)).toEqual(["match"]);
    expect(kernel.boots).toBe(played.guests.length);
    expect(played.guests.length).toBeLessThanOrEqual(12);
    expect(played.disposed()).toBe(played.guests.length);
    expect(new Set(played.guests).size).toBe(played.guests.length);
  });

  test("of a command of the topology: named, and everything without that kind of endpoint has its result", async () => {
    const played = place({ dies: (line) => /^link add link low-\S+ .*macvtap mode vepa/.test(line) });
    const { kernel, cells, checks } = await played.run();
    expect(kernel.health.findings[0]?.cause).toMatch(/^command "ip link add link low-a .* type macvtap mode vepa/);
    const touches = ({ source, destination }: CellResult) =>
      [source, destination].some((end) => partyName(end as Party) === "macvtap/vepa");
    for (const cell of cells.filter(({ observed }) => observed.error === undefined))
      expect(cell.verdict).toBe(touches(cell) ? "inconclusive" : "match");
    expect(verdicts(checks)).toEqual(["match"]);
    expect(played.guests.length).toBeLessThanOrEqual(6);
  });

  test("of a refusal: no command of the topology that was built before it is blamed", async () => {
    const played = place({ dies: (line) => /^link add link try-.* macvtap mode passthru/.test(line) });
    const { kernel, cells, checks } = await played.run();
    expect(kernel.health.findings[0]?.cause).toMatch(/^pairings same-lower .*passthru/);
    expect(kernel.health.findings[0]?.cause).not.toContain("command");
    for (const { placement, verdict } of cells.filter((cell) => cell.placement === "two-lowers"))
      expect([placement, verdict]).toEqual(["two-lowers", "match"]);
    expect(verdicts(checks)).toEqual(["match"]);
  });

  test("and a lab that fails while it looks for the cause: what was learnt before stands", async () => {
    const played = place({ dies: fromInterface(0) });
    openPlace.mockImplementationOnce(openPlace.getMockImplementation() as typeof openPlace);
    openPlace.mockImplementationOnce(async () => {
      throw new EnvironmentError("QEMU is gone");
    });
    const { kernel, cells } = await played.run();
    expect(kernel.health.status).toBe("panic");
    expect(kernel.health.findings[0]).toMatchObject({ title: PANIC.title });
    expect(verdicts(cells)).toContain("inconclusive");
    expect(played.events).toContainEqual(
      expect.objectContaining({ event: "note", text: expect.stringContaining("QEMU is gone") }),
    );
  });

  test("of a check", async () => {
    const { kernel, cells, checks } = await place({ dies: (line) => /second.* mode vepa/.test(line) }).run();
    expect(verdicts(cells)).toEqual(["match", "unsupported"]);
    expect(checks.map(({ verdict }) => verdict)).toEqual(["match", "inconclusive", "match"]);
    expect(kernel.health.findings[0]?.cause).toContain("basics exclusive");
  });

  test("of everything: no more than twelve guests, and nothing is kept", async () => {
    const played = place({ dies: (line) => line.startsWith("send ") || / type macv/.test(line) });
    const { cells, checks } = await played.run();
    expect(verdicts([...cells, ...checks])).toEqual(["inconclusive"]);
    expect(cells.every(({ observed, evidence }) => Object.keys(observed).length + evidence.length === 0)).toBe(true);
    expect(played.guests.length).toBeLessThanOrEqual(12);
  });

  test("without a word on its console hangs, and that is the finding", async () => {
    const { kernel } = await place({ dies: fromInterface(0) }, [], "").run();
    expect(kernel.health.status).toBe("hang");
    expect(kernel.health.findings[0]).toMatchObject({
      kind: "hang",
      title: 'guest "double" is gone',
      log: "the last lines",
    });
  });
});

describe("a kernel with two faults", () => {
  const SECOND = "[    9.0] Kernel panic - not syncing: another\n";
  const isCheck = (line: string) => /second.* mode vepa/.test(line);
  const dies = (line: string) => line.startsWith("send 0 ") || isCheck(line);

  test("has each named with what provokes it, and what is lost is lost to its own", async () => {
    const { kernel, cells, checks } = await place({ dies }, [], (line) => (isCheck(line) ? SECOND : LAST_WORDS)).run();
    const causes = new Map(kernel.health.findings.map(({ title, cause }) => [title, cause]));
    expect(causes.get(PANIC.title)).toMatch(/^pairings /);
    expect(causes.get("kernel panic: another")).toMatch(/^basics exclusive/);
    expect(checks[1]?.reason).toBe("lost to the kernel: kernel panic: another, which this provokes");
    const lost = cells.filter(({ verdict }) => verdict === "inconclusive");
    for (const { reason } of lost) expect(reason).toContain(`lost to the kernel: ${PANIC.title}`);
  });

  test("of which one says nothing at all: that it hangs is told as well", async () => {
    const { kernel } = await place({ dies }, [], (line) => (isCheck(line) ? "" : LAST_WORDS)).run();
    expect(kernel.health.findings.map(({ kind }) => kind)).toEqual(["panic", "hang"]);
  });
});

test("a topology that crashes the kernel at no endpoint costs its cells, and nothing that does without it", async () => {
  const { kernel, cells, checks } = await place({ dies: (line) => line.startsWith("link add ext ") }).run();
  expect(kernel.health.findings[0]?.cause).toMatch(/^command "ip link add ext /);
  for (const cell of cells) expect(cell.verdict).toBe(cell.expected.error ? "unsupported" : "inconclusive");
  expect(verdicts(checks)).toEqual(["match"]);
});

test("a topology that crashes the kernel, and a lab that fails then: all is lost to that finding, and it is said", async () => {
  const played = place({ dies: (line) => line.startsWith("link add ext ") });
  openPlace.mockImplementationOnce(openPlace.getMockImplementation() as typeof openPlace);
  openPlace.mockRejectedValue(new EnvironmentError("QEMU cannot be started"));
  const { kernel, checks } = await played.run();
  const reason = `lost to the kernel: ${PANIC.title}; it was not asked again: the lab failed: QEMU cannot be started`;
  for (const check of checks) expect(check.reason).toBe(reason);
  expect(kernel).toMatchObject({ boots: 2, health: { status: "panic" } });
});

test("each pair alone: an endpoint that cannot be made is known by its name there too, and the pairs stay alone", async () => {
  const played = place({ dies: (line) => /^link add link w\d+low-\S+ .*macvtap mode vepa/.test(line) });
  const { kernel, cells } = await played.run(true);
  expect(kernel.health.findings[0]?.cause).toMatch(/^command "ip link add link .* type macvtap mode vepa/);
  const touches = ({ source, destination }: CellResult) =>
    [source, destination].some((end) => partyName(end as Party) === "macvtap/vepa");
  for (const cell of cells.filter(({ observed }) => observed.error === undefined))
    expect([cell.id, cell.verdict]).toEqual([cell.id, touches(cell) ? "inconclusive" : "match"]);
});

test("a guest that does not come up among those that look for the cause blames nothing it was to be asked", async () => {
  const played = place({ dies: fromInterface(0) });
  const boots = openPlace.getMockImplementation() as typeof openPlace;
  openPlace.mockImplementationOnce(boots);
  openPlace.mockRejectedValueOnce(new KernelError('kernel "x" was not up after 60 s'));
  const { kernel, cells } = await played.run();
  expect(kernel.health.findings[0]?.cause).toMatch(/alone in a fresh guest$/);
  const lost = cells.filter(({ verdict }) => verdict === "inconclusive");
  expect(new Set(lost.map(({ source }) => partyName(source as Party)))).toEqual(new Set(["macvlan/private"]));
});

describe("a kernel that does not boot", () => {
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

describe("a lab that fails half-way", () => {
  /** In the checks of the guests that `which` names. */
  const fails = (which: (guest: number) => boolean, options: DoubleOptions = {}) => {
    let guests = 0;
    const played = place({
      ...options,
      before: (script) => {
        if (script.includes("-details") && which(guests)) throw new EnvironmentError("no room on the disk");
      },
    });
    const boots = openPlace.getMockImplementation() as typeof openPlace;
    openPlace.mockImplementation((...parts) => {
      guests++;
      return boots(...parts);
    });
    return played;
  };

  test("keeps what was judged before, and says why there is no more", async () => {
    const played = fails(() => true);
    const { kernel, cells, checks } = await played.run();
    expect(kernel.health).toEqual(OK);
    expect(verdicts(cells)).toEqual(["match", "unsupported"]);
    for (const { verdict, reason } of checks)
      expect([verdict, reason]).toEqual(["inconclusive", "the lab failed: no room on the disk"]);
    expect(played.events).toContainEqual(expect.objectContaining({ event: "note", text: "no room on the disk" }));
    expect(played.disposed()).toBe(1);
  });

  test("in a guest that looks for a cause: what that guest judged stands as well", async () => {
    let first: string | undefined;
    const dies = (line: string) => {
      const [addresses] = /^send 0 \w{24}/.exec(line) ?? [];
      first ??= addresses;
      return addresses !== undefined && addresses === first;
    };
    const { cells, checks } = await fails((guest) => guest > 1, { dies }).run();
    expect(cells.filter(({ verdict }) => verdict === "match").length).toBeGreaterThan(cells.length / 2);
    for (const { reason } of checks) expect(reason).toContain("the lab failed: no room on the disk");
  });
});

describe("a machine that lets a guest down", () => {
  const LOCKUP: Finding = { kind: "soft-lockup", title: "BUG: soft lockup in x", log: "" };
  const SENTENCE = "the guest was starved: 1.2 s of CPU in 10.0 s of time";

  test("by not letting it run: nothing is the kernel's, and all that was not judged is inconclusive", async () => {
    const condition = { starved: () => SENTENCE, isCredible: ({ kind }: Finding) => kind !== "soft-lockup" };
    const before = (script: string) => {
      if (script.includes("-details")) throw new StarvedError(SENTENCE);
    };
    const { kernel, cells, checks } = await place({ before }, [], "", condition).run();
    expect([kernel.health, kernel.boots]).toEqual([OK, undefined]);
    expect(verdicts(cells)).toEqual(["match", "unsupported"]);
    for (const { reason } of checks) expect(reason).toBe(`the lab failed: ${SENTENCE}`);
  });

  test("so that not even the boot was done: the kernel is not called broken", async () => {
    openPlace.mockRejectedValue(new StarvedError(SENTENCE));
    const options = { directory, isolate: false, application: "x", listener: () => {} };
    const { kernel, cells } = await runKernel(TARGET, SELECTIONS, options);
    expect(kernel.health).toEqual(OK);
    expect(cells[0]?.reason).toBe(`the lab failed: ${SENTENCE}`);
  });

  test("what its watchdogs said meanwhile is not the kernel's when it crashes of something else", async () => {
    const words = `[    8.0] watchdog: BUG: soft lockup - CPU#0 stuck for 9s! [sh:77]\n[    8.1] ---[ end trace ]---\n${LAST_WORDS}`;
    const isCredible = ({ kind }: Finding) => kind !== LOCKUP.kind;
    const played = place({ dies: fromInterface(0) }, [], words, { isCredible });
    const { kernel } = await played.run();
    expect(kernel.health.findings.map(({ kind }) => kind)).toEqual(["panic"]);
    const text = expect.stringMatching(/^"BUG: soft lockup.*" is not counted as the kernel's: /);
    expect(played.events).toContainEqual(expect.objectContaining({ event: "note", text }));
  });

  test("by ending QEMU: that is no hang of the kernel's", async () => {
    const played = place({ dies: fromInterface(0) }, [], "", { killedBy: () => "SIGSEGV" });
    await expect(played.run()).rejects.toMatchObject({ message: expect.stringContaining("was ended by SIGSEGV") });
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
