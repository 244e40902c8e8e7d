/**
 * Agents of parts that talk across cables, kept in step: a step is over when all have played their lines. It is quiet when nobody
 * recorded anything between two crossings of every cable, there and back (`talk-signals.ts`): how long a frame is on its way
 * from one guest to another, and which of them is hardly let run, is nothing to that.
 */
import { EnvironmentError } from "../base/errors.ts";
import type { Part } from "../topology/stage.ts";
import type { Player, Report } from "./player.ts";
import { DEADLINE_MS } from "./talk-script.ts";
import { type SignalLines, type Signals, signalLines } from "./talk-signals.ts";

/** One agent and where it is. */
export interface Partner {
  readonly part: Part;
  readonly player: Player;
}

export type LinesOf = (part: Part) => readonly string[];

/**
 * How it came to its end. `late`: a guest stood still for about as long as a stack is patient, and what is missing shows
 * nothing. `restless`: it did not.
 */
export type Settled = "quiet" | "late" | "restless";

/** So many lines that set something going are given before cables are crossed: no more than that is ever under way. */
const LINES_AT_ONCE = 96;
/** Milliseconds nobody may be served: after 3 s a stack gives a neighbour up (`mcast_solicit`), by its own clock. */
const PATIENCE_MS = 2_200;
/** Milliseconds until all is to be quiet, where no place is slower than usual. */
const SETTLED_MS = 3 * DEADLINE_MS;
/** For a signal that never comes; where a place is slow, as many times longer. */
const SIGNAL_DEADLINE_MS = 15_000;
/** For one that comes as soon as the cables carry anything, and how often it is tried. */
const READY_MS = 500;
const READY_TRIES = 40;

export class PartnersInStep {
  readonly #signalling: Signals;
  readonly #guests: readonly Partner[];
  readonly #switch: Partner;
  readonly #slowness: number;
  /** How many signals have been sent, and whether the switch waits for the next ones. */
  #exchanges = 0;
  #awaited = false;

  /** @param partners the switch's last. */
  constructor(signals: Signals, partners: readonly Partner[], slowness: number) {
    this.#signalling = signals;
    this.#guests = partners.slice(0, -1);
    this.#switch = partners.at(-1) as Partner;
    this.#slowness = slowness;
  }

  /** @param next `exchange`: whether cables are crossed next. What is expected then is said before what makes it come. */
  async step(lines: LinesOf, next: { readonly exchange: boolean } = { exchange: true }): Promise<void> {
    const { part, player } = this.#switch;
    const own = [
      ...(this.#awaited ? ["wait 0 0"] : []),
      ...lines(part),
      ...(next.exchange ? this.#signals("up", part).expect : []),
    ];
    this.#awaited = next.exchange;
    const guests = this.#guests.map((guest) => guest.player.report(lines(guest.part)));
    await Promise.all([...guests, player.report(own)]);
  }

  /** Until the cables carry what is sent. */
  async ready(): Promise<void> {
    const deadline = Math.round(READY_MS * this.#slowness);
    for (let tries = 1; ; tries++) {
      const { missing } = await this.#exchange(() => [], 0, deadline);
      if (missing === 0) return;
      if (tries === READY_TRIES)
        throw new EnvironmentError(`the cables to "${this.#switch.part.executor.place}" carry nothing`);
    }
  }

  /**
   * Plays lines that set something going, until that has come to its end.
   * @param patience milliseconds nobody may be served
   */
  async settle(lines: LinesOf, quiet: number, patience = PATIENCE_MS): Promise<Settled> {
    const started = performance.now();
    const limit = SETTLED_MS * this.#slowness;
    const most = Math.max(...[...this.#guests, this.#switch].map(({ part }) => lines(part).length));
    let isPrompt = true;
    for (let from = 0; ; from += LINES_AT_ONCE) {
      const { news, gap } = await this.#cross((part) => lines(part).slice(from, from + LINES_AT_ONCE), quiet);
      isPrompt &&= gap < patience;
      if (from + LINES_AT_ONCE >= most && news === 0) return isPrompt ? "quiet" : "late";
      if (from >= most && performance.now() - started > limit) return "restless";
    }
  }

  /** @throws EnvironmentError when a signal was lost: what was to be before it may be anywhere. */
  async #cross(lines: LinesOf, quiet: number): Promise<Report> {
    const report = await this.#exchange(lines, quiet, Math.round(SIGNAL_DEADLINE_MS * this.#slowness));
    if (report.missing === 0) return report;
    throw new EnvironmentError(`${this.#switch.part.executor.place}: a signal did not come in time`, {
      mend: "a cable lost it, or a guest was hardly let run: run fewer kernels at a time, --jobs 1",
    });
  }

  async #exchange(lines: LinesOf, quiet: number, deadline: number): Promise<Report> {
    const wait = `wait ${quiet} ${deadline}`;
    const guests = this.#guests.map(({ part, player }) =>
      player.report([...lines(part), ...this.#signals("down", part).expect, ...this.#signals("up", part).send, wait]),
    );
    const { part, player } = this.#switch;
    const down = this.#signals("down", part).send;
    this.#exchanges++;
    const next = this.#signals("up", part).expect;
    const atSwitch = player.report([...lines(part), `wait 0 ${deadline}`, ...down, wait, ...next]);
    const reports = await Promise.all([...guests, atSwitch]);
    const sum = (of: "news" | "missing") => reports.reduce((total, one) => total + one[of], 0);
    return { news: sum("news"), missing: sum("missing"), gap: Math.max(...reports.map(({ gap }) => gap)) };
  }

  /** Guests speak for their own lower devices, the switch for all. */
  #signals(way: "up" | "down", part: Part): SignalLines {
    const has = part === this.#switch.part ? () => true : part.has;
    return signalLines(this.#signalling, this.#exchanges, way, has);
  }
}
