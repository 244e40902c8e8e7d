/** What the steps that change something do to a world: after the driver's changelink, addresses and notifiers. */
import type { ChangeStep } from "../model/check-step.ts";
import type { Mac } from "../model/topology.ts";
import { changeAddress } from "./change-address.ts";
import { addTap, deleteTap, openNode, removeNode } from "./change-node.ts";
import { askFor, nameMode, setBcqueuelen, setList, setNopromisc } from "./change-options.ts";
import type { Judge } from "./judge.ts";
import { moveDevice } from "./move.ts";
import type { Outcome, Step } from "./step.ts";
import type { LowerDevice, Station, World } from "./world.ts";

/** @param addresses whose is whose. */
export function changeOf(step: ChangeStep, addresses: (whose: string) => Mac): Step {
  switch (step.do) {
    case "down":
      return takeDown(step.device);
    case "delete":
      return step.device === "lower" ? deleteLower : deleteEndpoint(step.device);
    case "move":
      return moveDevice(step.device, step.to);
    case "set-address":
      return changeAddress(step.device, addresses(step.address));
    case "set-promiscuous":
      return onStation(step.device, (station) => ({ ...station, promiscuous: step.on }));
    case "set-nopromisc":
      return setNopromisc(step.device, step.on);
    case "set-bcqueuelen":
      return setBcqueuelen(step.device, step.length);
    case "set-list":
      return setList(step.device, step.change, step.sources.map(addresses));
    case "request":
      return askFor(step.device, step.attributes);
    case "relay":
      return (world, judge) => ({
        world: judge.ask("one-switch", "port") ? { ...world, reflectiveRelay: step.on } : world,
      });
    case "name-mode":
      return nameMode(step.mode);
    case "add-tap":
      return addTap(step.device);
    case "delete-tap":
      return deleteTap(step.device);
    case "open":
      return openNode(step.device);
  }
}

function takeDown(device: string): Step {
  if (device === "lower") return (world) => ({ world: onLower(world, (lower) => ({ ...lower, down: true })) });
  if (device === "port") return (world) => ({ world: onLower(world, (lower) => ({ ...lower, unplugged: true })) });
  return onStation(device, (station) => ({ ...station, up: false }));
}

function onStation(name: string, change: (station: Station) => Station): Step {
  return (world) => {
    if (!world.stations.some((station) => station.name === name)) return { world, error: "ENODEV" };
    const stations = world.stations.map((station) => (station.name === name ? change(station) : station));
    return { world: { ...world, stations } };
  };
}

const onLower = (world: World, change: (lower: LowerDevice) => LowerDevice): World => ({
  ...world,
  lowers: world.lowers.map(change),
});

function deleteEndpoint(name: string): Step {
  return (world, judge) => {
    const taps = world.taps ?? [];
    if (taps.includes(name)) return { world: { ...world, taps: taps.filter((tap) => tap !== name) } };
    const station = world.stations.find((other) => other.name === name);
    if (!station) return { world, error: "ENODEV" };
    return { world: without(world, station, judge) };
  };
}

/** The last one on a lower device takes the port along (`macvlan_port_destroy`), and so gives its address back. */
function without(world: World, station: Station, judge: Judge): World {
  const nodeless = removeNode(world, station, judge);
  const lowers = nodeless.lowers.map((lower) => {
    const { kept, ...rest } = lower;
    if (station.mode !== "passthru" || kept === undefined) return lower;
    return { ...rest, address: judge.ask("passthru-hands-back", lower.name) ? kept : lower.address };
  });
  return { ...nodeless, lowers, stations: nodeless.stations.filter(({ name }) => name !== station.name) };
}

function deleteLower(world: World, judge: Judge): Outcome {
  if (world.lowers.length === 0) return { world, error: "ENODEV" };
  const go = judge.ask("endpoints-go-with-lower", undefined, true);
  const left = go ? world.stations.reduce((rest, station) => removeNode(rest, station, judge), world) : world;
  return { world: { ...left, lowers: [], stations: go ? [] : world.stations } };
}
