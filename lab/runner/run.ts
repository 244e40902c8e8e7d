/** A whole run: scenarios x kernels -> results. The engine's front door, as a library. */
import { cpus, freemem, release } from "node:os";
import { describeError, EnvironmentError, LabError, UsageError } from "../base/errors.ts";
import type { EngineChoice } from "../container/choice.ts";
import { type AnyCell, cellId, cellsOf, cellsOn, conversationsOf } from "../model/cell.ts";
import { answerEvent, type Listener } from "../model/events.ts";
import { type Results, SCHEMA_ID } from "../model/results.ts";
import type { CheckSpec, Scenario } from "../model/scenario.ts";
import type { LowerKind } from "../model/vocabulary.ts";
import type { Offload } from "../topology/offloads.ts";
import { checkId } from "./checks-run.ts";
import { type KernelOutcome, unfinished } from "./kernel-run.ts";
import type { Target } from "./place.ts";
import type { Tracing } from "./retrace.ts";
import { scenarioFacts } from "./scenario-facts.ts";
import { type KernelSuite, runSuites } from "./suites.ts";
import type { Selection } from "./unit.ts";
import { runWhole, slowAskable, slowSelections } from "./whole-run.ts";

export interface RunOptions {
  readonly id: string;
  readonly version: string;
  /** The command line, for the results. */
  readonly command: readonly string[];
  /** The run's directory, with `captures/` and `console/` in it. */
  readonly directory: string;
  /** Versions of the tools outside the guests, for the results. */
  readonly tools?: Readonly<Record<string, string | null>>;
  readonly scenarios: readonly Scenario[];
  readonly targets: readonly Target[];
  /** Cells and checks whose id does not match are left out. */
  readonly filter?: RegExp | undefined;
  readonly isolate: boolean;
  readonly trace?: Tracing | undefined;
  /** What lower devices are, for scenarios with a matrix of frames; default: veth. */
  readonly lowers?: readonly LowerKind[];
  readonly offload?: Offload | undefined;
  /** What makes containers; default: an engine of the lab's own. */
  readonly engine?: EngineChoice | undefined;
  /** Kernels at a time; default: by processors and free memory. */
  readonly jobs?: number | undefined;
  readonly listener: Listener;
  /** The verdicts to count at a kernel's end, where the oracle's are not what people will read. */
  readonly judgeAgain?: ((outcome: KernelOutcome) => Pick<KernelOutcome, "cells" | "checks">) | undefined;
}

/** MiB a guest needs beside its own memory: QEMU, its page cache, the records on their way home. */
export const GUEST_FOOTPRINT = 400;

/** @param guests of one kernel at a time */
export function defaultJobs(guests = 1): number {
  return Math.max(1, Math.floor(Math.min(cpus().length, freemem() / 2 ** 20 / GUEST_FOOTPRINT) / guests));
}

function guestsOf(target: Target): number {
  return target.kind === "guest" && target.cabled ? target.cabled.hypervisors + 1 : 1;
}

/**
 * @throws UsageError when the filter selects nothing.
 * @throws EnvironmentError when the lab itself cannot go on; a broken kernel is a result.
 */
export async function runLab(options: RunOptions): Promise<Results> {
  const startedAt = new Date();
  const started = performance.now();
  const { listener, scenarios, targets } = options;
  listener({ event: "start", kernels: targets.map(({ id }) => id), scenarios: scenarios.map(({ name }) => name) });
  const suites = targets.map((target) => kernelSuite(target, options));
  await runSuites(suites, {
    filter: options.filter,
    jobs: options.jobs ?? defaultJobs(Math.max(...targets.map(guestsOf))),
  });
  const outcomes = outcomesOf(suites, listener);
  if (outcomes.length === 0) throw nothingSelected(options);
  const measurements = outcomes.flatMap((one) => one.measurements ?? []);
  return {
    schema: SCHEMA_ID,
    run: {
      id: options.id,
      startedAt: startedAt.toISOString(),
      seconds: Math.round(performance.now() - started) / 1000,
      version: options.version,
      command: [...options.command],
      host: { release: release(), cpus: cpus().length },
      scenarios: scenarios.map(scenarioFacts),
      ...(options.tools ? { tools: { ...options.tools } } : {}),
    },
    kernels: outcomes.map(({ kernel }) => kernel),
    cells: outcomes.flatMap(({ cells }) => cells),
    checks: outcomes.flatMap(({ checks }) => checks),
    ...(measurements.length > 0 ? { measurements } : {}),
  };
}

interface RunningSuite extends KernelSuite {
  readonly outcome: () => KernelOutcome | undefined;
  readonly failure: () => unknown;
  readonly unfinished: (error: LabError) => KernelOutcome;
}

/**
 * One kernel's failure costs no other its results: what the lab could not finish is inconclusive and says why. A failure
 * that is the only outcome is thrown, and so is a bug.
 */
