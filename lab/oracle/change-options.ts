/** Modes by number, flags, queues and source lists, after `macvlan_validate` and `macvlan_changelink`. */
import type { MacvlanAttributes } from "../model/check-step.ts";
import type { Mac } from "../model/topology.ts";
import type { Mode } from "../model/vocabulary.ts";
import { withStation } from "./change-address.ts";
import { setMode } from "./control.ts";
import type { DriverFacts } from "./generations.ts";
import type { Judge } from "./judge.ts";
import type { Outcome, Step } from "./step.ts";
import { isGroup, lowerNamed, type Station, type World } from "./world.ts";

/** By number, as netlink has them. */
const MODES: ReadonlyMap<number, Mode> = new Map([
  [1, "private"],
  [2, "vepa"],
  [4, "bridge"],
  [8, "passthru"],
  [16, "source"],
]);

/** Bytes of an attribute that is a number. */
const LENGTH = 4;

function found(name: string, change: (station: Station, world: World, judge: Judge) => Outcome): Step {
  return (world, judge) => {
    const station = world.stations.find((other) => other.name === name);
    return station ? change(station, world, judge) : { world, error: "ENODEV" };
  };
}

/** No mode of a wrong name is ever sent. */
export function nameMode(mode: string): Step {
  return (world, judge) => {
    const known = [...MODES].find(([, name]) => name === mode)?.[0] ?? 0;
    return judge.ask("five-modes", undefined, known) ? { world, error: "refused by ip" } : { world };
  };
}

export function setNopromisc(name: string, on: boolean): Step {
  return found(name, (station, world, judge) => {
    if (on && judge.ask("nopromisc-is-guarded", name, "passthru")) return { world, error: "refused by ip" };
    return { world: switchNopromisc(world, judge, station, on) };
  });
}

function switchNopromisc(world: World, judge: Judge, station: Station, on: boolean): World {
  const changed = withStation(world, { ...station, nopromisc: on });
  const switched = station.mode === "passthru" && on !== (station.nopromisc ?? false);
  if (!switched || station.up) return changed;
  if (!judge.ask("idle-switch-counts", station.name, judge.facts.idleSwitchCounts)) return changed;
  const leak = on ? -1 : 1;
  return {
    ...changed,
    lowers: changed.lowers.map((lower) => ({ ...lower, leaked: (lower.leaked ?? 0) + leak })),
  };
}

export function setBcqueuelen(name: string, length: number): Step {
  return found(name, (station, world) => ({ world: withStation(world, { ...station, queue: length }) }));
}

/** In the kernel's order: what is wrong with the message itself comes first. */
export function askFor(name: string, { mode, flags, raw }: MacvlanAttributes): Step {
  return found(name, (station, world, judge) => {
    const known = raw && judge.ask("known-attribute", name, raw.attribute, lastAttribute(judge.facts));
    if (known && raw.bytes < LENGTH) return { world, error: "ERANGE" };
    if (flags !== undefined && judge.ask("two-flags", name, flags)) return { world, error: "EINVAL" };
    if (mode !== undefined && judge.ask("five-modes", name, mode)) return { world, error: "EINVAL" };
    const moded = mode === undefined ? { world } : setMode(name, MODES.get(mode) ?? station.mode)(world, judge);
    if (moded.error || flags === undefined) return moded;
    const now = moded.world.stations.find((other) => other.name === name) ?? station;
    const noted = withStation(moded.world, { ...now, nodst: (flags & 2) !== 0 });
    return { world: switchNopromisc(noted, judge, { ...now, nodst: (flags & 2) !== 0 }, (flags & 1) !== 0) };
  });
}

/** The highest number of an attribute (`IFLA_MACVLAN_MAX`). */
function lastAttribute({ hasBroadcastCutoff, hasQueueLength }: DriverFacts): number {
  if (hasBroadcastCutoff) return 9;
  return hasQueueLength ? 8 : 6;
}

export function setList(name: string, change: string, listed: readonly Mac[]): Step {
  return found(name, (station, world, judge) => {
    if (judge.ask("list-of-stations", name, listed.some(isGroup))) return { world, error: "EADDRNOTAVAIL" };
    if (judge.ask("list-needs-source-mode", name, station.mode)) return { world, error: "EINVAL" };
    const before = judge.ask("set-empties-list", name, change) ? [] : station.sources;
    const sources = listed.reduce((list, address) => changed(judge, name, list, change, address), before);
    return { world: withStation(world, { ...station, sources }) };
  });
}

function changed(judge: Judge, name: string, list: readonly Mac[], change: string, address: Mac): readonly Mac[] {
  if (change === "del") return list.filter((other) => other !== address);
  return judge.ask("listed-once", name, list.includes(address)) ? list : [...list, address];
}

/** The queue for group frames: what is asked for, and the longest asked for on the lower device. */
export function queueOf(world: World, station: Station, judge: Judge): string {
  if (!judge.ask("queue-length-known", station.name, judge.facts.hasQueueLength)) return "unknown";
  const lower = lowerNamed(world, station.lower);
  const lengths = world.stations.filter((other) => other.lower === lower.name).map(({ queue = 1000 }) => queue);
  return `asked ${station.queue ?? 1000}, used ${Math.max(...lengths)}`;
}
