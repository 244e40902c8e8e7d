/**
 * A plan with an interlude in several parts of a stage: the probes, then what the interlude changes in the parts under test, then
 * the fences. The lab takes the parts from one step to the next (`sides-in-step.ts`).
 */
import { interfaceOf } from "../model/topology.ts";
import type { Part } from "../topology/stage.ts";
import type { Plan } from "./plan.ts";
import { type PlanLines, planLines, sendOrder } from "./plan-lines.ts";
import type { PlannedFrame } from "./planned-frame.ts";
import { DEADLINE_MS, QUIET_MS } from "./play-script.ts";
import { startPlayer } from "./player.ts";
import { SIGNAL_DEADLINE_MS, type Side, SidesInStep } from "./sides-in-step.ts";
import type { Signal } from "./signals.ts";

/** How often cables are crossed there and back: before the probes, behind them, and behind the fences. */
export const CROSSINGS = 3;

/** The signal a frame is behind: each part's probes go when the cables carry them, its fences when everybody's have arrived. */
export function behindCrossing({ fence }: PlannedFrame, isSwitch: boolean): Pick<Signal, "moment" | "round"> {
  if (isSwitch) return { moment: "sent", round: 1 };
  return { moment: "go", round: fence ? 1 : 0 };
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
  const sides = parts.map((part) => ({
    part,
    player: startPlayer(part.executor, "play"),
    ...planLines(plan, part.has),
  }));
  await playThrough(new SidesInStep(sides, signals, slowness), plan, parts.slice(0, -1));
  return Promise.all(sides.map(({ player }) => player.end()));
}

type PlanSide = Side & PlanLines;

async function playThrough(steps: SidesInStep<PlanSide>, plan: Plan, tested: readonly Part[]): Promise<void> {
  const inOrder = sendOrder(plan);
  const fences = inOrder.filter(({ fence }) => fence);
  const probes = inOrder.filter(({ fence }) => !fence);
  const own = ({ part, send }: PlanSide, frames: readonly PlannedFrame[]) =>
    frames.filter(({ from }) => part.has(interfaceOf(from))).map(send);
  await steps.all(({ prologue, relay }) => [...prologue, ...relay(false)]);
  await steps.cross(0);
  await steps.cross(1, (side) => own(side, probes));
  await steps.all(() => [steps.wait(QUIET_MS, SIGNAL_DEADLINE_MS)]);
  for (const part of tested) await change(part, plan.interlude ?? []);
  await steps.all(({ expect }) => fences.flatMap(expect));
  await steps.all((side) => own(side, fences));
  await steps.all(() => [steps.wait(QUIET_MS, DEADLINE_MS)]);
  await steps.cross(2);
  await steps.all(() => ["counters"]);
}

/** Of what is as it is to be `ip` says so and goes on; what it could not change has no fence then. */
async function change({ executor }: Part, lines: readonly string[]): Promise<void> {
  await executor.run(`ip -force -batch - <<'END'\n${lines.join("\n")}\nEND`);
}
