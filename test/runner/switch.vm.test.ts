/** The external switch in a guest of its own: the same answers as in one guest, by another kernel, for several guests. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultKernelSpec, resolveKernel } from "../../lab/kernels/index.ts";
import type { Results } from "../../lab/model/results.ts";
import { openPlace } from "../../lab/runner/place.ts";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { qemuOf } from "../guest/test-guest.ts";
import { offeredKernels } from "./generations.ts";
import { deviations, noTshark, observations, readCaptureRows, readResults } from "./run-files.ts";

/** Pairings of `pairings`: what is compared below must be more. */
const PAIRINGS = 2_500;

let yard: Yard;
let single: Results;
beforeAll(async () => {
  yard = await openYard();
  single = await run("single", []);
});
afterAll(() => yard[Symbol.asyncDispose]());

async function run(out: string, args: readonly string[]): Promise<Results> {
  const { code, stderr } = await yard.run(["run", "pairings", "--out", out, ...args]);
  expect(code, stderr).toBe(0);
  return readResults(join(yard.directory, out));
}

function compare(results: Results): void {
  const [one, other] = [observations(single.cells), observations(results.cells)];
  process.stdout.write(`compared ${other.size} cells of two cablings\n`);
  expect(other.size).toBeGreaterThanOrEqual(PAIRINGS);
  expect([...other].filter(([id, seen]) => JSON.stringify(seen) !== JSON.stringify(one.get(id)))).toEqual([]);
  expect(deviations(results.cells)).toEqual([]);
}

describe("a switch with another kernel than the one under test", () => {
  let results: Results;
  let other: string;
  beforeAll(async () => {
    const own = single.kernels[0]?.version.split(".").slice(0, 2).join(".");
    const kernels = [...(await offeredKernels()).kernels.values()];
    other = kernels.find(({ version }) => version.slice(0, 2).join(".") !== own)?.spec ?? (await defaultKernelSpec());
    results = await run("switched", ["--switch", `guest=${other}`]);
  });

  test("every cell is as in one guest", () => compare(results));

  test("the results say what the switch ran, and how well the two clocks are told", () => {
    const [kernel] = results.kernels;
    expect(kernel).toMatchObject({
      health: { status: "ok" },
      switch: { id: other, hypervisors: 1, health: { findings: [] } },
    });
    expect(kernel?.switch?.clockError).toBeGreaterThan(0);
    expect(kernel?.switch?.clockError).toBeLessThan(100_000);
  });

  test(`one capture has both guests on one line of time: no frame arrives before it was sent${noTshark}`, async (context) => {
    if (noTshark) return context.skip();
    const [{ capture = "" } = {}] = results.cells.flatMap(({ evidence }) => evidence);
    const rows = await readCaptureRows(join(yard.directory, "switched", capture));
    const left = new Map<string, number>();
    let crossed = 0;
    // A driver shows the lower device what bridge siblings send each other: nothing of that crosses a cable.
    const isLocal = (text: string) => /relay-o\w+ unicast \w+\/bridge>\w+\/bridge$/.test(text);
    for (const { interface: name, direction, tag } of rows) {
      const [, end, cable] = /^(low|swp)-(a|b|p\d)$/.exec(name) ?? [];
      if (!end || !tag || isLocal(tag.text)) continue;
      const key = (from: string) => `${from} ${cable} ${tag.id}`;
      if (direction === "out") left.set(key(end), (left.get(key(end)) ?? 0) + 1);
      else {
        const open = left.get(key(end === "low" ? "swp" : "low")) ?? 0;
        expect(open, `${name} ${tag.text}`).toBeGreaterThan(0);
        left.set(key(end === "low" ? "swp" : "low"), open - 1);
        crossed++;
      }
    }
    expect(crossed).toBeGreaterThan(1_000);
    expect(rows.every(({ time }, index) => index === 0 || time >= (rows[index - 1]?.time ?? 0))).toBe(true);
  });
});

test("three guests on one switch: every cell is as in one", async () => {
  const results = await run("three", ["--switch", "guest", "--hypervisors", "3"]);
  expect(results.kernels[0]?.switch?.hypervisors).toBe(3);
  compare(results);
});

test("QEMU of the switch dying in mid-run is told as that, is no finding, and leaves nothing", async () => {
  const { says, ended } = yard.start(["run", "pairings", "--switch", "guest", "--out", "dying"]);
  await says(/: (topology|traffic)/);
  const name = (await defaultKernelSpec()).replace(/[^A-Za-z0-9.+~-]+/g, "-");
  const pids = qemuOf(join("dying", "console", `${name}-switch.log`));
  expect(pids).toHaveLength(1);
  for (const pid of pids) process.kill(pid, "SIGKILL");
  const { code, stderr } = await ended;
  expect(stderr).toContain("the QEMU of the switch was ended by SIGKILL");
  expect(stderr).not.toContain("    at ");
  expect(code).toBe(3);
  expect(await yard.leftBehind()).toEqual([]);
});

test("a panic of the switch's kernel is told as its own, with its console, and is no finding", async () => {
  const id = await defaultKernelSpec();
  const kernel = await resolveKernel(id);
  const target = {
    kind: "guest" as const,
    id,
    version: kernel.version,
    kernel,
    cabled: { id, kernel, hypervisors: 1 },
  };
  const console = join(yard.directory, "console.log");
  await using place = await openPlace(target, { console, listener: () => {}, whileStarting: () => {} });
  const atSwitch = place.stage([]).parts.at(-1)?.executor;
  const told = {
    message: expect.stringMatching(/^the kernel of the switch, ".*", was lost: .*(panic|sysrq)/i),
    mend: expect.stringContaining("console-switch.log"),
  };
  await expect(atSwitch?.run("echo c > /proc/sysrq-trigger")).rejects.toMatchObject(told);
  await expect(place.lostAlongside).rejects.toMatchObject(told);
  expect(place.lastFindings()).toEqual([]);
});
