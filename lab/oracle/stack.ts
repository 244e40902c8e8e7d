/**
 * One frame from an IP stack to another. An endpoint's stack is on the device, but that of a macvtap somebody has open is
 * the reader's, a guest with the macvtap's own address; a lower device and a host have their own.
 */
import type { Mac } from "../model/topology.ts";
import { arrivalType, copiesAt, startFlow } from "./flow.ts";
import type { Judge } from "./judge.ts";
import { transmit } from "./transmit.ts";
import type { Place, Station, World } from "./world.ts";
import { addressAt, BROADCAST, GROUP, NOBODY, stationAt } from "./world.ts";

/** `other`: the stack at the other end, by its address. `group`: a group nobody joined but, where it did, that stack. */
export type Addressing = "other" | "everybody" | "group";

export interface Sent {
  readonly from: Place;
  readonly to: Place;
  readonly addressing: Addressing;
  /** Whether `to` joined the group. */
  readonly joined: boolean;
  readonly tagged: boolean;
}

/** Whether the stack at `to` takes a copy of the frame. */
export function arrives(world: World, judge: Judge, sent: Sent): boolean {
  const { from, to, tagged } = sent;
  const frame = { source: addressAt(world, from) ?? NOBODY, destination: destinationOf(world, sent), tagged };
  const flow = startFlow(withMember(world, sent), judge, frame);
  transmit(flow, from);
  const reader = readerAt(world, to); // is not told the packet type: its guest's device looks at the address again
  return copiesAt(flow, to)
    .filter(({ by }) => by === (reader ? "reader" : "stack"))
    .some(({ type }) => judge.ask("stack-takes-its-own", to, reader ? arrivalType(flow, reader.address) : type));
}

function readerAt(world: World, place: Place): Station | undefined {
  const station = stationAt(world, place);
  return station?.kind === "macvtap" && station.open ? station : undefined;
}

function destinationOf(world: World, { to, addressing }: Sent): Mac {
  if (addressing === "other") return addressAt(world, to) ?? NOBODY;
  return addressing === "everybody" ? BROADCAST : GROUP;
}

function withMember(world: World, { to, joined }: Sent): World {
  const stations = world.stations.map((station) => ({ ...station, joined: joined && station.name === to }));
  return { ...world, stations };
}
