/**
 * JSON Lines: a run's events, one object a line, as they come while it runs, or told again from its results. The first
 * line says the schema; `end` or `failure` is the last. A line that is none of these kinds is to be passed over.
 */
import { answerEvent, type RunEvent } from "../../lab/model/events.ts";
import type { Results } from "../../lab/model/results.ts";
import { groupBy } from "../group.ts";
import { verdictCounts } from "../summary.ts";

const EVENTS_SCHEMA = "macvlab.events/1";

/** @param seconds since the run began; absent where it is told again. */
export function eventLine(event: RunEvent, seconds?: number): string {
  const schema = event.event === "start" ? { schema: EVENTS_SCHEMA } : {};
  const at = seconds === undefined ? {} : { at: Math.round(seconds * 1000) / 1000 };
  return `${JSON.stringify({ ...schema, ...at, ...event })}\n`;
}

/** What of a run's events its results still know. */
export function* renderEvents(results: Results, exitCode: number): Generator<string> {
  for (const event of eventsOf(results, exitCode)) yield eventLine(event);
}

function* eventsOf(results: Results, exitCode: number): Generator<RunEvent> {
  const { kernels, cells, checks, run } = results;
  const answers = groupBy([...cells, ...checks], ({ kernel }) => kernel);
  const scenarios = [...new Set([...cells, ...checks].map(({ scenario }) => scenario))];
  yield { event: "start", kernels: kernels.map(({ id }) => id), scenarios };
  for (const { id, seconds, health } of kernels) {
    const own = answers.get(id) ?? [];
    for (const { kind, title } of health.findings) yield { event: "finding", kernel: id, kind, title };
    yield* own.map(answerEvent);
    const counts = [...groupBy(own, ({ verdict }) => verdict)].map(([verdict, some]) => [verdict, some.length]);
    yield { event: "kernel-end", kernel: id, seconds: seconds.total, counts: Object.fromEntries(counts) };
  }
  yield { event: "end", seconds: run.seconds, counts: verdictCounts(results), exitCode };
}
