/** One guest, or one set of namespaces: opened, asked, watched, closed. What it left undone is known, and why. */
import { join } from "node:path";
import { type KernelError, LabError } from "../base/errors.ts";
import type { EngineFacts } from "../container/engine-types.ts";
import { StarvedError } from "../guest/starvation.ts";
import { watch } from "../guest/watch.ts";
import { type Cell, isConversation, isFrameCell, isInEngine } from "../model/cell.ts";
import type { Listener, Phase } from "../model/events.ts";
import type { CellResult, CheckResult, Finding, GuestsResult } from "../model/results.ts";
import type { CheckSpec } from "../model/scenario.ts";
import { CHECK_CABLES } from "../topology/cabling.ts";
import type { Offload } from "../topology/offloads.ts";
import type { Plan } from "../traffic/plan.ts";
import { consolesOf, isCabled } from "./cabled-place.ts";
import { captureName } from "./capture-name.ts";
import { type PreparedCards, prepareCards, runCards } from "./cards-run.ts";
import { type CellsOptions, type Density, type PreparedCells, prepareCells, runCells } from "./cells-run.ts";
import { type ChecksAsked, runChecks } from "./checks-run.ts";
import { type EngineAsked, type PreparedContainers, prepareContainers, runContainers } from "./containers-run.ts";
import { type PreparedConversations, prepareConversations, runConversations } from "./conversations-run.ts";
import {
  type Crash,
  commandInFlight,
  crashFindings,
  firstError,
  incredibleFindings,
  inFlight,
  kernelFault,
  labFailure,
  type Playing,
  requireSound,
} from "./crash.ts";
import { leaksOf } from "./leaks-run.ts";
import { type LowerAsked, openLowerPlace } from "./lower-place.ts";
import { type KernelFacts, openPlace, type Place, type Target } from "./place.ts";
import { translatesAddresses } from "./stacks-check.ts";
import type { Seconds } from "./stopwatch.ts";
import type { Selection } from "./unit.ts";

export interface AttemptOptions {
  /** The run's directory. */
  readonly directory: string;
  readonly application: string;
  readonly listener: Listener;
  readonly seconds: Seconds;
  readonly density: Density;
  /** Of the names of its console and captures: empty for a kernel's first guest, `-boot2` for its second. */
  readonly suffix: string;
  readonly careful: boolean;
  readonly trace?: boolean;
  readonly lower?: LowerAsked;
  /** Where a scenario has containers. */
  readonly containers?: EngineAsked;
  /** Whether it is known already that this kernel hangs, and where: silence is enough then. */
  readonly hangs?: boolean;
}

export interface Attempt {
  /** Absent when it never came up. */
  readonly facts?: KernelFacts;
  /** Judged while the kernel was sound. */
  readonly cells: readonly CellResult[];
  readonly checks: readonly CheckResult[];
  /** What the kernel complained of, up to its end. */
  readonly findings: readonly Finding[];
  readonly crash?: Crash;
  /** Why the lab itself could not go on. */
  readonly failure?: LabError;
}

/**
 * A kernel that crashes, hangs or never boots is an outcome, not an error.
 * @throws EnvironmentError when the lab itself cannot go on and nothing was judged yet.
 */
