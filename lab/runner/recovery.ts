/**
 * After a crash: fresh guests, each asked a part of what is left, until the finding hangs on one frame or command and
 * everything else has its result.
 */
import { describeError, LabError } from "../base/errors.ts";
import { type Cell, cellId } from "../model/cell.ts";
import { HEALTH_OF } from "../model/finding.ts";
import type { Finding } from "../model/results.ts";
import type { CheckSpec } from "../model/scenario.ts";
import type { Party } from "../model/vocabulary.ts";
import { denseArrangement } from "../topology/arrangement.ts";
import { type Attempt, type AttemptOptions, attempt } from "./attempt.ts";
import type { Crash } from "./crash.ts";
import { type Asked, type Narrowed, narrow, type Traits } from "./narrowing.ts";
import type { Target } from "./place.ts";
import { Seconds } from "./stopwatch.ts";
import { endpointTrait, type Selection, selectionsOf, type Work, workOf } from "./unit.ts";

/** Guests of one kernel in all, the first included. */
const GUESTS = 12;

/** What was learnt of a kernel in all its guests. */
export interface Learnt {
  readonly attempted: Attempt;
  /** Why a cell or check has no result of its own. */
  readonly lost: (asked: Cell | CheckSpec) => string;
  readonly boots: number;
}

/** @param first what the first guest came to; @param options those it was asked with. */
export async function recover(
  target: Target,
  selections: readonly Selection[],
  first: Attempt,
  options: AttemptOptions,
): Promise<Learnt> {
  const guests = new Guests(target, selections, first, options);
  const units = workOf(selections);
  // A topology is built once more, command by command, before anything is left out of it.
  const known = first.crash?.during === "topology" ? await guests.ask(units) : guests.settled(units, first);
  const narrowed = await narrow(units, known, GUESTS - guests.boots, (some) => guests.ask(some));
  const findings = withCause(guests.all.findings, causeOf(narrowed, guests.causes));
  return { attempted: { ...guests.all, findings }, lost: reasons(narrowed, first), boots: guests.boots };
}

