/** The throughput scenario at a made-up place: turns, controls, ratios, and what goes wrong. */
import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import type { Executor, RunResult } from "../../lab/base/executor.ts";
import { Seconds } from "../../lab/runner/stopwatch.ts";
import { lostThroughput, runThroughput } from "../../lab/runner/throughput-run.ts";
import { throughput } from "../../scenarios/throughput.ts";

const ASKED = { scenario: "throughput", kernel: "k", measures: throughput.measures ?? [] };
const MEGABYTES = 100e6;
const MEGABITS: Record<string, number> = { bridge: 3000, vepa: 2000, veth: 1000 };

/** Each stream is as fast as its way, and crosses the switch as much as its way does, or as `wire` says. */
function fakePlace(wire: Record<string, number> = {}, status = 0) {
  const samples: string[] = [];
  const run = async (script: string): Promise<RunResult> => {
    const way = /netns exec from-(\w+) (iperf3|ping)/.exec(script);
    if (!way) return { status, stdout: Buffer.alloc(0), stderr: "" };
    const [, path = "", tool] = way;
    samples.push(`${tool} ${path}`);
    if (tool === "ping") return { status: 0, stdout: Buffer.from(echoes(path)), stderr: "" };
    const crossed = wire[path] ?? (path === "bridge" ? 0 : MEGABYTES * 1.01);
    const received = { bits_per_second: (MEGABITS[path] ?? 0) * 1e6, bytes: MEGABYTES };
    const stdout = Buffer.from(JSON.stringify({ end: { sum_received: received } }));
    return { status: 0, stdout, stderr: `500\n${500 + crossed}\n` };
  };
  return { samples, executor: { place: "fake", workDirectory: "/run/x", run } as unknown as Executor };
}

function echoes(path: string): string {
  const time = path === "bridge" ? "0.030" : "0.040";
  return Array.from({ length: 50 }, (_, n) => `64 bytes from x: icmp_seq=${n} ttl=64 time=${time} ms\n`).join("");
}

const measure = (executor: Executor, rounds = 3) =>
  runThroughput(executor, ASKED, { directory: "", application: "", phase: () => {}, seconds: new Seconds() }, rounds);

test("everything takes its turn in each round, after one that does not count", async () => {
  const { executor, samples } = fakePlace();
  const measured = await measure(executor);
  const round = ["iperf3 bridge", "iperf3 vepa", "iperf3 veth", "ping bridge", "ping vepa", "ping veth"];
  expect(samples).toEqual([...round, ...round, ...round, ...round]);
  for (const { samples: taken } of measured) expect(taken).toHaveLength(3);
});

test("ratios go to everything of the same kind", async () => {
  const measured = await measure(fakePlace().executor);
  expect(measured.find(({ id }) => id === "throughput-bridge")).toEqual({
    scenario: "throughput",
    kernel: "k",
    id: "throughput-bridge",
    claim: "M8",
    text: "one TCP stream between two bridge-mode macvlans on one lower device",
    unit: "Mbit/s",
    samples: [3000, 3000, 3000],
    median: 3000,
    spread: [3000, 3000],
    ratios: [
      { to: "throughput-vepa", median: 1.5, spread: [1.5, 1.5] },
      { to: "throughput-veth", median: 3, spread: [3, 3] },
    ],
  });
  expect(measured.find(({ id }) => id === "round-trip-bridge")).toMatchObject({ unit: "us", median: 30 });
});

describe("a stream that did not take its way is no sample", () => {
  test.each([
    ["bridge", MEGABYTES, '100 % of what arrived came in by "bridge-swp": it did not take that way'],
    ["vepa", 0, '0 % of what arrived came in by "vepa-swp": it did not take that way'],
  ])("%s", async (path, crossed, reason) => {
    const measured = await measure(fakePlace({ [path]: crossed }).executor);
    const one = measured.find(({ id }) => id === `throughput-${path}`);
    expect(one).toMatchObject({ samples: [], ratios: [], reason });
    expect(one).not.toHaveProperty("median");
  });
});

test("without iperf3 nothing is measured, and what mends it is said", async () => {
  const failing = measure(fakePlace({}, 66).executor);
  await expect(failing).rejects.toThrow(EnvironmentError);
  await expect(failing).rejects.toMatchObject({ mend: "apt-get install iperf3" });
});

test("what was lost to a crash says so", () => {
  const lost = lostThroughput(ASKED, "lost to the kernel: BUG");
  expect(lost).toHaveLength(6);
  for (const one of lost) expect(one).toMatchObject({ samples: [], ratios: [], reason: "lost to the kernel: BUG" });
});
