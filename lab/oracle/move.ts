/** Moving a device to another network namespace, after `dev_change_net_namespace`. */
import type { Namespace } from "../model/check-step.ts";
import { withStation } from "./change-address.ts";
import { indexOf, makeNode, removeNode } from "./change-node.ts";
import type { Judge } from "./judge.ts";
import type { Outcome, Step } from "./step.ts";
import type { Station, World } from "./world.ts";

export function moveDevice(device: string, to: Namespace): Step {
  return (world, judge) => {
    if (device === "lower") return moveLower(world, judge, to);
    const station = world.stations.find(({ name }) => name === device);
    return station ? moveStation(world, judge, station, to) : { world, error: "ENODEV" };
  };
}

const namespaceOf = ({ namespace = "home" }: Pick<Station, "namespace">): Namespace => namespace;

function moveStation(world: World, judge: Judge, station: Station, to: Namespace): Outcome {
  if (namespaceOf(station) === to) return { world };
  const there = world.stations.filter((other) => namespaceOf(other) === to);
  const taken = there.some((other) => calledAs(other) === calledAs(station));
  if (judge.ask("name-taken-there", station.name, taken)) return { world, error: "EEXIST" };
  const isDown = judge.ask("moving-takes-down", station.name);
  const indexTaken = there.some((other) => indexOf(other) === indexOf(station));
  const index = judge.ask("index-taken-there", station.name, indexTaken)
    ? `another for ${station.name}`
    : indexOf(station);
  const moved = { ...station, namespace: to, index, up: isDown ? false : station.up };
  const without = removeNode(world, station, judge);
  return { world: makeNode(withStation(without, moved), moved, judge) };
}

/** A lower device that moves is taken down like any other. */
function moveLower(world: World, judge: Judge, to: Namespace): Outcome {
  if (world.lowers.length === 0) return { world, error: "ENODEV" };
  const stay = !judge.ask("endpoints-go-with-lower", undefined, false);
  const forgets = judge.ask("moved-lower-forgets", undefined, true);
  const forgot = forgets ? world.stations.filter(({ up }) => up).map(({ name }) => name) : [];
  const isDown = judge.ask("moving-takes-down", "lower");
  const lowers = world.lowers.map((lower) => ({ ...lower, namespace: to, down: isDown, forgot }));
  return { world: { ...world, lowers, stations: stay ? world.stations : [] } };
}

export const calledAs = ({ called, name }: Pick<Station, "called" | "name">): string => called ?? name;
