/**
 * After a crash: which of the things asked provokes it, and the rest completed, in as few fresh guests as there are.
 * Pure: what asking means is the caller's.
 */

/** The smallest thing that can be asked of a kernel alone. */
export interface Unit {
  /** For people and results. */
  readonly id: string;
  /** What it has in common with others, by name: the kind of traffic, the sender's mode ... */
  readonly traits: Traits;
  /** Units of one family are asked together: what is wrong with one family says little about another. */
  readonly family: string;
  /** What tells the frames sent after it from those sent after others; absent: all of its family have the same. */
  readonly control?: Traits;
}

/** By name; `PART` says that the unit has a part of that name, and others may have it too. */
export type Traits = Readonly<Record<string, string>>;

export const PART = "yes";

/** What became of asking some units in a fresh guest. What was `done` needs no asking again. */
export interface Asked<U> {
  readonly done: readonly U[];
  readonly crashed: boolean;
  /** Of a crash: those that may have provoked it; absent: all that are not done. */
  readonly suspects?: readonly U[];
  /** Set when it is known which unit was being asked as the kernel crashed. */
  readonly inFlight?: U | undefined;
  /** Set when nothing asked was in flight, but what shows that it had its effect: frames sent after it. */
  readonly control?: boolean;
  /** Set when it is known what all guilty units have in common; nothing at all: whatever is asked crashes it. */
  readonly guilty?: Traits | undefined;
  /** Set when nothing more can be asked. */
  readonly stopped?: boolean;
  /** Set when the guest ended before anything was asked: nothing is learnt, but the next one may do. */
  readonly unasked?: boolean;
}

export interface Narrowed<U> {
  /** Units that crashed the kernel; `alone`: with nothing else asked in that guest. */
  readonly culprits: readonly { readonly unit: U; readonly alone: boolean }[];
  /** Not asked again because they share with every culprit what the culprits have in common, or for want of guests. */
  readonly avoided: readonly U[];
  readonly shared: Traits;
}

/** Guests that may be spent on units that are like the culprits. */
const MISSES = 6;

type Ask<U> = (units: readonly U[]) => Promise<Asked<U>>;

/** How the window before the unit in flight grows: what a work queue does comes later than what caused it. */
const WINDOW_GROWTH = 8;

/**
 * @param units all that was asked, in the order it was asked; @param first what became of that.
 * @param ask asks some of them in a fresh guest, in the order given; called at most `guests` times.
 */
export async function narrow<U extends Unit>(
  units: readonly U[],
  first: Asked<U>,
  guests: number,
  ask: Ask<U>,
): Promise<Narrowed<U>> {
  const search = new Search(units, guests, ask);
  search.settle(first);
  const isKnown = !first.crashed || first.guilty !== undefined;
  if (!isKnown && !(first.control && (await search.allCrash(first.inFlight?.family)))) await search.find(first);
  if (!first.stopped) await search.complete();
  return search.outcome();
}

class Search<U extends Unit> {
  readonly #ask: Ask<U>;
  readonly #culprits: { unit: U; alone: boolean }[] = [];
  #open: readonly U[];
  #guests: number;
  /** What became of units that crashed the kernel with nothing else asked. */
  readonly #alone = new Map<U, Asked<U>>();
  /** Frames sent after units, as `controlOf` names them, that the kernel outlived. */
  readonly #outlived = new Set<string>();
  /** Whether the last culprit was the one in flight: then the next will be as well. */
  #isPrompt = false;
  readonly #guilty: Traits[] = [];
  #stopped = false;

  constructor(units: readonly U[], guests: number, ask: Ask<U>) {
    this.#open = units;
    this.#guests = guests;
    this.#ask = ask;
  }

  settle({ done, guilty }: Asked<U>): void {
    if (guilty) this.#guilty.push(guilty);
    const settled = new Set(done);
    this.#open = this.#open.filter((unit) => !settled.has(unit));
  }

