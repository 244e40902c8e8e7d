/**
 * After a crash: fresh guests, each asked a part of what is left, until the finding hangs on one frame or command and
 * everything else has its result.
 */
import { describeError, LabError } from "../base/errors.ts";
import { type AnyCell, cellId } from "../model/cell.ts";
import { endpointNamed } from "../model/device-names.ts";
import { HEALTH_OF } from "../model/finding.ts";
import type { Finding } from "../model/results.ts";
import type { CheckSpec } from "../model/scenario.ts";
import type { Party } from "../model/vocabulary.ts";
import { type Attempt, type AttemptOptions, attempt } from "./attempt.ts";
import { type Cause, type Crashes, isGrave, reasonFor, whatWasDone, withCauses } from "./blame.ts";
import type { Crash } from "./crash.ts";
import { type Asked, narrow, type Traits } from "./narrowing.ts";
import type { Target } from "./place.ts";
import { Seconds } from "./stopwatch.ts";
import { endpointTrait, type Selection, selectionsOf, type Work, workOf } from "./unit.ts";

/** Guests of one kernel in all, the first included. */
const GUESTS = 12;

/** What was learnt of a kernel in all its guests. */
export interface Learnt {
  readonly attempted: Attempt;
  /** Why a cell or check has no result of its own. */
  readonly lost: (asked: AnyCell | CheckSpec) => string;
  readonly boots: number;
}

/** @param first what the first guest came to; @param options those it was asked with. */
export async function recover(
  target: Target,
  selections: readonly Selection[],
  first: Attempt,
  options: AttemptOptions,
): Promise<Learnt> {
  const units = workOf(selections);
  const guests = new Guests(target, selections, first, options);
  // A topology is built once more, command by command, before anything is left out of it.
  const known = first.crash?.during === "topology" ? await guests.ask(units) : guests.settled(units, first);
  const narrowed = await narrow(units, known, GUESTS - guests.boots, (some) => guests.ask(some));
  const findings = withCauses(guests.all.findings, narrowed, guests.crashes);
  const unitOf = new Map(units.flatMap((unit) => [...unit.cells, unit.check].map((asked) => [asked, unit])));
  const lost = (asked: AnyCell | CheckSpec) => reasonFor(unitOf.get(asked), narrowed, guests.crashes, guests.end);
  return { attempted: { ...guests.all, findings }, lost, boots: guests.boots };
}

/** One kernel's guests, one after the other, and all that was learnt in them. */
class Guests {
  boots = 1;
  all: Attempt;
  /** Why no more of them could be asked. */
  end: string | undefined;
  readonly #ofUnits = new Map<Work, Cause>();
  readonly #ofCommands: Cause[] = [];
  readonly #ofFamilies = new Map<string, Cause>();
  #last: Cause | undefined;
  readonly #target: Target;
  readonly #whole: readonly Selection[];
  #options: AttemptOptions;
  /** Endpoints whose making crashes the kernel, as `kindOf` names them. */
  readonly #unmakeable = new Set<string>();

  constructor(target: Target, whole: readonly Selection[], first: Attempt, options: AttemptOptions) {
    this.#target = target;
    this.#whole = whole;
    this.all = first;
    this.#options = options;
    if (first.crash) this.#last = { title: this.#titleOf(first, first.crash), done: whatWasDone(first.crash) };
    this.#takeCare(first);
  }

  get crashes(): Crashes {
    return {
      ofUnits: this.#ofUnits,
      ofCommands: this.#ofCommands,
      ofFamilies: this.#ofFamilies,
      last: this.#last,
    };
  }

