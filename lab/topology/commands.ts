/** A topology as the ordinary commands that build it: lines for `ip -batch` and for `bridge -batch`. */
import type { Endpoint, Lower, Topology } from "../model/topology.ts";
import { cabledTo, type Part } from "./stage.ts";

/** Which of a topology's devices are there, and which of them are network cards. */
export type Devices = Pick<Part, "has" | "card">;

const ALL: Devices = { has: () => true, card: () => undefined };

/**
 * Lines for `ip -batch` that build everything that is `there`, in order.
 * @param linksOf those of a lower device that is no veth.
 */
export function linkCommands(
  topology: Topology,
  there: Devices = ALL,
  linksOf: (lower: Lower) => readonly string[] | undefined = () => undefined,
): string[] {
  return [
    ...(there.has(topology.switch) ? switchCommands(topology) : []),
    ...cabledTo(topology).flatMap((device) => linksOf(device) ?? cable(topology, device, there)),
    ...topology.endpoints
      .filter(({ name }) => there.has(name))
      .flatMap((endpoint) => [endpointCommand(endpoint), endpointUp(topology, endpoint, there)]),
  ];
}

/** Not every lower device goes with its topology: what hangs off one that stays has to go by itself. */
function endpointUp({ lowers }: Topology, { name, lower }: Endpoint, { card }: Devices): string {
  const stays = card(lower) ?? lowers.find((one) => one.name === lower)?.kind;
  return stays === undefined ? `link set ${name} up` : `link set ${name} group ${DEVICE_GROUP} up`;
}

export function switchCommands(topology: Topology): string[] {
  return [
    `link add ${topology.switch} group ${DEVICE_GROUP} type bridge stp_state 0 mcast_snooping 0`,
    `link set ${topology.switch} up`,
  ];
}

/** A cable from a device to a port of the switch, or one end of it. The switch learns nothing: it is told. */
export function cable(
  topology: Topology,
  device: Pick<Lower, "name" | "port" | "address">,
  { has, card }: Devices = ALL,
): string[] {
  const { name, port } = device;
  return [
    ...cardCommands(device, { card }),
    ...(has(name) && has(port) ? [cableCommand(device)] : []),
    ...(has(port) ? portCommands(topology, device) : []),
    ...(has(name) ? [`link set ${name} up`] : []),
  ];
}

/** The ends of a cable that are network cards. */
export function cardCommands(
  { name, port, address }: Pick<Lower, "name" | "port" | "address">,
  { card }: Pick<Devices, "card">,
): string[] {
  const [near, far] = [card(name), card(port)];
  return [
    // A card's own filter is open, as it is where the driver cannot tell the device whom to listen for (`macvlan_open`).
    ...(near ? [cardCommand(near, name), `link set ${name} address ${address} promisc on`] : []),
    ...(far ? [cardCommand(far, port)] : []),
  ];
}

/** Room for what a sender has ready before the card is. */
function cardCommand(card: string, name: string): string {
  return `link set ${card} name ${name} txqueuelen 16384`;
}

/** Lines that give a card back as it was found. */
export function cardBack(card: string, name: string): string[] {
  return [`link set ${name} down promisc off`, `link set ${name} name ${card}`];
}

/** Its end at the switch. */
export function portCommands(topology: Pick<Topology, "switch">, { port }: Pick<Lower, "port">): string[] {
  return [
    `link set ${port} master ${topology.switch}`,
    `link set ${port} type bridge_slave learning off`,
    `link set ${port} up`,
  ];
}

export function endpointCommand(endpoint: Endpoint): string {
  const parts = [`link add link ${endpoint.lower} name ${endpoint.name}`];
  if (endpoint.mode !== "passthru") parts.push(`address ${endpoint.address}`);
  parts.push(`type ${endpoint.kind} mode ${endpoint.mode}`);
  if (endpoint.nodst) parts.push("nodst");
  if (endpoint.sources) parts.push(`macaddr set ${endpoint.sources.join(" ")}`);
  return parts.join(" ");
}

/**
 * Lines for `bridge -batch`: where every address is, so that no frame floods that need not. An address two endpoints of
 * a lower device share is told once: the second time is refused.
 */
export function forwardingCommands(topology: Topology): string[] {
  const add = (address: string, port: string) => forwardingEntry({ address, port });
  const port = (lower: string) => topology.lowers.find((one) => one.name === lower)?.port as string;
  const lines = [
    add(topology.external.address, topology.external.port),
    ...topology.lowers.map((lower) => add(lower.address, lower.port)),
    ...topology.endpoints
      .filter((endpoint) => endpoint.mode !== "passthru")
      .map((endpoint) => add(endpoint.address, port(endpoint.lower))),
  ];
  return [...new Set(lines)];
}

/** One of them. */
export function forwardingEntry({ address, port }: Pick<Lower, "address" | "port">): string {
  return `fdb add ${address} dev ${port} master static`;
}

/** All devices the lab makes but endpoints, which go with their lower device: the number is "mv". */
export const DEVICE_GROUP = 0x6d76;

/** A cable alone: a device and the port its other end will be. */
export function cableCommand({ name, address, port }: Pick<Lower, "name" | "port" | "address">): string {
  return `link add ${name} group ${DEVICE_GROUP} address ${address} type veth peer name ${port}`;
}

/** The line for `ip -batch` that takes everything down at once: the kernel waits for its readers only once. */
export const REMOVAL_COMMAND = `link del group ${DEVICE_GROUP}`;
