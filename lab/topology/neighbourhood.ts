/** Builds a neighbourhood: namespaces, devices in them, internet addresses and routes, all by ordinary commands. */
import type { Executor } from "../base/executor.ts";
import type { Conversation } from "../model/cell.ts";
import type { Endpoint, ExternalHost, Topology } from "../model/topology.ts";
import { pairName } from "./arrangement.ts";
import { LONG_BACKLOG, PLAIN_QUEUE } from "./build.ts";
import { buildFailure, isMissingKind } from "./build-failure.ts";
import {
  cableCommand,
  cardCommands,
  DEVICE_GROUP,
  endpointCommand,
  forwardingCommands,
  forwardingEntry,
  portCommands,
  switchCommands,
} from "./commands.ts";
import { type Family, internetAddress, prefixOf, routerAddress, type Subnet } from "./internet.ts";
import { namespacesOf, removePart } from "./neighbourhood-removal.ts";
import { type Neighbourhood, type Resident, type Router, residentOf } from "./residents.ts";
import { allOf, type Part, type Stage } from "./stage.ts";

/** The VLAN of tagged conversations, and the name of every resident's device in it. */
export const VLAN = { id: 109, device: "vlan109" };
const FAMILIES: readonly Family[] = [4, 6];

export interface LiveNeighbourhood extends AsyncDisposable {
  readonly seconds: number;
}

/** Whether this kernel has VLAN devices: without them tagged conversations cannot be held. */
export async function hasVlans(executor: Executor): Promise<boolean> {
  const { stderr } = await executor.run(`exec ip link add link lo name ${VLAN.device} type vlan id ${VLAN.id}`);
  await executor.run(`exec ip link del ${VLAN.device} 2>/dev/null`);
  return !isMissingKind(stderr);
}

/** Commands for one namespace: lines of one `ip -batch`. */
interface Batch {
  readonly namespace: string | undefined;
  readonly lines: readonly string[];
}

/**
 * @throws EnvironmentError with the refused line when a command fails, or with the kind of device the kernel lacks.
 * What was built is removed then, and when the result is disposed of.
 */
export async function buildNeighbourhood(
  { parts }: Stage,
  place: Neighbourhood,
  conversations: readonly Conversation[],
): Promise<LiveNeighbourhood> {
  const started = performance.now();
  const remove = async () => void (await allOf(parts, (part) => removePart(part, place)));
  try {
    await allOf(parts, (part) => buildPart(part, place, conversations));
  } catch (error) {
    await remove().catch(() => {}); // what went wrong first is what is told
    throw error;
  }
  return { seconds: (performance.now() - started) / 1000, [Symbol.asyncDispose]: remove };
}

async function buildPart(part: Part, place: Neighbourhood, conversations: readonly Conversation[]): Promise<void> {
  const batches = batchesOf(part, place, conversations);
  const { status, stderr } = await part.executor.run(scriptOf(part, place, batches), { deadline: 120_000 });
  if (status !== 0) throw await buildFailure(part.executor, refusedLine(batches, stderr), stderr);
}

function scriptOf({ has, card }: Part, { topology, router }: Neighbourhood, batches: readonly Batch[]): string {
  const hasCards = topology.lowers.some(({ name, port }) => (card(name) ?? card(port)) !== undefined);
  return [
    LONG_BACKLOG, // several hundred talks begin at once, and each question reaches everybody
    "for f in /proc/sys/net/bridge/bridge-nf-call-*tables; do [ ! -e $f ] || echo 0 > $f; done",
    ...(hasCards ? [PLAIN_QUEUE] : []),
    ...batches.flatMap(({ namespace, lines }, index) => [
      `ip ${namespace ? `-n ${namespace} ` : ""}-batch - <<'END' || { echo "in batch ${index}" >&2; exit 1; }`,
      ...lines,
      "END",
    ]),
    ...(has(topology.switch) ? forwardingLines(topology, router) : []),
  ].join("\n");
}

