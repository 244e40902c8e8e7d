/** What a lower device does to a frame beside what the driver on it does: on its way out, and before it gets in. */
import type { Flow } from "./flow.ts";
import type { LowerDevice } from "./world.ts";
import { BROADCAST, isGroup, isPassthruPort, stationsOn } from "./world.ts";

/** Addresses beside its own that a card is told before it gives up and lets all unicast frames in. */
const TOLD: Readonly<Record<Filtering, number>> = { e1000: 14, e1000e: 14, "virtio-net": Number.POSITIVE_INFINITY };
const FILTERS = { e1000: "e1000-filters", e1000e: "e1000e-filters", "virtio-net": "virtio-net-filters" } as const;
type Filtering = keyof typeof FILTERS;

/** Whether the frame leaves by the device's cable. */
export function leavesBy({ judge, frame }: Flow, { kind, name, address }: LowerDevice): boolean {
  if (judge.ask("dummy-has-no-cable", undefined, kind === "dummy")) return false;
  if (judge.ask("bridge-keeps-its-own", undefined, kind === "bridge", frame.destination === address)) return false;
  return kind !== "hwsim" || judge.ask("station-known-by-address", name, frame.source === address);
}

/** Whether what the switch sends to the device's port gets to `macvlan_handle_frame`. */
export function comesInBy(flow: Flow, lower: LowerDevice): boolean {
  const { judge, frame } = flow;
  const { kind, name, address } = lower;
  if (judge.ask("dummy-has-no-cable", name, kind === "dummy")) return false;
  if (kind === "hwsim") {
    const group = isGroup(frame.destination);
    if (!judge.ask("sent-to-stations-only", name, group || frame.destination === address)) return false;
    return !judge.ask("own-group-frame-is-dropped", name, group && frame.source === address);
  }
  if (kind === undefined || !(kind in FILTERS)) return true;
  const card = kind as Filtering;
  return judge.ask(FILTERS[card], name, isWanted(flow, lower), isPromiscuous(flow, lower, card));
}

function isWanted({ frame, world }: Flow, lower: LowerDevice): boolean {
  const stations = stationsOn(world, lower).filter(({ up }) => up);
  const { destination } = frame;
  if (isGroup(destination)) return destination === BROADCAST || stations.some(({ joined }) => joined);
  return destination === lower.address || stations.some(({ address }) => address === destination);
}

/** A passthru endpoint makes its lower device promiscuous (`macvlan_open`). */
function isPromiscuous({ frame, world }: Flow, lower: LowerDevice, card: Filtering): boolean {
  if (isPassthruPort(world, lower)) return true;
  const { crowd = stationsOn(world, lower).length } = lower;
  return !isGroup(frame.destination) && crowd > TOLD[card];
}
