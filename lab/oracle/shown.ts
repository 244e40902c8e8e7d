/** What the kernel tells of a device: the values of `ShownLook`. */

import { RELAY_TOOLS } from "../model/check-step.ts";
import type { Shown, ShownLook } from "../model/shown-look.ts";
import type { Mac } from "../model/topology.ts";
import { indexOf } from "./change-node.ts";
import { queueOf } from "./change-options.ts";
import type { Judge } from "./judge.ts";
import { isPassthruPort, type LowerDevice, type Station, stationsOn, type World } from "./world.ts";

/** @param whose names an address. */
export function shownOf(world: World, look: ShownLook, judge: Judge, whose: (address: Mac) => string): string {
  if (look.look === "mode-names") return "private vepa bridge passthru source";
  if (look.look === "relay") {
    const word = world.reflectiveRelay ? "on" : "off";
    return RELAY_TOOLS.map((tool) => `${tool}=${word}`).join(" ");
  }
  if (world.taps?.includes(look.device)) return ofTap(look.look, judge, look.device);
  const lower = world.lowers.find(({ name }) => name === look.device);
  if (lower) return ofLower(look.look, world, lower, judge, whose);
  const station = world.stations.find(({ name }) => name === look.device);
  return station ? VALUES[look.look]({ world, station, judge, whose }) : "absent";
}

interface Asked {
  readonly world: World;
  readonly station: Station;
  readonly judge: Judge;
  readonly whose: (address: Mac) => string;
}

const onOff = (on = false) => (on ? "on" : "off");

const VALUES: Readonly<Record<Shown, (asked: Asked) => string>> = {
  kind: ({ station }) => station.kind,
  below: ({ station }) => station.below ?? station.lower,
  namespace: ({ station }) => station.namespace ?? "home",
  index: ({ station }) => (station.index === "fixed" ? "fixed" : "another"),
  state: ({ world, station, judge }) => {
    const lower = world.lowers.find(({ name }) => name === station.lower);
    const carrier = judge.ask(
      "carrier-follows-lower",
      station.name,
      lower !== undefined && !lower.down && !lower.unplugged,
    );
    if (!station.up) return "down down";
    if (carrier) return "up up";
    const elsewhere = (station.namespace ?? "home") !== (lower?.namespace ?? "home");
    const unseen = judge.ask("lower-seen-from-here", station.name, elsewhere, judge.facts.looksBelowAtHome);
    return unseen ? "up down" : "up lowerlayerdown";
  },
  "whose-address": ({ station, whose }) => whose(station.address),
  promiscuity: ({ station }) => String(Number(station.promiscuous ?? false)),
  nopromisc: ({ station, judge }) => onOff(judge.ask("flags-are-told", station.name) && station.nopromisc),
  nodst: ({ station, judge }) => onOff(judge.ask("flags-are-told", station.name) && station.nodst),
  bcqueuelen: ({ world, station, judge }) => queueOf(world, station, judge),
  txqueuelen: ({ station, judge }) => queueLength(judge, station.name, station.kind),
  sources: ({ station, whose }) => [...station.sources].map(whose).sort().join(" ") || "nobody",
  node: ({ world, station }) => {
    const owner = world.nodes?.get(indexOf(station));
    if (owner === undefined) return "none";
    const left = world.stations.some(({ name }) => name === owner);
    return `tapN 600 0:0, ${left ? owner : "nobody"}`;
  },
};

const queueLength = (judge: Judge, name: string, kind: "macvlan" | "macvtap" | "tun") =>
  judge.ask("macvtap-queues-500", name, kind) ? "500" : "1000";

function ofTap(look: Shown, judge: Judge, name: string): string {
  if (look === "kind") return "tun";
  if (look === "node") return judge.ask("macvtap-has-a-node", name, "tun") ? "tapN 600 0:0, nobody" : "none";
  return look === "txqueuelen" ? queueLength(judge, name, "tun") : "home";
}

function ofLower(look: Shown, world: World, lower: LowerDevice, judge: Judge, whose: (address: Mac) => string): string {
  if (look === "whose-address") return whose(lower.address);
  if (look === "namespace") return lower.namespace ?? "home";
  if (look === "promiscuity") return String(promiscuity(world, lower, judge));
  if (look === "state") return lowerState(lower);
  return "veth";
}

function lowerState({ down = false, unplugged = false }: LowerDevice): string {
  if (down) return "down down";
  return unplugged ? "up lowerlayerdown" : "up up";
}

/** How often the lower device is asked to take every frame: a count of 32 bits. */
function promiscuity(world: World, lower: LowerDevice, judge: Judge): number {
  const up = stationsOn(world, lower).filter((station) => station.up);
  const passthru = isPassthruPort(world, lower);
  const addresses = up.filter(({ mode, name }) => mode !== "passthru" && !lower.forgot?.includes(name)).length;
  const filled = judge.ask("endpoints-fill-filter", lower.name, addresses) ? 1 : 0;
  const ports = up.filter(
    ({ mode, nopromisc = false }) => mode === "passthru" && judge.ask("passthru-takes-all", lower.name, nopromisc),
  );
  const told = up.filter(
    ({ promiscuous }) => promiscuous && judge.ask("promiscuous-endpoint-takes-all", lower.name, passthru),
  );
  return (filled + ports.length + told.length + (lower.leaked ?? 0)) >>> 0;
}