/** Of the switch, and of the router beside it. */
function forwardingLines(topology: Topology, router: Router): string[] {
  const forwarding = [...forwardingCommands(topology), ...[router.near, router.far].map(forwardingEntry)];
  // Who asks for an address hears it from the port that has it, and from no other.
  const forward =
    "for f in ipv4/ip_forward ipv4/conf/all/arp_ignore ipv6/conf/all/forwarding; do echo 1 > /proc/sys/net/$f; done";
  return [
    "bridge -batch - <<'END' || exit",
    ...forwarding,
    "END",
    `exec ip netns exec ${router.namespace} sh -c '${forward}'`,
  ];
}

function refusedLine(batches: readonly Batch[], stderr: string): string {
  const [, line = "0"] = /Command failed -:(\d+)/.exec(stderr) ?? [];
  const [, batch = ""] = /in batch (\d+)/.exec(stderr) ?? [];
  return batches[Number(batch)]?.lines[Number(line) - 1] ?? "ip -batch";
}

function batchesOf(part: Part, place: Neighbourhood, conversations: readonly Conversation[]): Batch[] {
  const { topology, residents, router } = place;
  const { has, card } = part;
  const outside: Batch = {
    namespace: undefined,
    lines: [
      ...namespacesOf(place, part).map((name) => `netns add ${name}`),
      ...(has(topology.switch) ? switchCommands(topology) : []),
      ...cablesOf(place).flatMap(({ host, namespace }) => cableLines(part, topology, host, namespace)),
    ],
  };
  const lowers = topology.lowers
    .filter(({ name }) => has(name))
    .map(({ name }) => ({
      namespace: residents.get(name)?.namespace,
      lines: [
        ...upCommands(name),
        ...(card(name) === undefined ? [] : [`link set ${name} promisc on`]),
        ...topology.endpoints
          .filter(({ lower }) => lower === name)
          .flatMap((endpoint) => endpointLines(endpoint, residents.get(endpoint.name) as Resident)),
      ],
    }));
  const addresses = addressesOf(place, conversations);
  const stacks = [...residents.values()]
    .filter(({ device }) => has(device))
    .map((resident) => ({
      namespace: resident.namespace,
      lines: stackLines(resident, addresses.get(resident) ?? []),
    }));
  const routers = has(router.near.name) ? [{ namespace: router.namespace, lines: routerLines(place) }] : [];
  return [outside, ...lowers, ...stacks, ...routers];
}

/** Everything on the switch, and in which namespace its end is. */
function cablesOf({ topology, residents, router }: Neighbourhood) {
  const hosts = [topology.external, ...topology.lowers];
  return [
    ...hosts.map((host) => ({ host, namespace: residents.get(host.name)?.namespace as string })),
    ...[router.near, router.far].map((host) => ({ host, namespace: router.namespace })),
  ];
}

function cableLines({ has, card }: Part, topology: Topology, host: ExternalHost, namespace: string): string[] {
  return [
    ...cardCommands(host, { card }),
    ...(has(host.name) && has(host.port) ? [cableCommand(host)] : []),
    ...(has(host.port) ? portCommands(topology, host) : []),
    ...(has(host.port) && card(host.port) === undefined ? [`link set ${host.port} group ${DEVICE_GROUP}`] : []),
    ...(has(host.name) ? [`link set ${host.name} netns ${namespace}`] : []),
  ];
}

/** A macvtap stays beside its lower device, where whoever runs the guest has it. */
function endpointLines(endpoint: Endpoint, resident: Resident): string[] {
  const made = endpointCommand(endpoint);
  if (endpoint.kind === "macvtap") return [made, queueCommand(endpoint.name), ...upCommands(endpoint.name)];
  return [made, `link set ${endpoint.name} netns ${resident.namespace}`];
}

/**
 * Room for all that is said at one time: a macvtap in source mode gets a copy of every frame of everybody on its list, and
 * what its reader has not taken yet waits there.
 */
function queueCommand(device: string): string {
  return `link set ${device} txqueuelen 16384`;
}

/** No address of the kernel's own making, so that it has nothing to say by itself. */
export function upCommands(device: string): string[] {
  return [`link set ${device} addrgenmode none`, `link set ${device} up`];
}

interface Given {
  readonly subnet: Subnet;
  readonly address: string;
  readonly family: Family;
}

