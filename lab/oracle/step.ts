/** What a step of a check does to a world, and how it is refused. */
import type { Judge } from "./judge.ts";
import type { World } from "./world.ts";

/** The errno names a step can be refused with. */
export type Refusal =
  | "EADDRINUSE"
  | "EADDRNOTAVAIL"
  | "EBUSY"
  | "EEXIST"
  | "EINVAL"
  | "ENODEV"
  | "ERANGE"
  | "refused by ip";

/** The world after a step; as it was where the step was refused. */
export interface Outcome {
  readonly world: World;
  readonly error?: Refusal;
}

export type Step = (world: World, judge: Judge) => Outcome;
