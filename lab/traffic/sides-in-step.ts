/**
 * Agents of several parts, taken from step to step by the lab and across their cables together: signals (`signals.ts`) go up each
 * cable and down again, behind what was sent before, so that all of it has arrived wherever the switch forwarded it to.
 */
import { EnvironmentError } from "../base/errors.ts";
import type { Part } from "../topology/stage.ts";
import { frameId } from "./frame.ts";
import type { Player } from "./player.ts";
import type { Recording } from "./records.ts";
import type { Moment, Signal } from "./signals.ts";

/** One part, the agent that plays there, and its lines. */
export interface Side {
  readonly part: Part;
  readonly player: Player;
  /** A frame with this behind its Ethernet header is bound to pass the interface `name`. */
  readonly expectTag: (name: string, tag: Buffer) => string;
  /** Sends `frame` as it is on `name`. */
  readonly sendBytes: (name: string, frame: Buffer) => string;
}

/** Milliseconds for a signal that never comes; where a place is slow, as many times longer. */
export const SIGNAL_DEADLINE_MS = 15_000;

export class SidesInStep<S extends Side> {
  readonly #tested: readonly S[];
  readonly #switch: S;
  readonly #signals: readonly Signal[];
  readonly #slowness: number;

  /** @param sides the switch's last. @param slowness of the slowest of them. */
  constructor(sides: readonly S[], signals: readonly Signal[], slowness: number) {
    this.#tested = sides.slice(0, -1);
    this.#switch = sides.at(-1) as S;
    this.#signals = signals;
    this.#slowness = slowness;
  }

  /**
   * What each side sends, those under test first, and a signal behind it: up each cable, and down when all of those have come. What
   * is expected is said before what makes it come: what came unexpected is not seen again.
   */
  async cross(round: number, own: (side: S) => readonly string[] = () => []): Promise<void> {
    const atSwitch = this.#switch;
    const wait = this.wait(0, SIGNAL_DEADLINE_MS);
    await atSwitch.player.play(this.#expect(atSwitch, "sent", round));
    await this.#others((side) => [
      ...own(side),
      ...this.#expect(side, "go", round),
      ...this.#send(side, "sent", round),
    ]);
    await atSwitch.player.play([wait, ...own(atSwitch), ...this.#send(atSwitch, "go", round)]);
    await this.#others(() => [wait]);
  }

  /** Lines for all sides at once. */
  async all(lines: (side: S) => readonly string[]): Promise<void> {
    await Promise.all([...this.#tested, this.#switch].map((side) => side.player.play(lines(side))));
  }

  wait(quiet: number, deadline: number): string {
    return `wait ${quiet} ${Math.round(deadline * this.#slowness)}`;
  }

  async #others(lines: (side: S) => readonly string[]): Promise<void> {
    await Promise.all(this.#tested.map((side) => side.player.play(lines(side))));
  }

  #expect({ part, expectTag }: S, moment: Moment, round: number): string[] {
    const own = this.#signals.filter((one) => one.moment === moment && one.round === round && part.has(one.to));
    return own.map(({ to, tag }) => expectTag(to, tag));
  }

  #send({ part, sendBytes }: S, moment: Moment, round: number): string[] {
    const own = this.#signals.filter((one) => one.moment === moment && one.round === round && part.has(one.from));
    return own.map(({ from, frame }) => sendBytes(from, frame));
  }
}

/**
 * By the part's own clock.
 * @throws EnvironmentError when a signal to it was not seen before it sent its next ones: what was to be before may be anywhere.
 */
export function requireSignals(part: Part, { records }: Recording, nonce: number, signals: readonly Signal[]): void {
  const [arrived, left] = [new Map<number, bigint>(), new Map<number, bigint>()];
  for (const { kind, packetType, data, time } of records) {
    const id = kind === "tap" ? frameId(data, nonce) : undefined;
    const seen = packetType === "outgoing" ? left : arrived;
    if (id !== undefined && !seen.has(id)) seen.set(id, time);
  }
  const isLate = (signal: Signal) => {
    const time = arrived.get(signal.id);
    return time === undefined || sentNext(signal, signals).some(({ id }) => (left.get(id) ?? time) < time);
  };
  const lost = signals.find((signal) => part.has(signal.to) && isLate(signal));
  if (lost) throw lostSignal(part, lost);
}

/** Those its receiver sends upon it: down behind all that came up, up again in the next round. */
function sentNext({ moment, round }: Signal, signals: readonly Signal[]): Signal[] {
  const next = moment === "sent" ? { moment: "go", round } : { moment: "sent", round: round + 1 };
  return signals.filter((one) => one.moment === next.moment && one.round === next.round);
}

export function lostSignal({ executor }: Part, { moment, to }: Signal): EnvironmentError {
  return new EnvironmentError(`${executor.place}: the signal "${moment}" did not come in time at "${to}"`, {
    mend: "a cable lost it, or a guest was hardly let run: run fewer kernels at a time, --jobs 1",
  });
}
