/** A ping as it is planned, the devices of its two ends, and who records what of it. */
import { type CheckWorld, endpointAt } from "../topology/check-world.ts";
import type { Part, Stage } from "../topology/stage.ts";

/** Where ends are: endpoints in a namespace each, the external host outside. */
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

/** The benchmarking range (RFC 2544): a subnet per check, a host number per end. */
const RANGE = "198.18";

export function internetAddress({ number }: CheckWorld, end: End): string {
  return `${RANGE}.${number}.${PLACES.indexOf(end) + 1}`;
}

/** Whether an IPv4 address is of the end of some ping. */
export const isOfPing = (address: string): boolean => address.startsWith(`${RANGE}.`);

export function deviceAt(world: CheckWorld, end: End): string {
  return end === "external" ? world.topology.external.name : (endpointAt(world, end)?.name as string);
}

/** Every device frames are recorded at, in the order of the agents' numbers. */
export function pingDevices(pings: readonly PlannedPing[]): string[] {
  return PLACES.flatMap((place) => devicesIn(pings, place));
}

function devicesIn(pings: readonly PlannedPing[], place: End): string[] {
  const here = pings.filter(({ from, to }) => from === place || to === place);
  const devices = here.map(({ world }) => deviceAt(world, place));
  if (place !== "external") return devices;
  // Fences are sent from every world's external host; the lower devices show what crossed the wire.
  return pings.flatMap(({ world }) => [world.topology.external.name, world.lower.name, world.lower.port]);
}

/** Who records, in one of the places of one part, at these devices. */
export interface PingRecorder {
  readonly part: Part;
  readonly place: End;
  readonly devices: readonly string[];
}

/** None that has nothing to record. */
export function recordersOf({ parts }: Stage, pings: readonly PlannedPing[]): PingRecorder[] {
  const all = parts.flatMap((part) =>
    PLACES.map((place) => ({ part, place, devices: devicesIn(pings, place).filter(part.has) })),
  );
  return all.filter(({ devices }) => devices.length > 0);
}
