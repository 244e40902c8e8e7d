/** `macvlab run`: kernels found, scenarios run, files written, matrices printed. */
import { join, relative } from "node:path";
import { renderJunit } from "../../reports/formats/junit.ts";
import { renderKtap } from "../../reports/formats/ktap.ts";
import { renderMarkdown } from "../../reports/markdown.ts";
import { resultsText } from "../../reports/results-file.ts";
import { verdictCounts } from "../../reports/summary.ts";
import { SCENARIOS } from "../../scenarios/index.ts";
import { describeError, LabError, UsageError } from "../base/errors.ts";
import { applyBaseline, type BaselineRun, judgeAgain, kernelNotes } from "../compare/apply-baseline.ts";
import { type EngineChoice, engineWish, settleEngine } from "../container/choice.ts";
import { defaultKernelSpec, parseKernelSpec, refuseHostModules, resolveKernel } from "../kernels/index.ts";
import type { Listener } from "../model/events.ts";
import type { Results } from "../model/results.ts";
import type { Scenario } from "../model/scenario.ts";
import type { LowerKind } from "../model/vocabulary.ts";
import { hostTarget, type Target } from "../runner/place.ts";
import { type RunOptions, runLab } from "../runner/run.ts";
import type { Offload } from "../topology/offloads.ts";
import { EXIT } from "../verdict/exit-code.ts";
import type { SwitchChoice } from "./arguments/values.ts";
import { htmlReport } from "./html-report.ts";
import { manifestOf, toolVersions } from "./manifest.ts";
import { openProgress } from "./progress.ts";
import type { ReporterChoice } from "./reporters/choice.ts";
import { reportContext } from "./reporters/context.ts";
import { openReporters } from "./reporters/open.ts";
import { clearRunDirectory, discardEmpty, makeRunDirectory, newRunId, pointLatest } from "./run-directory.ts";
import { readBaselineRun } from "./run-file.ts";
import { canHaveSwitch, refuseHypervisors, refuseUnswitched, withSwitch } from "./switch-targets.ts";
import { VERSION } from "./version.ts";
import { writeFailure } from "./write-failure.ts";
import { writeRunFile } from "./written-file.ts";

export interface RunFlags {
  readonly kernel: readonly string[];
  readonly module: readonly string[];
  readonly out?: string;
  readonly jobs?: number;
  readonly filter?: RegExp;
  readonly isolate: boolean;
  /** Absent: of what mismatches; false: never. */
  readonly trace?: boolean;
  readonly baseline?: string;
  readonly reporter: readonly ReporterChoice[];
  readonly link?: string;
  readonly switch?: SwitchChoice;
  readonly hypervisors?: number;
  readonly lower?: readonly LowerKind[];
  readonly offload?: Offload;
  readonly engine?: string;
}

/** Resolves to the exit code. */
export async function runCommand(names: readonly string[], flags: RunFlags): Promise<number> {
  const scenarios = chooseScenarios(names, flags);
  refuseHypervisors(flags.hypervisors, flags.switch);
  const baseline = flags.baseline === undefined ? undefined : await readBaselineRun(flags.baseline);
  using reporters = openReporters(flags.reporter);
  const progress = openProgress(process.stderr);
  const listener: Listener = (event) => {
    progress.listener(event);
    reporters.listener(event);
  };
  try {
    const { results, directory } = await measure(scenarios, flags, baseline, listener);
    progress.clear();
    const notes = baseline === undefined ? [] : kernelNotes(results, baseline);
    for (const note of notes) process.stderr.write(`macvlab: ${note}\n`);
    const files = relative(process.cwd(), directory) || ".";
    const context = reportContext([{ name: results.run.id, directory, results }], flags.link, files);
    listener({
      event: "end",
      seconds: results.run.seconds,
      counts: verdictCounts(results),
      exitCode: context.exitCode,
    });
    reporters.finish(context);
    (reporters.onTerminal ? process.stdout : process.stderr).write(`files: ${files}/\n`);
    if (flags.out === undefined) pointLatest(directory);
    return context.exitCode;
  } catch (error) {
    const isTold = error instanceof LabError;
    const text = isTold ? describeError(error) : String(error);
    listener({ event: "failure", text, exitCode: isTold ? error.exitCode : EXIT.environment });
    throw error;
  }
}

