/** Making and changing endpoints, after `macvlan_common_newlink`, `macvlan_open` and `macvlan_changelink`. */
import type { Mac } from "../model/topology.ts";
import type { EndpointKind, Mode } from "../model/vocabulary.ts";
import { makeNode } from "./change-node.ts";
import type { StationCondition } from "./condition.ts";
import type { Judge } from "./judge.ts";
import { calledAs } from "./move.ts";
import type { Refusal, Step } from "./step.ts";
import type { Station, World } from "./world.ts";
import { isPassthruPort, lowerNamed, stationsOn } from "./world.ts";

export interface NewEndpoint {
  readonly name: string;
  readonly lower: string;
  readonly kind: EndpointKind;
  readonly mode?: Mode;
  readonly address?: Mac;
  readonly mtu?: number;
  readonly sources?: readonly Mac[];
  readonly nodst?: boolean;
  /** The endpoint it is made on, instead of the lower device. */
  readonly on?: string;
  readonly condition?: StationCondition;
  /** The address it gets where the kernel makes one up. */
  readonly generated: Mac;
}

const replace = (world: World, changed: Station): World => ({
  ...world,
  stations: world.stations.map((station) => (station.name === changed.name ? changed : station)),
});

export function addEndpoint(request: NewEndpoint): Step {
  return (world, judge) => {
    const missing = isMissing(world, judge, request);
    if (missing) return { world, error: missing };
    if (mtuIsRefused(world, judge, request)) return { world, error: "EINVAL" };
    const mode = modeOf(judge, request);
    if (modeIsRefused(world, judge, request, mode)) return { world, error: "EINVAL" };
    const station = makeStation(world, judge, request, mode);
    const mayBeMade = !isBusy(world, station) || judge.ask("busy-address-may-be-made", request.name);
    if (!mayBeMade) return { world, error: "EADDRINUSE" };
    return { world: makeNode({ ...world, stations: [...world.stations, station] }, station, judge) };
  };
}

/** Why the request itself comes to nothing: what it is to be on is not there, or what it is to be called is. */
function isMissing(world: World, judge: Judge, request: NewEndpoint): Refusal | undefined {
  const { name, on, condition = {}, mode = "vepa", address } = request;
  const base = on === undefined ? world.lowers[0] : world.stations.find((station) => station.name === on);
  if (!base) return "ENODEV";
  const asked = { name, ...condition };
  const isThere = (station: Station) => (station.namespace ?? "home") === (asked.namespace ?? "home");
  if (world.stations.some((station) => isThere(station) && calledAs(station) === calledAs(asked))) return "EEXIST";
  if (condition.nopromisc && judge.ask("nopromisc-is-guarded", name, mode)) return "refused by ip";
  const refused = address !== undefined && judge.ask("made-with-a-stations-address", name, address);
  return refused ? "EADDRNOTAVAIL" : undefined;
}

function mtuIsRefused(world: World, judge: Judge, { name, lower, mtu }: NewEndpoint): boolean {
  if (mtu === undefined) return false;
  return judge.ask("mtu-range", name, mtu) || judge.ask("mtu-above-lower", name, mtu, lowerNamed(world, lower).mtu);
}

function modeOf(judge: Judge, { name, mode }: NewEndpoint): Mode {
  return judge.ask("mode-default", name, mode !== undefined) ? "vepa" : (mode ?? "private");
}

function modeIsRefused(world: World, judge: Judge, request: NewEndpoint, mode: Mode): boolean {
  const lower = lowerNamed(world, request.lower);
  const siblings = stationsOn(world, lower).length;
  return (
    judge.ask("passthru-closes-lower", request.name, isPassthruPort(world, lower)) ||
    (mode === "passthru" && judge.ask("passthru-needs-empty-lower", request.name, siblings)) ||
    (request.sources !== undefined && judge.ask("list-needs-source-mode", request.name, mode))
  );
}