/** One kernel's guests, one after the other, and all that was learnt in them. */
class Guests {
  boots = 1;
  all: Attempt;
  /** What was being done as the kernel crashed, by the unit that was asked alone or was in flight. */
  readonly causes = new Map<Work | undefined, string>();
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
    this.#takeCare(first);
  }

  async ask(units: readonly Work[]): Promise<Asked<Work>> {
    const suffix = `-boot${++this.boots}`;
    const options = { ...this.#options, suffix, seconds: new Seconds() };
    const { listener } = this.#options;
    listener({ event: "note", kernel: this.#target.id, text: `guest ${this.boots}: ${count(units)}` });
    const asked = units.map((unit) => ({ ...unit, cells: this.#possible(unit) }));
    const attempted = await attempt(this.#target, selectionsOf(asked, this.#whole), options).catch((error) => {
      if (!(error instanceof LabError)) throw error;
      listener({
        event: "note",
        kernel: this.#target.id,
        text: `the search for the cause ends: ${describeError(error)}`,
      });
    });
    // What was learnt of the kernel before stands, whatever becomes of the lab.
    if (!attempted) return { done: [], crashed: false, stopped: true };
    this.#add(attempted);
    this.#takeCare(attempted);
    return this.settled(units, attempted);
  }

  /** Which of the units need no asking again, and what is known of the crash. */
  settled(units: readonly Work[], { crash }: Attempt): Asked<Work> {
    const cells = new Set(this.all.cells.map(({ id }) => id));
    const checks = new Set(this.all.checks.map(({ scenario, id }) => `${scenario} ${id}`));
    const guilty = crash && this.#guiltyOf(crash);
    const has = (unit: Work) =>
      unit.check
        ? checks.has(`${unit.scenario} ${unit.check.id}`)
        : this.#possible(unit).every((cell) => cells.has(cellId(unit.scenario, this.#target.id, cell)));
    const done = units.filter(has);
    if (!crash || done.length === units.length) return { done, crashed: false, guilty };
    const inFlight = unitInFlight(units, crash);
    this.#note(crash, inFlight ?? (units.length === 1 ? units[0] : undefined));
    const control = crash.inFlight?.frame.fence !== undefined;
    return { done, crashed: true, suspects: suspectsOf(units, crash), inFlight, control, guilty };
  }

  /** The first cause known of a unit, or of a command, is the nearest to the truth. */
  #note(crash: Crash, unit: Work | undefined): void {
    const known = crash.command === undefined ? unit : undefined;
    if (unit || crash.command !== undefined) this.causes.set(known, this.causes.get(known) ?? whatWasDone(crash));
  }

  /** Without the cells about endpoints that cannot be made. */
  #possible({ cells }: Work): Cell[] {
    return cells.filter(
      ({ source, destination }) => ![source, destination].some((end) => this.#unmakeable.has(kindOf(end))),
    );
  }

  #add({ facts, cells, checks, findings }: Attempt): void {
    const known = new Set(this.all.findings.map(({ title }) => title));
    // Later guests are given up as soon as they fall silent: what hangs has been said.
    const isNews = ({ kind, title }: Finding) => !known.has(title) && kind !== "hang";
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
    const density = this.#options.careful ? "sparse" : this.#options.density;
    this.#options = { ...this.#options, careful: true, density };
  }

  /** What a command of the topology is about: the endpoints of its kind and mode, or everything. */
  #guiltyOf({ command }: Crash): Traits | undefined {
    if (command === undefined) return undefined;
    const words = new Set(command.split(" "));
    const topologies = this.#whole.flatMap(({ cells }) => denseArrangement(cells).topologies);
    const endpoint = topologies.flatMap(({ endpoints }) => endpoints).find(({ name }) => words.has(name));
    if (!endpoint) return {};
    this.#unmakeable.add(kindOf(endpoint));
    return endpointTrait(endpoint);
  }
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
  const cells = new Set(plan.cells.filter(({ frames }) => frames.includes(probe.id)).map(({ cell }) => cell));
  return units.find((unit) => unit.cells.some((cell) => cells.has(cell)));
}

/** Those of the units that were being asked, by the phase it was. */
function suspectsOf(units: readonly Work[], { during }: Crash): Work[] {
  const families = during === "checks" || during === "refusals" ? [during] : ["cells"];
  return units.filter(({ family }) => families.includes(family));
}

function whatWasDone({ inFlight, command, during }: Crash): string {
  if (inFlight) return `frame "${inFlight.frame.text}" (${inFlight.frame.source} > ${inFlight.frame.destination})`;
  return command === undefined ? during : `command "${command}"`;
}

/** In words: what crashes this kernel, as far as it could be narrowed down. */
function causeOf(
  { culprits, avoided }: Narrowed<Work>,
  causes: ReadonlyMap<Work | undefined, string>,
): string | undefined {
  const command = causes.get(undefined);
  const culprit = culprits.find(({ alone }) => alone) ?? culprits[0];
  if (command !== undefined) return command;
  // No unit is to blame, and still not everything could be had: it is what comes with all of them.
  if (!culprit) return avoided.length > 0 ? [...causes.values()].at(-1) : undefined;
  const done = causes.get(culprit.unit);
  return `${culprit.unit.id}${done ? `, ${done}` : ""}${culprit.alone ? ", alone in a fresh guest" : ""}`;
}

function withCause(findings: readonly Finding[], cause: string | undefined): Finding[] {
  const guilty = findings.find(({ kind }) => HEALTH_OF[kind] !== "warned");
  return findings.map((finding) => (finding === guilty && cause ? { ...finding, cause } : finding));
}

function reasons({ culprits, shared }: Narrowed<Work>, first: Attempt): Learnt["lost"] {
  const title = first.findings.find(({ kind }) => HEALTH_OF[kind] !== "warned")?.title ?? first.crash?.error.message;
  const guilty = new Set<Cell | CheckSpec | undefined>(culprits.flatMap(({ unit }) => [...unit.cells, unit.check]));
  const traits = Object.entries(shared).map(([name, value]) => `${name} ${value}`);
  const like = traits.length > 0 ? ` (what crashed it has in common: ${traits.join(", ")})` : "";
  return (asked) => `lost to the kernel: ${title}${guilty.has(asked) ? ", which this provokes" : like}`;
}
