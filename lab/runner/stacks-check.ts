/** Checks of whole IP stacks, and what of a site they are judged by. */
import type { CheckSpec } from "../model/scenario.ts";
import type { StacksCheck } from "../topology/site-arranged.ts";
import type { SitePlan } from "../traffic/site-plan.ts";
import type { ReadSite } from "../traffic/site-records.ts";

export interface SeenSite {
  readonly plan: SitePlan;
  readonly read: ReadSite;
  /** Path of the capture within the run's directory. */
  readonly capture: string;
  /** By namespace, what was said of a packet filter this kernel refused. */
  readonly refused: ReadonlyMap<string, string>;
}

/** The checks that take a site. */
export function stacksChecks(checks: readonly CheckSpec[]): StacksCheck[] {
  return checks.flatMap((check) => (check.look.look === "stacks" ? [{ ...check, setUp: check.look.setUp }] : []));
}

/** Whether one of them needs a packet filter. */
export function translatesAddresses(checks: readonly CheckSpec[]): boolean {
  return stacksChecks(checks).some(({ setUp }) => setUp.what === "gateway" && setUp.masquerade);
}