  #convict(unit: U, alone: boolean): void {
    this.#culprits.push({ unit, alone });
    this.#open = this.#open.filter((other) => other !== unit);
  }

  /** A guest that ends before it was asked anything is replaced once. */
  async #try(units: readonly U[]): Promise<Asked<U>> {
    this.#guests--;
    let asked = await this.#ask(units);
    if (asked.unasked && this.#guests > 0) {
      this.#guests--;
      asked = await this.#ask(units);
    }
    this.settle(asked);
    this.#stopped = asked.stopped === true || asked.unasked === true;
    if (this.#stopped) this.#guests = 0;
    else if (!asked.crashed) for (const unit of units) this.#outlived.add(controlOf(unit));
    const unit = only(units);
    if (asked.crashed && unit) this.#alone.set(unit, asked);
    return asked;
  }

  /** Convicts the unit that crashes the kernel all by itself, if there is one: one guest is kept for the rest. */
  async find({ inFlight, suspects: named }: Asked<U>, among: readonly U[] = this.#open): Promise<void> {
    const known = this.#guilty.length;
    const open = this.#open.filter((unit) => among.includes(unit) && (!named || named.includes(unit)));
    let suspects = inFlight ? await this.#window(open, inFlight) : open;
    while (suspects.length > 1 && this.#guests > 1 && this.#guilty.length === known)
      suspects = await this.#halve(suspects);
    const suspect = only(suspects);
    if (!suspect || this.#stopped || this.#guilty.length > known) return;
    const alone = this.#alone.get(suspect) ?? (this.#guests > 1 ? await this.#try([suspect]) : undefined);
    if (!alone) this.#convict(suspect, false);
    else if (alone.crashed && (!alone.control || (await this.#othersLive(suspect)))) this.#convict(suspect, true);
    this.#isPrompt = suspect === inFlight && alone?.crashed === true && !alone.control;
  }

  /**
   * Of a unit the kernel died behind, in the frames sent after it: whether it is the unit all the same, because the
   * kernel outlives the same frames after others. What a work queue does comes later than what caused it.
   */
  async #othersLive(unit: U): Promise<boolean> {
    const control = controlOf(unit);
    const other = leastLike(
      unit,
      this.#open.filter((one) => controlOf(one) === control),
    );
    if (this.#outlived.has(control) || !other) return true;
    if (this.#guests < 2) return false;
    const asked = await this.#try([other]);
    if (asked.crashed && asked.control) this.#guilty.push({ family: unit.family, ...unit.control });
    else if (asked.crashed) this.#convict(other, true);
    return this.#outlived.has(control);
  }

  /** Whether the first unit and the one least like it both crash the kernel only afterwards: then so does their family. */
  async allCrash(family = this.#open[0]?.family): Promise<boolean> {
    const [one, ...others] = this.#open.filter((unit) => unit.family === family);
    const other = one && leastLike(one, others);
    if (!one || !other || this.#outlivedAny(family) || this.#guests < 3) return false;
    for (const unit of [one, other]) {
      const { crashed, control } = await this.#try([unit]);
      if (!crashed || !control) return false;
    }
    this.#guilty.push({ family: one.family });
    return true;
  }

  #outlivedAny(family: string | undefined): boolean {
    return this.#open.some((unit) => unit.family === family && this.#outlived.has(controlOf(unit)));
  }

  /** The later half first: it is nearer to the crash. */
  async #halve(suspects: readonly U[]): Promise<readonly U[]> {
    const half = Math.floor(suspects.length / 2);
    const later = suspects.slice(half);
    const { crashed, inFlight } = await this.#try(later);
    if (!crashed) return suspects.slice(0, half);
    return inFlight && later.includes(inFlight) ? later.slice(0, later.indexOf(inFlight) + 1) : later;
  }

  /** The shortest stretch up to the unit in flight that crashes the kernel, growing backwards. */
  async #window(open: readonly U[], inFlight: U): Promise<readonly U[]> {
    const before = open.slice(0, open.indexOf(inFlight) + 1);
    for (let size = 1; before.length > 0 && this.#guests > 1; size *= WINDOW_GROWTH) {
      const stretch = before.splice(-size);
      if (this.#alone.has(inFlight) && size === 1) return stretch;
      if ((await this.#try(stretch)).crashed) return stretch;
    }
    return [];
  }

  /**
   * All the rest, while there are guests: the least suspect first, family by family in turn as they crash the kernel, and
   * of what is like the culprits no more than a few.
   */
  async complete(): Promise<void> {
    const most = new Map<string, number>();
    const crashes = new Map<string, number>();
    const times = ({ family }: U) => crashes.get(family) ?? 0;
    for (let misses = 0; this.#guests > 0 && misses < MISSES; ) {
      const innocent = this.#open.filter((unit) => !this.#guilty.some((traits) => isLike(unit, traits)));
      const unlike = innocent.filter((unit) => !this.#isSuspect(unit));
      const candidates = unlike.length > 0 ? unlike : innocent;
      const [next] = [...candidates].sort((a, b) => times(a) - times(b));
      if (!next) return;
      const { family } = next;
      const batch = candidates.filter((unit) => unit.family === family).slice(0, most.get(family));
      const asked = await this.#try(batch);
      if (!asked.crashed || asked.guilty || (asked.control && (await this.allCrash(family)))) continue;
      crashes.set(family, times(next) + 1);
      if (unlike.length === 0) misses++;
      if (!(await this.#blame(batch, asked))) most.set(family, Math.ceil(batch.length / 2));
    }
  }

  /** Convicts the unit of a batch that crashed the kernel; false when nobody knows how far the batch had come. */
  async #blame(batch: readonly U[], asked: Asked<U>): Promise<boolean> {
    const { inFlight, control } = asked;
    if (only(batch) && !control) this.#convict(batch[0] as U, true);
    else if (inFlight && !control && this.#isPrompt) this.#convict(inFlight, false);
    else if (inFlight) await this.find(asked, batch);
    else return false;
    return true;
  }

  /** It has what the culprits of its family have in common; or, where there are none, a part of another culprit's. */
  #isSuspect(unit: U): boolean {
    if (this.#convictedOf(unit.family).length === 0)
      return this.#culprits.some((culprit) => havePartInCommon(unit, culprit.unit));
    const shared = this.#shared(unit.family);
    return Object.keys(shared).length > 0 && isLike(unit, shared);
  }

  #convictedOf(family: string): U[] {
    return this.#culprits.map(({ unit }) => unit).filter((unit) => unit.family === family);
  }

  /** Nothing while there is one culprit: a fault may be of one frame alone. */
  #shared(family: string): Traits {
    const [first, ...others] = this.#convictedOf(family);
    if (!first || others.length === 0) return {};
    const entries = Object.entries(first.traits);
    return Object.fromEntries(entries.filter(([name, value]) => others.every(({ traits }) => traits[name] === value)));
  }

  outcome(): Narrowed<U> {
    return {
      culprits: this.#culprits,
      avoided: this.#open,
      shared: this.#shared(this.#culprits[0]?.unit.family ?? ""),
    };
  }
}

function only<U>(units: readonly U[]): U | undefined {
  return units.length === 1 ? units[0] : undefined;
}

function controlOf({ family, control = {} }: Unit): string {
  return JSON.stringify([family, ...Object.entries(control)]);
}

function leastLike<U extends Unit>(unit: U, others: readonly U[]): U | undefined {
  const inCommon = ({ traits }: U) =>
    Object.entries(unit.traits).filter(([name, value]) => traits[name] === value).length;
  return others.filter((other) => other !== unit).sort((a, b) => inCommon(a) - inCommon(b))[0];
}

function isLike(unit: Unit, traits: Traits): boolean {
  return Object.entries(traits).every(
    ([name, value]) => (name === "family" ? unit.family : unit.traits[name]) === value,
  );
}

function havePartInCommon(one: Unit, other: Unit): boolean {
  return Object.entries(one.traits).some(([name, value]) => value === PART && other.traits[name] === PART);
}
