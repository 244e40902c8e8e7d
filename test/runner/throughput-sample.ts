/** One round of the throughput scenario at a place: that something is measured on every way, never how much. */
import { expect } from "vitest";
import type { Measurement } from "../../lab/model/results.ts";
import type { Place } from "../../lab/runner/place.ts";
import { Seconds } from "../../lab/runner/stopwatch.ts";
import { runThroughput } from "../../lab/runner/throughput-run.ts";
import { throughput } from "../../scenarios/throughput.ts";

export function measureOnce({ executor }: Place, kernel: string): Promise<Measurement[]> {
  const options = { directory: "/nonexistent", application: "test", phase: () => {}, seconds: new Seconds() };
  const measures = throughput.measures ?? [];
  return runThroughput(executor, { scenario: throughput.name, kernel, measures }, options, 1);
}

export function expectMeasured(measurements: readonly Measurement[]): void {
  expect(measurements.map(({ id }) => id)).toEqual((throughput.measures ?? []).map(({ id }) => id));
  for (const { id, samples, median, ratios, reason } of measurements) {
    expect(reason, id).toBeUndefined();
    expect(samples, id).toEqual([median]);
    expect(median, id).toBeGreaterThan(0);
    expect(ratios, id).toHaveLength(2);
  }
}