  async ask(units: readonly Work[]): Promise<Asked<Work>> {
    const options = { ...this.#options, suffix: `-boot${++this.boots}`, seconds: new Seconds() };
    const hangs = this.all.findings.some(isHang);
    this.#tell(`guest ${this.boots}: ${count(units)}`);
    const asked = units.map((unit) => ({ ...unit, cells: this.#possible(unit) }));
    const selections = selectionsOf(asked, this.#whole);
    const attempted = await attempt(this.#target, selections, { ...options, hangs }).catch((error) => {
      if (!(error instanceof LabError)) throw error;
      return { cells: [], checks: [], findings: [], failure: error };
    });
    // What was learnt of the kernel before stands, whatever becomes of the lab.
    this.#add(attempted);
    this.#takeCare(attempted);
    return this.settled(units, attempted);
  }

  #tell(text: string): void {
    this.#options.listener({ event: "note", kernel: this.#target.id, text });
  }

  /** Which of the units need no asking again, and what is known of the crash. */
  settled(units: readonly Work[], attempted: Attempt): Asked<Work> {
    const { crash, failure } = attempted;
    const done = this.#doneOf(units);
    if (failure) {
      this.end = `the lab failed: ${failure.message}`;
      this.#tell(`the search for the cause ends: ${describeError(failure)}`);
      return { done, crashed: false, stopped: true };
    }
    const guilty = crash && this.#guiltyOf(crash);
    if (!crash || (done.length === units.length && !guilty)) return { done, crashed: false };
    const inFlight = unitInFlight(units, crash);
    const suspects = suspectsOf(units, crash);
    this.#note(attempted, crash, inFlight ?? (units.length === 1 ? units[0] : undefined), suspects);
    if (crash.during === "boot" || crash.during === "image") return { done, crashed: false, unasked: true };
    const control = crash.inFlight?.frame.fence !== undefined;
    return { done, crashed: true, suspects, inFlight, control, guilty };
  }

  #doneOf(units: readonly Work[]): Work[] {
    const cells = new Set(this.all.cells.map(({ id }) => id));
    const checks = new Set(this.all.checks.map(({ scenario, id }) => `${scenario} ${id}`));
    return units.filter((unit) =>
      unit.check
        ? checks.has(`${unit.scenario} ${unit.check.id}`)
        : this.#possible(unit).every((cell) => cells.has(cellId(unit.scenario, this.#target.id, cell))),
    );
  }

  /** The first cause known of a unit, or of a command, is the nearest to the truth. */
  #note(attempted: Attempt, crash: Crash, unit: Work | undefined, suspects: readonly Work[]): void {
    const cause = { title: this.#titleOf(attempted, crash), done: whatWasDone(crash) };
    if (crash.during === "boot" || crash.during === "image") return;
    this.#last = cause;
    if (crash.command !== undefined) this.#ofCommands.push(cause);
    else if (unit && !this.#ofUnits.has(unit)) this.#ofUnits.set(unit, cause);
    for (const { family } of suspects) if (!this.#ofFamilies.has(family)) this.#ofFamilies.set(family, cause);
  }

  /** A silent hang is known by the title it was first told under. */
  #titleOf({ findings }: Attempt, { error }: Crash): string {
    const own = findings.find(isGrave);
    if (own?.kind !== "hang") return own?.title ?? error.message;
    return this.all.findings.find(isHang)?.title ?? own.title;
  }

  /** Without the cells about endpoints that cannot be made. */
  #possible({ cells }: Work): AnyCell[] {
    return cells.filter(
      ({ source, destination }) => ![source, destination].some((end) => this.#unmakeable.has(kindOf(end))),
    );
  }

  #add({ facts, cells, checks, findings }: Attempt): void {
    const known = new Set(this.all.findings.map(({ title }) => title));
    // Once it is said what hangs, guests are given up as soon as they fall silent.
    const hangs = this.all.findings.some(isHang);
    const isNews = ({ kind, title }: Finding) => !known.has(title) && !(hangs && kind === "hang");
    this.all = {
      ...(facts ? { facts } : {}),
      ...this.all,
      cells: [...this.all.cells, ...cells],
      checks: [...this.all.checks, ...checks],
      findings: [...this.all.findings, ...findings.filter(isNews)],
    };
  }

  /** A topology that crashes the kernel is built command by command from then on, and no larger than need be. */
  #takeCare({ crash }: Attempt): void {
    if (crash?.during !== "topology") return;
    const isLarge = this.#options.density === "dense";
    const density = isLarge && this.#options.careful ? "sparse" : this.#options.density;
    this.#options = { ...this.#options, careful: true, density };
  }

  /** What a command of the topology is about: the endpoints of its kind and mode, or whatever needs a topology. */
  #guiltyOf({ command }: Crash): Traits | undefined {
    if (command === undefined) return undefined;
    const [endpoint] = command.split(" ").flatMap((word) => endpointNamed(word) ?? []);
    if (!endpoint) return { family: "cells" };
    this.#unmakeable.add(kindOf(endpoint));
    return endpointTrait(endpoint);
  }
}

function isHang({ kind }: Finding): boolean {
  return HEALTH_OF[kind] === "hang";
}

function kindOf({ kind, mode }: Pick<Party, "kind" | "mode">): string {
  return `${kind}/${mode}`;
}

function count(units: readonly Work[]): string {
  const cells = units.reduce((sum, unit) => sum + unit.cells.length, 0);
  const checks = units.filter(({ check }) => check).length;
  return [cells && `${cells} cells`, checks && `${checks} checks`].filter(Boolean).join(" and ");
}

function unitInFlight(units: readonly Work[], { inFlight, during }: Crash): Work | undefined {
  if (!inFlight) return undefined;
  const { plan, probe } = inFlight;
  if (during === "checks") return units.find(({ check }) => check?.id === probe.text);
  const cells = new Set<AnyCell>(plan.cells.filter(({ frames }) => frames.includes(probe.id)).map(({ cell }) => cell));
  return units.find((unit) => unit.cells.some((cell) => cells.has(cell)));
}

/** Those of the units that were being asked, by the phase it was. */
function suspectsOf(units: readonly Work[], { during }: Crash): Work[] {
  const own = ["checks", "refusals", "conversations"];
  const families = own.includes(during) ? [during] : ["cells"];
  return units.filter(({ family }) => families.includes(family));
}
