/**
 * A neighbourhood whose endpoints a container engine makes: for every mode two lower devices, each with a macvlan network
 * of that mode, for an engine takes a lower device for one network.
 *
 *     [container] [container]        [container]
 *          |___________|                  |           all in namespaces of the engine's making
 *        network, mode bridge       network, mode bridge
 *              low-brg1                low-brg2        ... vep, prv, pas: in the engine's own namespace
 *                 |                       |
 *               swp-brg1 ===== sw ===== swp-brg2 ... swp-ext --- external host
 *
 * All lower hosts are one stack, the engine's own host. It answers questions for an address only by the device that has it.
 * An engine of the lab's own shares the namespace the switch is in. Of a user's engine only the lower devices are in its
 * namespace, and each vanishes with the port of the switch that is its other end.
 */
import type { Conversation } from "../model/cell.ts";
import {
  addressOf,
  type Endpoint,
  endpointNodes,
  externalHost,
  interfaceOf,
  lowerHosts,
  type Node,
} from "../model/topology.ts";
import type { Mode, Party } from "../model/vocabulary.ts";
import { type Pair, pairName } from "./arrangement.ts";
import {
  cableCommand,
  DEVICE_GROUP,
  forwardingCommands,
  forwardingEntry,
  portCommands,
  REMOVAL_COMMAND,
  switchCommands,
} from "./commands.ts";
import { addressesFor, addressesOf, addressLine, familyOf, routerLines, routeTo, upCommands } from "./neighbourhood.ts";
import { inTopology, type Neighbourhood, type Resident, residentOf } from "./residents.ts";
import { TopologyBuilder } from "./topology-builder.ts";

/** Whose namespace the engine is in, as `ns` lines of talks name it: the lab's, or one that is given this name. */
const SHARED = "-";
export const ENGINES_OWN = "engine";
/** The device a container finds its network on. */
const DEVICE = "eth0";
const TAGS: Readonly<Record<Exclude<Mode, "source">, string>> = {
  private: "prv",
  vepa: "vep",
  bridge: "brg",
  passthru: "pas",
};

/** A network of the engine, by its lower device: the addresses are the lab's to choose, who gets which is the engine's. */
export interface PlaceNetwork {
  readonly name: string;
  readonly lower: string;
  readonly mode: Mode;
  readonly subnet: string;
  readonly subnet6: string;
  /** The address of its lower device's host. */
  readonly host: string;
}

export interface ContainerPlace extends Neighbourhood {
  readonly networks: readonly PlaceNetwork[];
  /** The engine's. */
  readonly namespace: string;
}

export interface ContainerPlaceOptions {
  /** Of the names of devices: at most 7 characters. */
  readonly prefix?: string;
  /** The engine is a user's, in a namespace of its own or the machine's. */
  readonly apart?: boolean;
}

/** The external host's own among the engine's addresses. */
export const OUTSIDE_ADDRESS = "198.19.250.1";
const ALL_NETWORKS = "198.19.0.0/16";

/** @param cells between containers, and containers and hosts; nobody is built who talks to nobody. */
export function containerPlace(cells: readonly Conversation[], options: ContainerPlaceOptions = {}): ContainerPlace {
  const { prefix = "", apart = false } = options;
  const namespace = apart ? ENGINES_OWN : SHARED;
  const builder = new TopologyBuilder(0, prefix);
  const known = new Map<string, Node>();
  const find = (party: Party, side: 1 | 2, instance: number): Node => {
    const first = party.mode === "passthru" || side === 2 ? 1 : instance;
    const tag = `${TAGS[party.mode as keyof typeof TAGS]}${side}`;
    const node = known.get(`${tag} ${first}`) ?? builder.endpoint(tag, party, first);
    known.set(`${tag} ${first}`, node);
    return node;
  };
  const pairs = new Map(cells.map((cell) => [pairName(cell), { topology: 0, ...endsOf(cell, builder, find) }]));
  const [near, far] = [builder.host("near"), builder.host("far")];
  const topology = builder.build([]);
  const nodes = [...endpointNodes(topology), ...lowerHosts(topology), externalHost(topology)];
  const residents = new Map(nodes.map((node, index) => [interfaceOf(node), residentAt(node, index + 1, namespace)]));
  const networks = topology.lowers.map(({ name }, index) => networkOn(name, index + 1, topology.endpoints));
  const router = { namespace: "router", near, far };
  return { topology, router, residents, pairs: inTopology(pairs, topology), networks, namespace };
}

type Find = (party: Party, side: 1 | 2, instance: number) => Node;

function endsOf(cell: Conversation, builder: TopologyBuilder, find: Find): Omit<Pair, "topology"> {
  const { placement, source, destination } = cell;
  if (placement === "two-lowers") return { source: find(source, 1, 1), destination: find(destination, 2, 1) };
  const from = source.mode === undefined ? undefined : find(source, 1, 1);
  const to = destination.mode === undefined ? undefined : find(destination, 1, 2);
  const host = (end: Party, other: Node | undefined): Node =>
    end.kind === "lower-host" ? builder.hostBelow(other as Node) : builder.externalHost();
  return { source: from ?? host(source, to), destination: to ?? host(destination, from) };
}

function residentAt(node: Node, number: number, namespace: string): Resident {
  const common = { number, address: addressOf(node), node };
  const name = interfaceOf(node);
  if (node.kind === "lower-host") return { ...common, namespace, device: name, shares: true };
  return { ...common, namespace: `mv-${name}`, device: node.kind === "endpoint" ? DEVICE : name };
}

