/** A ping as it is planned, and the devices of its two ends. */
import { type CheckWorld, endpointAt } from "../topology/check-world.ts";

/** Where recorders are: a namespace for each end. */
export const PLACES = ["first", "second", "external"] as const;
export type End = (typeof PLACES)[number];

/** One ping as it is planned. */
export interface PlannedPing {
  readonly world: CheckWorld;
  readonly from: End;
  readonly to: End;
  /** Ids of the fences to both ends. */
  readonly fences: Readonly<Record<"from" | "to", number>>;
}

export function deviceAt(world: CheckWorld, end: End): string {
  return end === "external" ? world.topology.external.name : (endpointAt(world, end)?.name as string);
}

/** The devices recorded in one place, in the order of the agent's numbers. */
export function devicesIn(pings: readonly PlannedPing[], place: End): string[] {
  const here = pings.filter(({ from, to }) => from === place || to === place);
  const devices = here.map(({ world }) => deviceAt(world, place));
  if (place !== "external") return devices;
  // Fences are sent from every world's external host; the lower devices show what crossed the wire.
  return pings.flatMap(({ world }) => [world.topology.external.name, world.lower.name, world.lower.port]);
}
