/**
 * Lower devices that are no veth, as the ordinary commands that build them. Each is reached by the port of the switch its
 * topology names; the device between the two, where there is one, is `und-` for `low-`. Pure.
 */
import type { Lower, Topology } from "../model/topology.ts";
import type { LowerKind } from "../model/vocabulary.ts";
import { cableCommand, DEVICE_GROUP, portCommands } from "./commands.ts";
import { stationBack, stationLines } from "./stations.ts";

/** What of a kind is not `ip` alone. */
export interface LowerKit {
  /** Of a shell, before all devices. */
  readonly before: readonly string[];
  /** For `ip -batch`. */
  readonly links: readonly string[];
  /** For `bridge -batch`. */
  readonly forwarding: readonly string[];
  /** Of a shell, once the devices are there. */
  readonly after: readonly string[];
}

/** The modules a kernel must have for a kind, beside those every guest loads. */
export const LOWER_MODULES: Readonly<Record<LowerKind, readonly string[]>> = {
  veth: [],
  dummy: ["dummy", "sch_ingress", "cls_flower", "act_mirred"],
  vlan: ["8021q"],
  bond: ["bonding"],
  team: ["team", "team_mode_activebackup"],
  bridge: ["bridge"],
  "virtio-net": ["virtio_net"],
  e1000: ["e1000"],
  e1000e: ["e1000e"],
  vmxnet3: ["vmxnet3"],
  rtl8139: ["8139cp"],
  hwsim: ["mac80211_hwsim"],
};

/** The kinds that are emulated cards, by QEMU's names. */
export const CARD_MODELS = {
  "virtio-net": "virtio-net-pci",
  e1000: "e1000",
  e1000e: "e1000e",
  vmxnet3: "vmxnet3",
  rtl8139: "rtl8139",
} as const;
export type CardKind = keyof typeof CARD_MODELS;

export const isCard = (kind: LowerKind | undefined): kind is CardKind => kind !== undefined && kind in CARD_MODELS;

/** Cables of cards, and radios with their access points, there are in a guest: one for every lower device of a dense topology. */
export const CARDS = 6;
/** The cards of a cable as they are called between topologies. */
export const cardName = (number: number): string => `card${number}`;
export const cardPort = (number: number): string => `port${number}`;

/** The VLAN a `vlan` is in, all along the switch. */
const VLAN = 9;
/** Room for what a sender has ready before a card has. */
const QUEUE = 16_384;

const group = `group ${DEVICE_GROUP}`;
const under = ({ name }: Lower, number = ""): string => name.replace("low-", `und${number}-`);
const passive = ({ port }: Lower): string => port.replace("swp-", "swq-");

/** @param number of its card or radio: the place of the device among all that are built at once. */
export function lowerKit(topology: Topology, lower: Lower, number: number): LowerKit {
  const nothing: LowerKit = { before: [], links: [], forwarding: [], after: [] };
  switch (lower.kind) {
    case undefined:
    case "veth":
      return { ...nothing, links: [cableCommand(lower), ...portCommands(topology, lower), up(lower.name)] };
    case "dummy":
      return { ...nothing, links: dummyLinks(topology, lower), after: fenceWay(topology, lower) };
    case "vlan":
      return { ...nothing, links: vlanLinks(topology, lower), forwarding: [`vlan add vid ${VLAN} dev ${lower.port}`] };
    case "bond":
      return { ...nothing, links: bondLinks(topology, lower) };
    case "team":
      return { ...nothing, ...teamKit(topology, lower) };
    case "bridge":
      return { ...nothing, links: bridgeLinks(topology, lower) };
    case "hwsim":
      // A station is announced as it associates (`cfg80211_send_layer2_update`), perhaps before the port learns nothing.
      return {
        ...nothing,
        before: stationLines(lower, number),
        links: [...portCommands(topology, lower), `link set ${lower.port} type bridge_slave fdb_flush`],
      };
    default:
      return { ...nothing, links: cardLinks(topology, lower, number) };
  }
}