/** Runs the scenarios and writes the run's directory. */
async function measure(
  scenarios: readonly Scenario[],
  flags: RunFlags,
  baseline: BaselineRun | undefined,
  listener: Listener,
): Promise<{ readonly results: Results; readonly directory: string }> {
  const specs = specsFor(scenarios, flags.kernel);
  const engine = await chooseEngine(scenarios, flags.engine, listener);
  const id = newRunId();
  const runDirectory = makeRunDirectory(flags.out ?? join("runs", id), flags.out === undefined);
  const asked = chooseTargets({ ...flags, kernel: specs }, listener).then((all) => traceable(all, flags));
  const targets = await asked.catch((error: unknown) => {
    discardEmpty(runDirectory);
    throw error;
  });
  clearRunDirectory(runDirectory);
  const directory = runDirectory.path;
  const command = ["run", ...process.argv.slice(3)];
  const run = { id, version: VERSION, command, directory, tools: toolVersions() };
  const options = { ...run, scenarios, targets, listener } as const;
  const { filter, isolate, jobs, lower, offload } = flags;
  const devices = { ...(lower ? { lowers: lower } : {}), offload, engine };
  const measured = await runLab({
    ...options,
    ...devices,
    filter,
    isolate,
    trace: tracingOf(flags),
    jobs,
    judgeAgain: judgeBy(baseline, targets),
  }).catch((error: unknown) => {
    discardEmpty(runDirectory);
    throw writeFailure(directory, error);
  });
  const results = baseline === undefined ? measured : applyBaseline(measured, baseline);
  await writeRun(directory, results, targets);
  return { results, directory };
}

function tracingOf({ trace }: Pick<RunFlags, "trace">): RunOptions["trace"] {
  if (trace === undefined) return "mismatches";
  return trace ? "all" : undefined;
}

/** @throws UsageError when a kernel is to be traced that is no single guest's. */
function traceable<T extends Target>(targets: readonly T[], { trace }: Pick<RunFlags, "trace">): readonly T[] {
  const untraced = targets.find((target) => target.kind === "host" || target.cabled);
  if (trace && untraced) {
    const what = untraced.kind === "host" ? "the running kernel" : "a guest whose switch is in another";
    const mend = "trace a guest that has its switch beside it: --kernel debian:SUITE/cloud";
    throw new UsageError(`--trace cannot be had on "${untraced.id}": it is ${what}`, { mend });
  }
  return targets;
}

/** What progress counts is what the report will say: without a baseline, the oracle's verdicts. */
function judgeBy(baseline: BaselineRun | undefined, targets: readonly Target[]): RunOptions["judgeAgain"] {
  if (!baseline) return undefined;
  return ({ kernel, cells, checks }) => {
    const kernels = targets.map(({ id, version }) => ({ ...kernel, id, version: version.join(".") }));
    return judgeAgain({ cells, checks }, kernels, baseline.run);
  };
}

function chooseScenarios(names: readonly string[], { lower, offload, kernel, switch: guest }: RunFlags): Scenario[] {
  const switched = guest !== undefined;
  const chosen = lower && names.length === 0 ? SCENARIOS.filter(hasMatrix) : scenariosNamed(names, switched);
  const kinds = (lower ?? []).filter((kind) => kind !== "veth");
  if (switched && kinds.length > 0)
    throw new UsageError("--lower and --switch do not go together: with --switch lower devices are network cards", {
      mend: "leave one of them out",
    });
  if (kinds.length > 0) requireMatrices(chosen, kinds, kernel);
  if (offload && kinds.length === 0)
    throw new UsageError("--offload is for lower devices with a driver that offloads", {
      mend: "name one: --lower e1000",
    });
  return chosen;
}

/** Of frames between endpoints that can be on any kernel. */
function hasMatrix({ cells, privileged }: Scenario): boolean {
  return cells !== undefined && !privileged;
}

