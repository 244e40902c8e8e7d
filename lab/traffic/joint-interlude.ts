/**
 * A plan with an interlude in several parts of a stage: the probes, then what the interlude changes in the parts under test, then
 * the fences. The lab takes the parts from one step to the next; within a step signals on the cables (`signals.ts`) tell that all
 * that was sent before has arrived, wherever the switch forwarded it to.
 */
import { EnvironmentError } from "../base/errors.ts";
import { interfaceOf } from "../model/topology.ts";
import type { Part } from "../topology/stage.ts";
import { SIGNAL_DEADLINE_MS } from "./joint-script.ts";
import type { Plan } from "./plan.ts";
import { type PlanLines, planLines, sendOrder } from "./plan-lines.ts";
import type { PlannedFrame } from "./planned-frame.ts";
import { DEADLINE_MS, QUIET_MS } from "./play-script.ts";
import { type Player, startPlayer } from "./player.ts";
import type { Moment, Signal } from "./signals.ts";

/** How often cables are crossed there and back: before the probes, behind them, and behind the fences. */
export const CROSSINGS = 3;

/** The signal a frame is behind: each part's probes go when the cables carry them, its fences when everybody's have arrived. */
export function behindCrossing({ fence }: PlannedFrame, isSwitch: boolean): Pick<Signal, "moment" | "round"> {
  if (isSwitch) return { moment: "sent", round: 1 };
  return { moment: "go", round: fence ? 1 : 0 };
}

/** One part, and the agent that plays there. */
interface Place {
  readonly part: Part;
  readonly player: Player;
  readonly lines: PlanLines;
}

/**
 * What each agent recorded, in the order of the parts. All frames of the plan are sent in one state of the relay.
 * @param parts the switch's last. @param slowness of the slowest of them.
 */
export async function playWithInterlude(
  parts: readonly Part[],
  plan: Plan,
  signals: readonly Signal[],
  slowness: number,
): Promise<Buffer[]> {
  const places = parts.map((part) => ({
    part,
    player: startPlayer(part.executor, "play"),
    lines: planLines(plan, part.has),
  }));
  await new Interlude(places, plan, signals, slowness).play();
  return Promise.all(places.map(({ player }) => player.end()));
}

class Interlude {
  readonly #tested: readonly Place[];
  readonly #switch: Place;
  readonly #plan: Plan;
  readonly #signals: readonly Signal[];
  readonly #slowness: number;

  constructor(places: readonly Place[], plan: Plan, signals: readonly Signal[], slowness: number) {
    this.#tested = places.slice(0, -1);
    this.#switch = places.at(-1) as Place;
    this.#plan = plan;
    this.#signals = signals;
    this.#slowness = slowness;
  }

  async play(): Promise<void> {
    const probes = (place: Place) => this.#own(place, "probes");
    await this.#all(({ lines }) => [...lines.prologue, ...lines.relay(false)]);
    await this.#cross(0, () => []);
    await this.#cross(1, probes);
    await this.#all(() => [this.#wait(QUIET_MS, SIGNAL_DEADLINE_MS)]);
    await Promise.all(this.#tested.map((place) => this.#change(place)));
    const fences = sendOrder(this.#plan).filter(({ fence }) => fence);
    await this.#all(({ lines }) => fences.flatMap(lines.expect));
    await this.#all((place) => this.#own(place, "fences"));
    await this.#all(() => [this.#wait(QUIET_MS, DEADLINE_MS)]);
    await this.#cross(2, () => []);
    await this.#all(() => ["counters"]);
  }

  /**
   * What each part sends, those under test first, and a signal behind it: up each cable, and down when all of those have come. What
   * is expected is said before what makes it come: what came unexpected is not seen again.
   */
  async #cross(round: number, own: (place: Place) => readonly string[]): Promise<void> {
    const atSwitch = this.#switch;
    await atSwitch.player.play(this.#expect(atSwitch, "sent", round));
    const wait = this.#wait(0, SIGNAL_DEADLINE_MS);
    await this.#others((place) => [
      ...own(place),
      ...this.#expect(place, "go", round),
      ...this.#send(place, "sent", round),
    ]);
    await atSwitch.player.play([wait, ...own(atSwitch), ...this.#send(atSwitch, "go", round)]);
    await this.#others(() => [wait]);
  }

  /** @throws EnvironmentError when a line is refused by the tool itself; of a device that is as it is to be, it says so and goes on. */
  async #change({ part: { executor } }: Place): Promise<void> {
    const lines = (this.#plan.interlude ?? []).join("\n");
    const { status, stderr } = await executor.run(`ip -force -batch - <<'END'\n${lines}\nEND\ntrue`);
    if (status !== 0) throw new EnvironmentError(`${executor.place}: "ip -batch -" failed`, { detail: stderr });
  }

  async #all(lines: (place: Place) => readonly string[]): Promise<void> {
    await Promise.all([...this.#tested, this.#switch].map((place) => place.player.play(lines(place))));
  }

  async #others(lines: (place: Place) => readonly string[]): Promise<void> {
    await Promise.all(this.#tested.map((place) => place.player.play(lines(place))));
  }

  #own({ part, lines }: Place, which: "probes" | "fences"): string[] {
    return sendOrder(this.#plan)
      .filter(({ from, fence }) => part.has(interfaceOf(from)) && (fence !== undefined) === (which === "fences"))
      .map(lines.send);
  }

  #expect({ part, lines }: Place, moment: Moment, round: number): string[] {
    return this.#signalsOf(moment, round)
      .filter(({ to }) => part.has(to))
      .map(({ to, tag }) => lines.expectTag(to, tag));
  }

  #send({ part, lines }: Place, moment: Moment, round: number): string[] {
    return this.#signalsOf(moment, round)
      .filter(({ from }) => part.has(from))
      .map(({ from, frame }) => lines.sendBytes(from, frame));
  }

  #signalsOf(moment: Moment, round: number): Signal[] {
    return this.#signals.filter((signal) => signal.moment === moment && signal.round === round);
  }

  #wait(quiet: number, deadline: number): string {
    return `wait ${quiet} ${Math.round(deadline * this.#slowness)}`;
  }
}
