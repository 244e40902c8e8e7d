/**
 * Signals: frames by which the places that play a plan together wait for one another. They cross the very cables the probes
 * cross, behind them, and a cable keeps the order of what it carries: who saw a signal has everything that was sent before.
 */
import type { Lower, Topology } from "../model/topology.ts";
import type { Part } from "../topology/stage.ts";
import { probeFrame, tagBytes } from "./frame.ts";
import type { Plan } from "./plan.ts";
import { relayStates } from "./play-script.ts";

/**
 * `begin`: the switch is in this round's state, and all of the round before is over. `sent`: a guest has sent its probes.
 * `go`: everybody's probes have arrived, those of the external host included. The `begin` behind the last round ends it.
 */
export type Moment = "begin" | "sent" | "go";

export interface Signal {
  readonly id: number;
  readonly moment: Moment;
  /** Relay states are rounds, from 0; where the lab takes the parts from step to step, crossings are (`sides-in-step.ts`). */
  readonly round: number;
  /** The interface it is sent on, and that at the other end of the cable. */
  readonly from: string;
  readonly to: string;
  readonly frame: Buffer;
  readonly tag: Buffer;
}

type Time = Pick<Signal, "moment" | "round">;

/** What signals are made for: the cables, and the first number that is free for a frame. */
export interface Signalled {
  readonly nonce: number;
  readonly topologies: readonly Topology[];
  readonly firstId: number;
}

/** Those of every cable that leads from one part to another. Their numbers follow those of the plan's frames. */
export function signalsOf(plan: Plan, parts: readonly Pick<Part, "has">[]): Signal[] {
  const rounds = relayStates(plan).length;
  const times = Array.from({ length: rounds }, (_, round) =>
    (["begin", "sent", "go"] as const).map((moment): Time => ({ moment, round })),
  );
  return signalsAt([...times.flat(), { moment: "begin", round: rounds }], behindFrames(plan), parts);
}

/** Up each cable and down, so many times. */
export function crossingSignals(signalled: Signalled, parts: readonly Pick<Part, "has">[], rounds: number): Signal[] {
  const times = Array.from({ length: rounds }, (_, round) =>
    (["sent", "go"] as const).map((moment): Time => ({ moment, round })),
  );
  return signalsAt(times.flat(), signalled, parts);
}

export function behindFrames({ nonce, topologies, frames }: Plan): Signalled {
  return { nonce, topologies, firstId: frames.length + 1 };
}

function signalsAt(
  times: readonly Time[],
  { nonce, topologies, firstId }: Signalled,
  parts: readonly Pick<Part, "has">[],
): Signal[] {
  const isCable = ({ name, port }: Lower) => parts.some(({ has }) => has(name) !== has(port));
  const cables = topologies.flatMap(({ lowers, external }) =>
    lowers.filter(isCable).map((lower) => ({ lower, outside: external.address })),
  );
  return times.flatMap(({ moment, round }, index) =>
    cables.map(({ lower, outside }, cable): Signal => {
      const id = firstId + index * cables.length + cable;
      const [from, to] = moment === "sent" ? [lower.name, lower.port] : [lower.port, lower.name];
      const [source, destination] = moment === "sent" ? [lower.address, outside] : [outside, lower.address];
      const frame = probeFrame({ source, destination }, nonce, id, `signal ${moment} ${round} to ${to}`);
      return { id, moment, round, from, to, frame, tag: tagBytes(nonce, id) };
    }),
  );
}