function networkOn(lower: string, number: number, endpoints: readonly Endpoint[]): PlaceNetwork {
  const mode = endpoints.find((endpoint) => endpoint.lower === lower)?.mode as Mode;
  const [subnet, subnet6] = [`198.19.${number}.0/24`, `fd6d:7600:1:${number}::/64`];
  return { name: `macvlab-${lower}`, lower, mode, subnet, subnet6, host: `198.19.${number}.254` };
}

export const containersOf = ({ residents }: Neighbourhood): Resident[] =>
  [...residents.values()].filter(({ node }) => node.kind === "endpoint");

/** What is there before the engine is asked for anything. */
export function cablesScript(place: ContainerPlace): string {
  const { topology, router } = place;
  const outside = residentOf(place, externalHost(topology)).namespace;
  const elsewhere = [
    { host: topology.external, namespace: outside },
    { host: router.near, namespace: router.namespace },
    { host: router.far, namespace: router.namespace },
  ];
  const cabled = [...topology.lowers, ...elsewhere.map(({ host }) => host)];
  const up = topology.lowers.flatMap(({ name }) => upCommands(name));
  const apart = place.namespace !== SHARED;
  return [
    "for f in /proc/sys/net/bridge/bridge-nf-call-*tables; do [ ! -e $f ] || echo 0 > $f; done",
    "ip -batch - <<'END' || exit",
    ...[outside, router.namespace].map((name) => `netns add ${name}`),
    ...switchCommands(topology),
    ...cabled.flatMap((host) => [
      cableCommand(host),
      ...portCommands(topology, host),
      `link set ${host.port} group ${DEVICE_GROUP}`,
    ]),
    ...elsewhere.map(({ host, namespace }) => `link set ${host.name} netns ${namespace}`),
    ...(apart ? topology.lowers.map(({ name }) => `link set ${name} netns ${place.namespace}`) : up),
    "END",
    ...(apart
      ? ownSettings(place, up)
      : // The switch's own device is one of the stack's too: without this it answers for every lower host.
        ["echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore || exit"]),
  ].join("\n");
}

/** What the machine says of all its devices holds for others: on the lab's own it is what the conversations need. */
function ownSettings({ topology, namespace }: ContainerPlace, up: readonly string[]): string[] {
  const settings = topology.lowers.flatMap(({ name }) => [
    `echo 1 > /proc/sys/net/ipv4/conf/${name}/arp_ignore || exit`,
    `echo 0 > /proc/sys/net/ipv4/conf/${name}/rp_filter || exit`,
    `f=/proc/sys/net/ipv6/conf/${name}; [ ! -e $f ] || { echo 0 > $f/disable_ipv6; echo 0 > $f/accept_ra; } || exit`,
  ]);
  return [
    `ip netns exec ${namespace} sh -e <<'END' || exit`,
    ...settings,
    "END",
    `ip -n ${namespace} -batch - <<'END' || exit`,
    ...up,
    "END",
  ];
}

/** Gives everybody the addresses conversations need beside the engine's; the namespaces of containers have their names. */
export function stacksScript(place: ContainerPlace, conversations: readonly Conversation[]): string {
  const { topology, router } = place;
  const given = addressesOf(place, conversations);
  const batch = (namespace: string, lines: readonly string[]) => [
    `ip ${namespace === SHARED ? "" : `-n ${namespace} `}-batch - <<'END' || exit`,
    ...lines,
    "END",
  ];
  const stack = (resident: Resident): string[] => {
    const { node, device } = resident;
    const own = (given.get(resident) ?? []).map(({ family, address }) => addressLine(family, address, device));
    if (node.kind === "lower-host") return [...own, ...hostLines(place, conversations, resident)];
    const routes = [routeTo(4, "link", `dev ${device}`), routeTo(6, "link", `dev ${device}`)];
    const all = [`route add ${ALL_NETWORKS} dev ${device}`];
    const outside = [...upCommands(device), addressLine(4, OUTSIDE_ADDRESS, device)];
    return [...(node.kind === "external-host" ? outside : []), ...own, ...routes, ...all];
  };
  return [
    ...[...place.residents.values()].flatMap((resident) => batch(resident.namespace, stack(resident))),
    ...batch(router.namespace, routerLines(place)),
    "bridge -batch - <<'END'",
    ...forwardingCommands(topology),
    ...[router.near, router.far].map(forwardingEntry),
    "END",
  ].join("\n");
}

/** The engine's host has no one device all its peers are behind: it is told of each. */
function hostLines(
  place: ContainerPlace,
  conversations: readonly Conversation[],
  { node, device }: Resident,
): string[] {
  const network = place.networks.find(({ lower }) => lower === device);
  const peers = conversations.flatMap((cell) => {
    const pair = place.pairs.get(pairName(cell));
    const { source, destination } = addressesFor(place, cell);
    const isAt = (end: Node | undefined) => end?.kind === "lower-host" && interfaceOf(end) === interfaceOf(node);
    const peer = isAt(pair?.source) ? destination : isAt(pair?.destination) ? source : undefined;
    return peer === undefined ? [] : [`route add ${peer}/${familyOf(cell) === 4 ? 32 : 128} dev ${device}`];
  });
  return [
    ...new Set(peers),
    ...(network ? [addressLine(4, network.host, device), `route add ${network.subnet} dev ${device}`] : []),
  ];
}

/** The switch with everything that hangs off it, and the names of namespaces. */
export function removalScript(place: ContainerPlace): string {
  const names = [...place.residents.values()].map(({ namespace }) => namespace).filter((name) => name !== SHARED);
  const lines = [REMOVAL_COMMAND, ...[...names, place.router.namespace].map((name) => `netns del ${name}`)];
  return `ip -force -batch - 2>/dev/null <<'END'\n${lines.join("\n")}\nEND\ntrue`;
}
