/** Sending: from an endpoint after `macvlan_queue_xmit`, from a host, and through the external switch. */
import type { Mac } from "../model/topology.ts";
import { arrivalType, type Flow, groupType, handTo, handToHost, hashedOn, pass, passesFilter } from "./flow.ts";
import { comesInBy, leavesBy } from "./lower.ts";
import { handleFrame } from "./receive.ts";
import type { LowerDevice, Place, Station } from "./world.ts";
import { hostsOf, isGroup, lowerNamed, stationAt } from "./world.ts";

/** Sends the flow's frame from a place of its world. */
export function transmit(flow: Flow, from: Place): void {
  const station = stationAt(flow.world, from);
  if (station) queueTransmit(flow, station);
  else if (flow.judge.ask("host-to-the-wire", undefined) && getsOut(flow, from)) enterSwitch(flow, from);
}

function queueTransmit(flow: Flow, station: Station): void {
  if (!flow.judge.ask("up-is-hashed", station.name, station.up)) return;
  pass(flow, `${station.name}:out`);
  const handedOver = isGroup(flow.frame.destination) ? copyGroup(flow, station) : handUnicastOver(flow, station);
  if (!flow.judge.ask("rest-to-the-wire", undefined, handedOver)) return;
  pass(flow, `${station.lower}:out`);
  if (getsOut(flow, station.lower)) enterSwitch(flow, station.lower);
}

function getsOut(flow: Flow, place: Place): boolean {
  const lower = flow.world.lowers.find(({ name }) => name === place);
  return lower === undefined || leavesBy(flow, lower);
}

/** Never all there is to do: a group frame is sent out as well. */
function copyGroup(flow: Flow, sender: Station): false {
  if (!flow.judge.ask("bridge-group-direct", undefined, sender.mode)) return false;
  for (const station of hashedOn(flow, { name: sender.lower })) {
    const chosen = flow.judge.ask("direct-group-receivers", station.name, station.mode, station === sender);
    if (chosen && passesFilter(flow, station)) handTo(flow, station, groupType(flow));
  }
  return false;
}

function handUnicastOver(flow: Flow, sender: Station): boolean {
  const lower = lowerNamed(flow.world, sender.lower);
  const owner = hashedOn(flow, lower).find((station) => station.address === flow.frame.destination);
  const direct = flow.judge.ask("bridge-unicast-direct", undefined, sender.mode, owner?.mode);
  if (direct) handleFrame(flow, lower, arrivalType(flow, lower.address));
  return direct;
}

/** A port of the switch: the place at the other end of its cable, its address and those behind it. */
interface Port {
  readonly place: Place;
  readonly address: Mac;
  readonly lower?: LowerDevice;
  readonly addresses: readonly Mac[];
}

function portsOf({ world }: Flow): readonly Port[] {
  const lowers = world.lowers.map((lower) => {
    const behind = world.stations.filter((station) => station.lower === lower.name);
    const addresses = [lower, ...behind].map(({ address }) => address);
    return { place: lower.name, address: lower.address, lower, addresses: [...addresses, ...(lower.beyond ?? [])] };
  });
  const hosts = hostsOf(world).map(({ name, address }) => ({ place: name, address, addresses: [address] }));
  return [...lowers, ...hosts];
}

/** `br_handle_frame_finish` for a frame from a place's cable. */
function enterSwitch(flow: Flow, from: Place): void {
  const { judge, frame, entered, world } = flow;
  entered.set(from, (entered.get(from) ?? 0) + 1);
  const ports = portsOf(flow);
  const holds = (port: Port) => port.addresses.includes(frame.destination);
  const flooded = judge.ask("flooded-by-switch", undefined, isGroup(frame.destination), ports.some(holds));
  for (const port of ports) {
    if (!flooded && !judge.ask("known-address-one-port", port.place, holds(port))) continue;
    if (world.stp && !judge.ask("forwarding-port-sends", port.place, true)) continue;
    const relay = world.reflectiveRelay && port.lower !== undefined;
    if (judge.ask("back-out-of-its-port", port.place, port.place === from, relay)) leaveSwitch(flow, port);
  }
}

function leaveSwitch(flow: Flow, { place, address, lower }: Port): void {
  pass(flow, `${place}:back`);
  if (lower && !comesInBy(flow, lower)) return;
  const type = arrivalType(flow, address);
  if (lower) handleFrame(flow, lower, type);
  else handToHost(flow, place, type);
}
