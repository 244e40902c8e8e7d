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
  if (!first.guilty && !(first.control && (await search.allCrash()))) await search.find(first);
  await search.complete();
  return search.outcome();
}

class Search<U extends Unit> {
  readonly #ask: Ask<U>;
  readonly #culprits: { unit: U; alone: boolean }[] = [];
  #open: readonly U[];
  #guests: number;
  /** The last unit that crashed the kernel with nothing else asked. */
  #proven: U | undefined;
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

  async #try(units: readonly U[]): Promise<Asked<U>> {
    this.#guests--;
    const asked = await this.#ask(units);
    this.settle(asked);
    if (asked.stopped) this.#guests = 0;
    this.#stopped = asked.stopped === true;
    if (asked.crashed && units.length === 1 && !asked.control) this.#proven = units[0];
    return asked;
  }

  /** Convicts the unit that crashes the kernel all by itself, if there is one: one guest is kept for the rest. */
  async find({ inFlight, suspects: named }: Asked<U>): Promise<void> {
    const open = named ? this.#open.filter((unit) => named.includes(unit)) : this.#open;
    let suspects = inFlight ? await this.#window(open, inFlight) : open;
    while (suspects.length > 1 && this.#guests > 1 && this.#guilty.length === 0) suspects = await this.#halve(suspects);
    const suspect = only(suspects);
    if (!suspect || this.#stopped) return;
    if (suspect !== this.#proven && this.#guests > 1) await this.#try([suspect]);
    else if (suspect !== this.#proven) this.#convict(suspect, false);
    if (suspect === this.#proven) this.#convict(suspect, true);
  }

  /** Whether the first unit and the one least like it both crash the kernel only afterwards: then so does their family. */
  async allCrash(family = this.#open[0]?.family): Promise<boolean> {
    const [one, other] = [
      this.#open.find((unit) => unit.family === family),
      this.#open.findLast((unit) => unit.family === family),
    ];
    if (!one || !other || one === other || this.#guests < 3) return false;
    for (const unit of [one, other]) {
      const { crashed, control } = await this.#try([unit]);
      if (!crashed || !control) return false;
    }
    this.#guilty.push({ family: one.family });
    return true;
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
      const { crashed, inFlight, guilty, control } = await this.#try(batch);
      if (!crashed || guilty || (control && (await this.allCrash(family)))) continue;
      crashes.set(family, times(next) + 1);
      if (unlike.length === 0) misses++;
      const culprit = only(batch) ?? (control ? undefined : inFlight);
      if (culprit) this.#convict(culprit, batch.length === 1);
      else most.set(family, Math.ceil(batch.length / 2));
    }
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

function isLike(unit: Unit, traits: Traits): boolean {
  return Object.entries(traits).every(
    ([name, value]) => (name === "family" ? unit.family : unit.traits[name]) === value,
  );
}

function havePartInCommon(one: Unit, other: Unit): boolean {
  return Object.entries(one.traits).some(([name, value]) => value === PART && other.traits[name] === PART);
}