function stackLines({ number, device, node, address }: Resident, given: readonly Given[]): string[] {
  const isGuest = node.kind === "endpoint" && node.endpoint.kind === "macvtap";
  const tap = [`tuntap add dev ${device} mode tap`, `link set ${device} address ${address}`, queueCommand(device)];
  const has = (subnet: Subnet) => given.some((one) => one.subnet === subnet);
  const tagged = [`link add link ${device} name ${VLAN.device} type vlan id ${VLAN.id}`, ...upCommands(VLAN.device)];
  return [
    ...(isGuest ? tap : []),
    ...(node.kind === "lower-host" ? [] : upCommands(device)),
    ...(has("vlan") ? tagged : []),
    ...given.map(({ subnet, address: one, family }) =>
      addressLine(family, one, subnet === "vlan" ? VLAN.device : device),
    ),
    ...FAMILIES.map((family) => routeTo(family, "link", `dev ${device}`)),
    ...(has("vlan") ? [routeTo(4, "vlan", `dev ${VLAN.device}`)] : []),
    ...(has("near") || has("far") ? routed(device, number) : []),
  ];
}

export const routeTo = (family: Family, subnet: Subnet, where: string) =>
  `route add ${prefixOf(family, subnet)} ${where}`;

export const addressLine = (family: Family, address: string, device: string) =>
  family === 4 ? `address add ${address}/32 dev ${device}` : `address add ${address}/128 dev ${device} nodad`;

/** Everybody is in both subnets, but with single addresses: whoever is in the other is behind the router. */
function routed(device: string, number: number): string[] {
  const via = (family: Family, to: "near" | "far", by: "near" | "far") =>
    routeTo(family, to, `via ${routerAddress(family, by, number)} dev ${device} onlink`);
  return FAMILIES.flatMap((family) => [via(family, "far", "near"), via(family, "near", "far")]);
}

export function routerLines({ router, residents }: Neighbourhood): string[] {
  const port = (subnet: "near" | "far") => [
    ...upCommands(router[subnet].name),
    ...[...residents.values()].map(
      ({ number }) => `address add ${routerAddress(4, subnet, number)}/24 dev ${router[subnet].name}`,
    ),
    `address add ${routerAddress(6, subnet, 1)}/64 dev ${router[subnet].name} nodad`,
    routeTo(6, subnet, `dev ${router[subnet].name}`),
  ];
  return [...port("near"), ...port("far")];
}

/** The two internet addresses of a conversation. */
export function addressesFor(
  place: Neighbourhood,
  cell: Conversation,
): { readonly family: Family; readonly source: string; readonly destination: string } {
  const pair = place.pairs.get(pairName(cell));
  if (!pair) throw new RangeError(`nobody holds "${pairName(cell)}"`);
  const [from, to] = [residentOf(place, pair.source).number, residentOf(place, pair.destination).number];
  const family = familyOf(cell);
  const [near, far] = subnetsOf(cell);
  return {
    family,
    source: internetAddress(family, near, from, to, "asks"),
    destination: internetAddress(family, far, to, from, "answers"),
  };
}

export function familyOf({ traffic }: Conversation): Family {
  return traffic === "nd" || traffic === "icmpv6" || traffic === "mld" ? 6 : 4;
}

function subnetsOf(cell: Conversation): [Subnet, Subnet] {
  if (cell.traffic === "vlan") return ["vlan", "vlan"];
  return cell.route ? ["near", "far"] : ["link", "link"];
}

export function addressesOf(place: Neighbourhood, conversations: readonly Conversation[]): Map<Resident, Given[]> {
  const given = new Map<Resident, Map<string, Given>>();
  const give = (resident: Resident, one: Given) => {
    const own = given.get(resident) ?? new Map<string, Given>();
    given.set(resident, own.set(one.address, one));
  };
  for (const cell of conversations) {
    const pair = place.pairs.get(pairName(cell));
    if (!pair) continue;
    const { family, source, destination } = addressesFor(place, cell);
    const [near, far] = subnetsOf(cell);
    give(residentOf(place, pair.source), { subnet: near, address: source, family });
    give(residentOf(place, pair.destination), { subnet: far, address: destination, family });
  }
  return new Map([...given].map(([resident, own]) => [resident, [...own.values()]]));
}
