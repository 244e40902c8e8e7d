/**
 * A plan as the lines of several agents, one for each part of a stage: the same frames in the same order as one agent would
 * send them, but that everybody's probes go part by part, the external host's last. A fence is sent when all probes
 * have arrived wherever they go: each part waits for the signals of the others (`signals.ts`) before it sends its own.
 */
import { interfaceOf } from "../model/topology.ts";
import type { Part } from "../topology/stage.ts";
import type { Plan } from "./plan.ts";
import { type PlanLines, planLines, sendOrder } from "./plan-lines.ts";
import type { PlannedFrame } from "./planned-frame.ts";
import { DEADLINE_MS, QUIET_MS, relayStates } from "./play-script.ts";
import { SIGNAL_DEADLINE_MS } from "./sides-in-step.ts";
import type { Moment, Signal } from "./signals.ts";

/** What one agent plays. */
export interface JointScript {
  /** Up to where it sees what is sent to it: nothing may be sent before all have come there. */
  readonly prologue: readonly string[];
  readonly rest: readonly string[];
}

/** @param slowness of the slowest of the places */
export function jointScripts(
  plan: Plan,
  parts: readonly Part[],
  signals: readonly Signal[],
  slowness: number,
): JointScript[] {
  return parts.map((part) => {
    const lines = planLines(plan, part.has);
    const isSwitch = plan.topologies.some((topology) => part.has(topology.switch));
    const script = new Script(plan, part, lines, signals, slowness);
    const rounds = relayStates(plan);
    const played = rounds.flatMap((relay, round) =>
      isSwitch ? script.atSwitch(relay, round) : script.atGuest(relay, round),
    );
    const [first, last] = isSwitch ? [[], script.send("begin", rounds.length)] : [script.await("begin", 0), []];
    return { prologue: lines.prologue, rest: [...first, ...played, ...last, "counters"] };
  });
}

class Script {
  readonly #frames: readonly PlannedFrame[];
  readonly #part: Part;
  readonly #lines: PlanLines;
  readonly #signals: readonly Signal[];
  readonly #slowness: number;

  constructor(plan: Plan, part: Part, lines: PlanLines, signals: readonly Signal[], slowness: number) {
    this.#frames = sendOrder(plan);
    this.#part = part;
    this.#lines = lines;
    this.#signals = signals;
    this.#slowness = slowness;
  }

  /** What is expected is said before what makes it come: what came unexpected is not seen again. */
  atSwitch(relay: boolean, round: number): string[] {
    return [
      ...this.#lines.relay(relay),
      ...this.#expect("sent", round),
      ...this.send("begin", round),
      this.#wait(0, SIGNAL_DEADLINE_MS),
      ...this.#own(relay, "probes").map(this.#lines.send),
      ...this.#fences(relay).flatMap(this.#lines.expect),
      ...this.send("go", round),
      ...this.#own(relay, "fences").map(this.#lines.send),
      this.#wait(QUIET_MS, SIGNAL_DEADLINE_MS + DEADLINE_MS),
    ];
  }

  /** Its fences go when those of the switch are there: the round ends with them. */
  atGuest(relay: boolean, round: number): string[] {
    return [
      `mark relay-${relay ? "on" : "off"}`,
      ...this.#own(relay, "probes").map(this.#lines.send),
      ...this.#expect("go", round),
      ...this.#fences(relay).flatMap(this.#lines.expect),
      ...this.send("sent", round),
      this.#wait(0, SIGNAL_DEADLINE_MS),
      ...this.#expect("begin", round + 1),
      ...this.#own(relay, "fences").map(this.#lines.send),
      this.#wait(QUIET_MS, SIGNAL_DEADLINE_MS + 2 * DEADLINE_MS),
    ];
  }

  await(moment: Moment, round: number): string[] {
    return [...this.#expect(moment, round), this.#wait(0, SIGNAL_DEADLINE_MS)];
  }

  send(moment: Moment, round: number): string[] {
    return this.#signalsOf(moment, round)
      .filter(({ from }) => this.#part.has(from))
      .map(({ from, frame }) => this.#lines.sendBytes(from, frame));
  }

  #expect(moment: Moment, round: number): string[] {
    return this.#signalsOf(moment, round)
      .filter(({ to }) => this.#part.has(to))
      .map(({ to, tag }) => this.#lines.expectTag(to, tag));
  }

  #signalsOf(moment: Moment, round: number): Signal[] {
    return this.#signals.filter((signal) => signal.moment === moment && signal.round === round);
  }

  /** All, whoever sends them. */
  #fences(relay: boolean): PlannedFrame[] {
    return this.#frames.filter(({ fence, reflectiveRelay }) => fence && reflectiveRelay === relay);
  }

  #own(relay: boolean, which: "probes" | "fences"): PlannedFrame[] {
    return this.#frames.filter(
      ({ fence, from, reflectiveRelay }) =>
        reflectiveRelay === relay &&
        (fence !== undefined) === (which === "fences") &&
        this.#part.has(interfaceOf(from)),
    );
  }

  #wait(quiet: number, deadline: number): string {
    return `wait ${quiet} ${Math.round(deadline * this.#slowness)}`;
  }
}