/** Other lower devices are built in guests, and for frames alone. */
function requireMatrices(
  scenarios: readonly Scenario[],
  kinds: readonly LowerKind[],
  kernels: readonly string[],
): void {
  const other = scenarios.find((one) => !hasMatrix(one));
  if (other)
    throw new UsageError(`scenario "${other.name}" has no matrix of frames, which is what --lower is for`, {
      mend: `macvlab run pairings --lower ${kinds.join(",")}`,
    });
  if (kernels.some((spec) => parseKernelSpec(spec).kind === "host"))
    throw new UsageError(
      `--lower ${kinds.join(",")} is for guests: the devices of the running kernel are the machine's own`,
      {
        mend: "name a kernel to boot: --kernel running",
      },
    );
}

/** @param switched whether the switch has a guest of its own */
function scenariosNamed(names: readonly string[], switched: boolean): Scenario[] {
  if (names.length === 0)
    return SCENARIOS.filter((one) => !one.slow && !one.privileged && (!switched || canHaveSwitch(one)));
  const chosen = [...new Set(names)].map((name) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (scenario) return scenario;
    const known = SCENARIOS.map((one) => `"${one.name}"`).join(", ");
    throw new UsageError(`"${name}" is not a scenario`, { mend: `the scenarios are ${known}: see macvlab list` });
  });
  if (switched) refuseUnswitched(chosen, SCENARIOS);
  return chosen;
}

/**
 * A scenario whose endpoints are guests or containers asks the kernel they hang off, which is the running one.
 * @throws UsageError where another one is to be asked it.
 */
function specsFor(scenarios: readonly Scenario[], specs: readonly string[]): readonly string[] {
  const isOnHost = ({ guests, engine }: Scenario) => guests || engine;
  const onHost = scenarios.find(isOnHost);
  if (!onHost) return specs;
  if (specs.length === 0 && scenarios.every(isOnHost)) return ["host"];
  const other = specs.length === 0 ? "the default kernel" : specs.find((spec) => parseKernelSpec(spec).kind !== "host");
  if (other === undefined) return specs;
  const named = specs.length === 0 ? other : `"${other}"`;
  const why = onHost.engine ? "containers share" : "its guests' network cards are macvtaps of";
  throw new UsageError(`"${onHost.name}" cannot run on ${named}: ${why} the running kernel`, {
    mend: `run it by itself on that: macvlab run ${onHost.name} --kernel host`,
  });
}

/** @throws UsageError where nobody asks for containers. */
async function chooseEngine(
  scenarios: readonly Scenario[],
  asked: string | undefined,
  listener: Listener,
): Promise<EngineChoice | undefined> {
  if (asked === undefined) return undefined;
  const wish = engineWish(asked);
  if (!scenarios.some(({ engine }) => engine))
    throw new UsageError("--engine is for scenarios with containers, and none is asked", {
      mend: `macvlab run containers --engine ${asked}`,
    });
  return settleEngine(wish, (text) => listener({ event: "note", text }));
}

/** Every kernel is found before the first is booted: a typing error costs no run. */
async function chooseTargets(flags: RunFlags, listener: Listener): Promise<Target[]> {
  const { kernel: specs, module: modules, hypervisors = 1 } = flags;
  const wanted = specs.length > 0 ? [...new Set(specs)] : [await defaultKernelSpec()];
  const targets: Target[] = [];
  for (const id of wanted) {
    if (parseKernelSpec(id).kind === "host") {
      refuseHostModules(modules);
      targets.push(hostTarget());
      continue;
    }
    const note = (text: string) => listener({ event: "note", kernel: id, text });
    const kernel = await resolveKernel(id, { note, modules });
    targets.push({ kind: "guest", id, version: kernel.version, kernel });
  }
  return flags.switch ? withSwitch(targets, flags.switch, hypervisors, listener) : targets;
}

async function writeRun(directory: string, results: Results, targets: readonly Target[]): Promise<void> {
  writeRunFile(directory, "results.json", resultsText(results));
  writeRunFile(directory, "report.md", renderMarkdown(results));
  writeRunFile(directory, "report.html", htmlReport([{ name: results.run.id, directory, results }], directory));
  writeRunFile(directory, "junit.xml", renderJunit(results));
  writeRunFile(directory, "results.ktap", renderKtap(results));
  writeRunFile(directory, "manifest.json", `${JSON.stringify(await manifestOf(results, targets), null, 2)}\n`);
}
