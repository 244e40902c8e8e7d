/** A new address for an endpoint or a lower device, after `macvlan_set_mac_address` and `macvlan_device_event`. */
import type { Mac } from "../model/topology.ts";
import type { Judge } from "./judge.ts";
import type { Refusal, Step } from "./step.ts";
import type { LowerDevice, Station, World } from "./world.ts";
import { lowerNamed, stationsOn } from "./world.ts";

export function changeAddress(device: string, address: Mac): Step {
  return (world, judge) => {
    const lower = world.lowers.find(({ name }) => name === device);
    if (lower) return changeAtLower(world, judge, lower, address);
    const station = world.stations.find(({ name }) => name === device);
    if (!station) return { world, error: "ENODEV" };
    const error = refusal(world, judge, station, address);
    if (error) return { world, error };
    return { world: changeAtStation(world, judge, station, address) };
  };
}

function refusal(world: World, judge: Judge, station: Station, address: Mac): Refusal | undefined {
  const { name } = station;
  if (judge.ask("changed-to-a-stations-address", name, address)) return "EADDRNOTAVAIL";
  if (judge.ask("own-address-is-no-change", name, address === station.address)) return undefined;
  if (station.mode === "passthru") return undefined;
  const lower = lowerNamed(world, station.lower);
  if (judge.ask("not-the-lower-address", name, lower.address === address)) return "EADDRINUSE";
  const taken = stationsOn(world, lower).some((other) => other.up && other.address === address);
  return judge.ask("not-a-siblings-address", name, taken) ? "EADDRINUSE" : undefined;
}

function changeAtStation(world: World, judge: Judge, station: Station, address: Mac): World {
  const changed = withStation(world, { ...station, address });
  if (!judge.ask("passthru-changes-lower", station.name, station.mode === "passthru")) return changed;
  const lowers = changed.lowers.map((lower) => ({ ...lower, address, kept: lower.kept ?? lower.address }));
  return { ...changed, lowers };
}

function changeAtLower(world: World, judge: Judge, lower: LowerDevice, address: Mac) {
  if (!judge.ask("lower-asks-nobody", lower.name)) return { world, error: "EADDRINUSE" as const };
  const keeps = judge.ask("lower-change-is-kept", lower.name);
  const kept = keeps ? {} : { kept: lower.kept ?? lower.address };
  const { kept: _before, ...rest } = lower;
  const stations = world.stations.map((station) => {
    const follows = judge.ask("passthru-follows-lower", station.name, station.mode === "passthru");
    return follows ? { ...station, address } : station;
  });
  return { world: { ...world, lowers: world.lowers.map(() => ({ ...rest, ...kept, address })), stations } };
}

export const withStation = (world: World, changed: Station): World => ({
  ...world,
  stations: world.stations.map((station) => (station.name === changed.name ? changed : station)),
});