export async function attempt(
  target: Target,
  selections: readonly Selection[],
  options: AttemptOptions,
): Promise<Attempt> {
  const console = join(options.directory, "console", `${captureName(target.id)}${suffixOf(options)}.log`);
  const consoles = consolesOf(target, console);
  const results = { cells: [] as CellResult[], checks: [] as CheckResult[] };
  const asking = new Asking(target, selections, options);
  let place: Place | undefined;
  try {
    const routing = selections.some(({ checks }) => translatesAddresses(checks));
    const whileStarting = () => asking.prepare();
    const cables = selections.some(({ checks }) => checks.length > 0) ? CHECK_CABLES : 0;
    const opening = { console, listener: options.listener, whileStarting, routing, cables };
    place = await (options.lower ? openLowerPlace(target, options.lower, opening) : openPlace(target, opening));
    const leaks = await asking.doAt(place, results);
    return {
      facts: { ...place.facts, ...asking.facts },
      ...results,
      findings: [...place.lastFindings(), ...leaks.filter(place.isCredible)],
    };
  } catch (thrown) {
    const error = firstError(thrown);
    const facts = place ? { facts: { ...place.facts, ...asking.facts } } : {};
    const fault = kernelFault(error, place);
    if (!fault)
      return { ...facts, ...results, findings: place?.lastFindings() ?? [], ...unfinished(error, place, results) };
    const crash = asking.crash(fault, place, consoles);
    const findings = crashFindings(crash, consoles, place);
    for (const { kind, title } of findings) options.listener({ event: "finding", kernel: target.id, kind, title });
    return { ...facts, ...results, findings, crash };
  } finally {
    for (const { title } of incredibleFindings(consoles, place)) {
      const text = `"${title}" is not counted as the kernel's: the guest had hardly been let run`;
      options.listener({ event: "note", kernel: target.id, text });
    }
  }
}

/** Of the names of files: what its lower devices are, and which guest it is. */
function suffixOf({ lower, suffix }: Pick<AttemptOptions, "lower" | "suffix">): string {
  return `${lower ? `-${lower.kind}` : ""}${suffix}`;
}

/** @throws what ended it, unless something was learnt. */
function unfinished(error: unknown, place: Place | undefined, { cells, checks }: Results): { failure: LabError } {
  const failure = labFailure(error, place);
  const isLearnt = cells.length + checks.length > 0 || failure instanceof StarvedError;
  if (failure instanceof LabError && isLearnt) return { failure };
  throw failure;
}

interface Results {
  readonly cells: CellResult[];
  readonly checks: CheckResult[];
}

interface Prepared {
  /** Where macvtaps are the network cards of guests: all that is asked then. */
  readonly cards?: PreparedCards;
  readonly cells: PreparedCells;
  readonly conversations: PreparedConversations;
  readonly containers: PreparedContainers;
  readonly checks: ChecksAsked;
}

/** What is asked of one place, and how far it has come. */
class Asking {
  #phase: Phase = "boot";
  readonly #target: Target;
  readonly #selections: readonly Selection[];
  readonly #options: AttemptOptions;
  #prepared: readonly Prepared[] = [];
  #playing: Playing | undefined;
  #guests: GuestsResult | undefined;
  #engine: EngineFacts | undefined;
  #lowers: KernelFacts["lowers"];

  constructor(target: Target, selections: readonly Selection[], options: AttemptOptions) {
    this.#target = target;
    this.#selections = selections;
    this.#options = options;
  }