/** Lines of a shell that give a card, or a radio, back as it was found; none for what is removed with its group. */
export function lowerBack(lower: Lower, number: number): string[] {
  if (lower.kind === "hwsim") return stationBack(lower, number);
  if (!isCard(lower.kind)) return [];
  const { name, port } = lower;
  return [
    `ip link set ${name} down; ip link set ${name} name ${cardName(number)}`,
    `ip link set ${port} nomaster; ip link set ${port} down; ip link set ${port} name ${cardPort(number)}`,
  ];
}

const up = (device: string): string => `link set ${device} up`;

/** A cable to the switch for a device that is put on it. */
function cableUnder(topology: Topology, lower: Lower): string[] {
  const cable = { ...lower, name: under(lower) };
  return [cableCommand(cable), ...portCommands(topology, cable)];
}

/** One more, which ends at a port of its own: the second link of a bond or team. */
function secondCable(topology: Topology, lower: Lower): string[] {
  const [name, port] = [under(lower, "2"), passive(lower)];
  return [`link add ${name} ${group} type veth peer name ${port}`, ...portCommands(topology, { port })];
}

/** The cable ends beside the dummy: only fences are let over, so that its silence can be told from a deaf tap. */
function dummyLinks(topology: Topology, lower: Lower): string[] {
  return [
    ...cableUnder(topology, lower),
    up(under(lower)),
    `link add ${lower.name} ${group} address ${lower.address} type dummy`,
    up(lower.name),
  ];
}

function fenceWay(topology: Topology & { readonly fenceSource?: string }, lower: Lower): string[] {
  if (topology.fenceSource === undefined) return [];
  const device = under(lower);
  return [
    `tc qdisc add dev ${device} clsact || exit`,
    `tc filter add dev ${device} ingress protocol all flower src_mac ${topology.fenceSource} action mirred ingress redirect dev ${lower.name} || exit`,
  ];
}

/** The port is a member of the VLAN and keeps its tags; the switch's other ports have it untagged. */
function vlanLinks(topology: Topology, lower: Lower): string[] {
  return [
    `link set ${topology.switch} type bridge vlan_filtering 1 vlan_default_pvid ${VLAN}`,
    ...cableUnder(topology, lower),
    up(under(lower)),
    `link add link ${under(lower)} name ${lower.name} ${group} type vlan id ${VLAN}`,
    up(lower.name),
  ];
}

/** What is enslaved must be down; its ports are up, so that the first is the active one. */
function enslaved(lower: Lower): string[] {
  return ["", "2"].map((number) => `link set ${under(lower, number)} master ${lower.name}`);
}

function bondLinks(topology: Topology, lower: Lower): string[] {
  return [
    ...cableUnder(topology, lower),
    ...secondCable(topology, lower),
    `link add ${lower.name} ${group} address ${lower.address} type bond mode active-backup miimon 100`,
    ...enslaved(lower),
    `link set ${lower.name} type bond primary ${under(lower)}`,
    up(lower.name),
  ];
}

/** A team has no mode until it is told one, and takes ports only then. */
function teamKit(topology: Topology, lower: Lower): Partial<LowerKit> {
  const { name, address } = lower;
  return {
    before: [
      `ip link add ${name} ${group} address ${address} type team || exit`,
      `teamnl ${name} setoption mode activebackup || exit`,
    ],
    links: [
      ...cableUnder(topology, lower),
      ...secondCable(topology, lower),
      ...enslaved(lower),
      ...[under(lower), under(lower, "2"), name].map(up),
    ],
    after: [
      `read index < /sys/class/net/${under(lower)}/ifindex && teamnl ${name} setoption activeport $index || exit`,
    ],
  };
}

function bridgeLinks(topology: Topology, lower: Lower): string[] {
  return [
    ...cableUnder(topology, lower),
    `link add ${lower.name} ${group} address ${lower.address} type bridge`,
    `link set ${under(lower)} master ${lower.name}`,
    up(under(lower)),
    up(lower.name),
  ];
}

function cardLinks(topology: Topology, lower: Lower, number: number): string[] {
  const { name, port, address } = lower;
  return [
    `link set ${cardName(number)} name ${name} address ${address} txqueuelen ${QUEUE}`,
    `link set ${cardPort(number)} name ${port} txqueuelen ${QUEUE}`,
    ...portCommands(topology, lower),
    up(name),
  ];
}
