/** Receiving on a lower device, after `__netif_receive_skb_core` and `macvlan_handle_frame`. */
import type { PacketType } from "../model/vocabulary.ts";
import type { Flow } from "./flow.ts";
import { groupType, handTo, handToHost, hashedOn, hostOf, pass, passesFilter } from "./flow.ts";
import type { LowerDevice, Station } from "./world.ts";
import { isGroup, isPassthruPort, stationsOn } from "./world.ts";

/** @param type what the frame arrived on the lower device as. */
export function handleFrame(flow: Flow, lower: LowerDevice, type: PacketType): void {
  const { judge, frame } = flow;
  pass(flow, `${lower.name}:in`);
  if (judge.ask("vlan-before-handler", lower.name, frame.tagged === true, lower.vlan === true)) {
    handToHost(flow, lower.name, type);
    return;
  }
  if (forwardSource(flow, lower, type)) return;
  if (isGroup(frame.destination)) handleGroup(flow, lower, type);
  else handleUnicast(flow, lower, type);
}

/** `macvlan_forward_source`: whether the frame is kept from everybody else. */
function forwardSource(flow: Flow, lower: LowerDevice, type: PacketType): boolean {
  const { judge, frame } = flow;
  let consumed = false;
  for (const station of stationsOn(flow.world, lower).filter(({ mode }) => mode === "source")) {
    if (!judge.ask("source-list-copies", station.name, station.sources.includes(frame.source))) continue;
    if (judge.ask("nodst-consumes", undefined, station.nodst === true)) consumed = true;
    if (!judge.ask("source-copy-needs-up", station.name, station.up)) continue;
    const kept = judge.ask("source-copy-keeps-type", station.name, frame.destination === station.address);
    handTo(flow, station, kept ? type : "host");
  }
  return consumed;
}

function handleGroup(flow: Flow, lower: LowerDevice, type: PacketType): void {
  const sender = hashedOn(flow, lower).find((station) => station.address === flow.frame.source);
  if (sender && flow.judge.ask("own-group-frame-returns", lower.name, sender.mode)) {
    handTo(flow, sender, groupType(flow));
    return;
  }
  for (const station of hasRoom(flow, lower) ? hashedOn(flow, lower) : []) {
    if (isReceiver(flow, station, sender) && passesFilter(flow, station)) handTo(flow, station, groupType(flow));
  }
  if (flow.judge.ask("group-passes-on", hostOf(lower.name))) handToHost(flow, lower.name, type);
}

/** `macvlan_broadcast_enqueue`, where endpoints asked for a length of the queue: the longest counts. */
function hasRoom(flow: Flow, lower: LowerDevice): boolean {
  const { judge, world } = flow;
  const stations = stationsOn(world, lower);
  if (!judge.facts.hasQueueLength || stations.every(({ queue }) => queue === undefined)) return true;
  const room = Math.max(...stations.map(({ queue }) => queue ?? DEFAULT_QUEUE));
  if (!judge.ask("short-queue-drops", lower.name, room)) return true;
  pass(flow, `${lower.name}:dropped`);
  return false;
}

const DEFAULT_QUEUE = 1000;

function isReceiver({ judge }: Flow, station: Station, sender: Station | undefined): boolean {
  if (!sender) return judge.ask("group-from-outside", station.name, station.mode);
  const isSender = station === sender;
  if (sender.mode === "vepa") return judge.ask("group-from-vepa", station.name, station.mode, isSender);
  const { returningGroupReachesBridge } = judge.facts;
  return judge.ask("group-from-bridge", station.name, station.mode, isSender, returningGroupReachesBridge);
}

function handleUnicast(flow: Flow, lower: LowerDevice, type: PacketType): void {
  const { judge } = flow;
  const owner = ownerOf(flow, lower);
  const taken = owner && !judge.ask("source-never-by-destination", owner.name, owner.mode) ? owner : undefined;
  if (judge.ask("rest-to-lower-host", hostOf(lower.name), taken !== undefined)) handToHost(flow, lower.name, type);
  else if (taken && !judge.ask("down-passthru-swallows", undefined, taken.up))
    handTo(flow, taken, judge.ask("unicast-becomes-host", taken.name) ? "host" : type);
}

function ownerOf(flow: Flow, lower: LowerDevice): Station | undefined {
  const { judge, frame, world } = flow;
  if (judge.ask("passthru-takes-unicast", lower.name, isPassthruPort(world, lower))) return stationsOn(world, lower)[0];
  return hashedOn(flow, lower).find((station) =>
    judge.ask("unicast-by-destination", station.name, station.address === frame.destination),
  );
}