  /** What is known of the guests that are endpoints, of the engine its containers are of, and of what lower devices offload. */
  get facts(): Pick<KernelFacts, "guests" | "engine" | "lowers"> {
    return {
      ...(this.#guests ? { guests: this.#guests } : {}),
      ...(this.#engine ? { engine: { ...this.#engine } } : {}),
      ...(this.#lowers ? { lowers: this.#lowers } : {}),
    };
  }

  prepare(): void {
    this.#prepared = this.#selections.map(({ scenario, cells, checks, guests }) => {
      const common = { scenario, kernel: this.#target.id, version: this.#target.version };
      if (guests) return withCards(common, cells.filter(isFrameCell), checks);
      const talks = cells.filter(isConversation);
      return {
        cells: prepareCells(
          { ...common, cells: cells.filter(isFrameCell) },
          this.#options.density,
          isCabled(this.#target),
        ),
        conversations: prepareConversations({ ...common, cells: talks.filter((cell) => !isInEngine(cell)) }),
        containers: prepareContainers({ ...common, cells: talks.filter(isInEngine) }, this.#options.containers),
        checks: { ...common, checks },
      };
    });
  }

  /** Until all is done, or the kernel is lost. Resolves to what it still holds when all is taken down. */
  async doAt(place: Place, results: Results): Promise<Finding[]> {
    await using open = place;
    const { listener, seconds, hangs = false } = this.#options;
    seconds.add("boot", open.bootSeconds);
    const onFinding = ({ kind, title }: Finding) =>
      listener({ event: "finding", kernel: this.#target.id, kind, title });
    using watching = watch(open, { onFinding, known: hangs });
    const ask = async () => {
      await this.#askAll(open, results);
      await open.unplug?.();
    };
    // The running kernel's buffers are other people's as well.
    const asked = this.#target.kind === "guest" ? leaksOf(open.tested, ask) : ask().then(() => []);
    asked.catch(() => {}); // a place that is given up fails what is asked of it
    const alongside = open.lostAlongside ? [open.lostAlongside] : [];
    const leaks = await Promise.race([asked, watching.lost, ...alongside]);
    leaks.filter(open.isCredible).forEach(onFinding);
    return leaks;
  }

  async #askAll(place: Place, results: Results): Promise<void> {
    const options = this.#cellsOptions(place);
    const keepChecks = (judged: readonly CheckResult[]) => {
      requireSound(place);
      results.checks.push(...judged);
    };
    const keepCells = (judged: readonly CellResult[]) => {
      requireSound(place);
      results.cells.push(...judged);
    };
    // Cells first: of a crash among frames it is known which one was being sent.
    for (const { cells } of this.#prepared)
      if (cells.cells.length > 0) await runCells(place, cells, options, keepCells);
    for (const { conversations } of this.#prepared)
      if (conversations.cells.length > 0) await runConversations(place, conversations, options, keepCells);
    for (const { containers } of this.#prepared)
      if (containers.cells.length > 0 && place.room)
        await runContainers(place.room, containers, this.#containersOptions(options), keepCells);
    for (const { checks } of this.#prepared) {
      if (checks.checks.length === 0) continue;
      options.phase("checks");
      await runChecks(place, checks, options, keepChecks);
    }
    for (const { cards } of this.#prepared)
      if (cards && place.cards) await runCards(place.cards, cards, this.#cardsOptions(options), keepCells, keepChecks);
  }

  #cardsOptions(options: CellsOptions) {
    const booted = (guests: GuestsResult) => {
      this.#guests = guests;
    };
    return { ...options, booted };
  }

  #containersOptions(options: CellsOptions) {
    const engine = (facts: EngineFacts) => {
      this.#engine = facts;
    };
    return { ...options, engine };
  }

  #cellsOptions(place: Place): CellsOptions {
    const { directory, application, seconds, careful, listener, lower, trace = false } = this.#options;
    const suffix = suffixOf(this.#options);
    const phase = (name: Phase) => {
      this.#phase = name;
      this.#playing = undefined;
      listener({ event: "phase", kernel: this.#target.id, phase: name });
    };
    const playing = (plan: Plan) => {
      this.#playing = { plan, before: place.progress().plans };
    };
    const offloaded = (features: Record<string, Offload>) => {
      if (lower) this.#lowers = [{ ...lower, features }];
    };
    const note = (text: string) => listener({ event: "note", kernel: this.#target.id, text });
    const offload = lower?.offload ? { offload: lower.offload, offloaded } : {};
    return { directory, application, seconds, careful, trace, suffix, phase, playing, note, ...offload };
  }

  /** How far it had come. */
  crash(error: KernelError, place: Place | undefined, consoles: readonly string[]): Crash {
    const frame = place && inFlight(place, this.#playing);
    const command = this.#phase === "topology" ? commandInFlight(consoles) : undefined;
    return { error, during: this.#phase, ...(frame ? { inFlight: frame } : {}), ...(command ? { command } : {}) };
  }
}

function withCards(
  common: Pick<ChecksAsked, "scenario" | "kernel" | "version">,
  cells: readonly Cell[],
  checks: readonly CheckSpec[],
): Prepared {
  const cards = prepareCards({ ...common, cells }, { ...common, checks });
  const none = { ...common, cells: [] };
  return {
    cards,
    cells: prepareCells(none, "dense"),
    conversations: prepareConversations(none),
    containers: prepareContainers(none, undefined),
    checks: { ...common, checks: [] },
  };
}