function makeStation(world: World, judge: Judge, request: NewEndpoint, mode: Mode): Station {
  const { name, lower, kind, sources = [], nodst = false } = request;
  const { mtu: lowerMtu } = lowerNamed(world, lower);
  const mtu = judge.ask("mtu-inherited", name, request.mtu !== undefined) ? lowerMtu : (request.mtu ?? 1500);
  const address = addressOf(world, judge, request, mode);
  const nested = request.on !== undefined && !judge.ask("nested-on-the-real-one", name, true);
  const condition = { ...request.condition, ...(nested && request.on ? { below: request.on } : {}) };
  const idle = { up: false, joined: false, open: false };
  return { name, lower, kind, mode, address, mtu, sources, nodst, ...idle, ...condition };
}

function addressOf(world: World, judge: Judge, request: NewEndpoint, mode: Mode): Mac {
  const { name, lower, address, generated } = request;
  if (judge.ask("passthru-takes-lower-address", name, mode)) return lowerNamed(world, lower).address;
  return judge.ask("address-generated", name, address !== undefined) ? generated : (address ?? generated);
}

function isBusy(world: World, { lower, address }: Station): boolean {
  const device = lowerNamed(world, lower);
  return [device, ...stationsOn(world, device)].some((other) => other.address === address);
}

function onStation(name: string, change: (station: Station, world: World, judge: Judge) => Station | Refusal): Step {
  return (world, judge) => {
    const station = world.stations.find((other) => other.name === name);
    if (!station) return { world, error: "ENODEV" };
    const changed = change(station, world, judge);
    return typeof changed === "string" ? { world, error: changed } : { world: replace(world, changed) };
  };
}

export function bringUp(name: string): Step {
  return onStation(name, (station, world, judge) => {
    const lower = lowerNamed(world, station.lower);
    if (station.up) return station;
    if (lower.down && !judge.ask("opens-below-closed", name)) return "EINVAL";
    if (judge.ask("passthru-opens-unchecked", name, isPassthruPort(world, lower))) return { ...station, up: true };
    const siblings = stationsOn(world, lower).filter((other) => other.up && other.name !== name);
    const busy =
      judge.ask("lower-address-busy", name, lower.address === station.address) ||
      judge.ask(
        "sibling-address-busy",
        name,
        siblings.some((other) => other.address === station.address),
      );
    return busy ? "EADDRINUSE" : { ...station, up: true };
  });
}

export function setMode(name: string, mode: Mode): Step {
  return onStation(name, (station, _world, judge) => {
    if (judge.ask("passthru-is-for-life", name, station.mode, mode)) return "EINVAL";
    const emptied = judge.ask("leaving-source-empties-list", name, station.mode, mode);
    const inForce = judge.ask("mode-changes-at-once", name) ? mode : station.mode;
    return { ...station, mode: inForce, sources: emptied ? [] : station.sources };
  });
}

export function setMtu(name: string, mtu: number): Step {
  return onStation(name, (station, world, judge) => {
    if (mtu === station.mtu) return station;
    const { mtu: limit } = lowerNamed(world, station.lower);
    const refused = judge.ask("mtu-range", name, mtu) || judge.ask("mtu-raised-above-lower", name, mtu, limit);
    return refused ? "EINVAL" : { ...station, mtu };
  });
}

export function setLowerMtu(name: string, mtu: number): Step {
  return (world, judge) => {
    if (mtu === lowerNamed(world, name).mtu) return { world };
    if (judge.ask("mtu-range", name, mtu)) return { world, error: "EINVAL" };
    const lowers = world.lowers.map((lower) => (lower.name === name ? { ...lower, mtu } : lower));
    const stations = world.stations.map((station) => {
      const follows = station.lower === name && judge.ask("mtu-follows-down", station.name, station.mtu, mtu);
      return follows ? { ...station, mtu } : station;
    });
    return { world: { ...world, lowers, stations } };
  };
}
