/** Character devices, after `macvtap_device_event` and devtmpfs; ordinary taps, after `tun_set_iff`. */

import type { Judge } from "./judge.ts";
import type { Step } from "./step.ts";
import type { Station, World } from "./world.ts";

/** What stands for the interface index in a node's name. */
export const indexOf = ({ index, name }: Pick<Station, "index" | "name">): string => index ?? name;

/** Who has a node by the number of its own: what is there already is not made again. */
export function makeNode(world: World, station: Station, judge: Judge): World {
  if (!judge.ask("macvtap-has-a-node", station.name, station.kind)) return world;
  const nodes = world.nodes ?? new Map<string, string>();
  if (judge.ask("node-is-there-already", station.name, nodes.has(indexOf(station)))) return world;
  return { ...world, nodes: new Map([...nodes, [indexOf(station), station.name]]) };
}

export function removeNode(world: World, station: Station, judge: Judge): World {
  if (station.kind !== "macvtap") return world;
  const nodes = world.nodes ?? new Map<string, string>();
  const own = nodes.get(indexOf(station)) === station.name;
  if (!judge.ask("node-goes-with-its-own", station.name, own)) return world;
  return { ...world, nodes: new Map([...nodes].filter(([index]) => index !== indexOf(station))) };
}

export function addTap(name: string): Step {
  return (world, judge) => {
    const taken = world.stations.some((station) => station.name === name);
    if (judge.ask("tun-makes-no-macvtap", name, taken)) return { world, error: "EBUSY" };
    return { world: { ...world, taps: [...(world.taps ?? []), name] } };
  };
}

export function deleteTap(name: string): Step {
  return (world, judge) => {
    const foreign = world.stations.some((station) => station.name === name);
    if (judge.ask("tun-makes-no-macvtap", name, foreign)) return { world, error: "EINVAL" };
    return { world: { ...world, taps: (world.taps ?? []).filter((tap) => tap !== name) } };
  };
}

/** Opening and closing changes nothing: the device is the netlink message's doing, not the opener's. */
export function openNode(name: string): Step {
  return (world) => (world.stations.some((station) => station.name === name) ? { world } : { world, error: "ENODEV" });
}
