/** Several plans as one that is played at once: each keeps its topologies, its frames get numbers of their own. Pure. */
import type { Plan } from "./plan.ts";
import type { PlannedFrame } from "./planned-frame.ts";

export interface JoinedPlan {
  readonly plan: Plan;
  /** By plan, what is added to its numbers. */
  readonly shifts: readonly Shift[];
}

export interface Shift {
  readonly frames: number;
  readonly topologies: number;
}

/** The plans' interludes and ways with reflective relay are not joined: who plays the whole sees to them. */
export function joinPlans(plans: readonly Plan[], nonce: number): JoinedPlan {
  let [frames, topologies] = [0, 0];
  const shifts = plans.map((plan) => {
    const shift = { frames, topologies };
    frames += plan.frames.length;
    topologies += plan.topologies.length;
    return shift;
  });
  const shiftOf = (index: number) => shifts[index] as Shift;
  const plan: Plan = {
    nonce,
    topologies: plans.flatMap((one) => one.topologies),
    frames: plans.flatMap((one, index) => one.frames.map((frame) => shifted(frame, shiftOf(index)))),
    cells: plans.flatMap((one, index) =>
      one.cells.map(({ cell, pair, frames: ids }) => ({
        cell,
        pair: { ...pair, topology: pair.topology + shiftOf(index).topologies },
        frames: ids.map((id) => id + shiftOf(index).frames),
      })),
    ),
    more: plans.flatMap((one) => one.more ?? []),
  };
  return { plan, shifts };
}

function shifted(frame: PlannedFrame, shift: Shift): PlannedFrame {
  const fence = frame.fence && { ...frame.fence, topology: frame.fence.topology + shift.topologies };
  return { ...frame, id: frame.id + shift.frames, ...(fence ? { fence } : {}) };
}