function outcomesOf(suites: readonly RunningSuite[], listener: Listener): KernelOutcome[] {
  const finished = suites.some(({ outcome }) => outcome() !== undefined);
  return suites.flatMap((suite) => {
    const [outcome, failure] = [suite.outcome(), suite.failure()];
    if (outcome) return [outcome];
    if (failure === undefined) return [];
    if (!finished || !(failure instanceof LabError)) throw failure;
    listener({ event: "note", text: describeError(failure) });
    return [suite.unfinished(failure)];
  });
}

interface Askable {
  readonly scenario: string;
  readonly guests?: true;
  readonly cells: ReadonlyMap<string, AnyCell>;
  readonly checks: ReadonlyMap<string, CheckSpec>;
}

function kernelSuite(target: Target, options: RunOptions): RunningSuite {
  const askable = options.scenarios.map((scenario) => askableOf(scenario, target, options.lowers ?? ["veth"]));
  const slow = options.scenarios.map((scenario) => slowAskable(scenario, target.id));
  let outcome: KernelOutcome | undefined;
  let failure: unknown;
  let asked: Selection[] = [];
  const verdicts = new Map<string, string | undefined>();
  return {
    tests: [
      ...askable.flatMap(({ cells, checks }) => [...cells.keys(), ...checks.keys()]),
      ...slow.flatMap(({ measures, wireless }) => [...measures.keys(), ...wireless.keys()]),
    ],
    prepare: async (selected) => {
      if (selected.size === 0) return;
      try {
        asked = selections(askable, selected);
        outcome = await runWhole(target, asked, slowSelections(slow, selected), {
          directory: options.directory,
          isolate: options.isolate || options.trace === "all",
          trace: options.trace,
          listener: options.listener,
          application: `macvlab ${options.version}`,
          containers: { engine: options.engine ?? { kind: "private" }, run: options.id },
          ...(options.offload ? { offload: options.offload } : {}),
        });
        for (const { id, verdict, reason } of outcome.cells) verdicts.set(id, failureOf(verdict, reason));
        for (const { id, scenario, verdict, reason } of outcome.checks)
          verdicts.set(checkId(scenario, target.id, id), failureOf(verdict, reason));
        announce(options, outcome);
      } catch (error) {
        failure = error;
        throw error;
      }
    },
    judge: (name) => {
      const reason = verdicts.get(name);
      if (reason !== undefined) throw new Error(reason);
    },
    outcome: () => outcome,
    failure: () => failure,
    unfinished: (error) => unfinished(target, asked, error),
  };
}

function failureOf(verdict: string, reason: string | undefined): string | undefined {
  return verdict === "mismatch" || verdict === "inconclusive" ? `${verdict}: ${reason ?? ""}` : undefined;
}

function askableOf(scenario: Scenario, target: Target, lowers: readonly LowerKind[]): Askable {
  const frames = scenario.cells ? cellsOf(scenario.cells) : [];
  const cells = [
    ...lowers.flatMap((lower) => cellsOn(lower, frames)),
    ...(scenario.conversations ? conversationsOf(scenario.conversations) : []),
  ];
  return {
    scenario: scenario.name,
    ...(scenario.guests ? { guests: scenario.guests } : {}),
    cells: new Map(cells.map((cell) => [cellId(scenario.name, target.id, cell), cell])),
    checks: new Map((scenario.checks ?? []).map((check) => [checkId(scenario.name, target.id, check.id), check])),
  };
}

function selections(askable: readonly Askable[], selected: ReadonlySet<string>): Selection[] {
  const chosen = <T>(all: ReadonlyMap<string, T>) => [...all].filter(([id]) => selected.has(id)).map(([, one]) => one);
  return askable.map(({ cells, checks, ...own }) => ({ ...own, cells: chosen(cells), checks: chosen(checks) }));
}

function announce({ listener, judgeAgain }: RunOptions, outcome: KernelOutcome): void {
  const { kernel } = outcome;
  const { cells, checks } = judgeAgain?.(outcome) ?? outcome;
  const counts: Record<string, number> = {};
  for (const { verdict } of [...cells, ...checks]) counts[verdict] = (counts[verdict] ?? 0) + 1;
  for (const answer of [...cells, ...checks]) listener(answerEvent(answer));
  const measured = outcome.measurements?.length ?? 0;
  if (measured > 0) counts.measured = measured;
  listener({ event: "kernel-end", kernel: kernel.id, seconds: kernel.seconds.total, counts });
}

function nothingSelected(options: RunOptions): Error {
  if (!options.filter) return new EnvironmentError("no kernel was run: the runner never came to one");
  return new UsageError(`"${options.filter.source}" selects no cell and no check`, {
    mend: 'ids look like "pairings host same-lower relay-on unicast macvlan/vepa>macvtap/bridge"',
  });
}
