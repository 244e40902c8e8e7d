/** Lines of a script that build a cell's topology, each device in a namespace as a machine of its own has it. */
import type { Endpoint } from "../../lab/model/topology.ts";
import { FENCE_MAC, JOINED, namespaceOf, type ReproEnd, type ReproPlan, variableOf } from "./plan.ts";

/** The host the fences come from; its address is on every source list. */
export const FENCE_HOST = "fen";
const FENCE_PORT = "swp-fen";
/** Of the sender, and of the host the fences come from. */
const SENDER = "192.0.2.1";
const FENCER = "192.0.2.77";

/** An internet address nobody has, and the link-layer address frames to it are sent to. */
export interface Target {
  readonly address: string;
  readonly mac: string;
}

export interface Targets {
  readonly probes: readonly Target[];
  readonly fences: readonly Target[];
}

/** One process for all lines of a namespace. */
export function batch(tool: "ip" | "bridge", namespace: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`batch ${tool} ${namespace} <<-END`, ...lines.map((line) => `\t${line}`), "END"];
}

/** Devices that have a namespace to themselves. */
export function machines({ topology }: ReproPlan): string[] {
  const own = topology.endpoints.filter(({ kind }) => kind !== "macvtap");
  return ["sw", FENCE_HOST, topology.external.name, ...[...topology.lowers, ...own].map(({ name }) => name)];
}

export function buildLines(plan: ReproPlan, relay: boolean, { probes, fences }: Targets): string[] {
  const { topology, source } = plan;
  const fencer = { device: FENCE_HOST, namespace: namespaceOf(FENCE_HOST) };
  const lines = new Map(machines(plan).map((name) => [namespaceOf(name), [] as string[]]));
  const add = (namespace: string, ...more: string[]) => lines.get(namespace)?.push(...more);
  // A macvtap stays beside its lower device.
  for (const { name } of [...topology.lowers, topology.external, { name: FENCE_HOST }])
    add(namespaceOf(name), `link set ${name} up`);
  for (const endpoint of topology.endpoints)
    add(
      namespaceOf(endpoint.lower),
      endpointCommand(plan, endpoint, endpoint.kind === "macvtap" ? undefined : variableOf(endpoint.name)),
    );
  add(source.namespace, ...toldOf(source, SENDER, probes));
  add(fencer.namespace, ...toldOf(fencer, FENCER, fences));
  add(namespaceOf("sw"), ...switchLines(plan, relay));
  return [
    ...[...lines].flatMap(([namespace, each]) => batch("ip", namespace, each)),
    ...batch("bridge", namespaceOf("sw"), forwarding(plan)),
  ];
}

/** What makes its stack send frames to link-layer addresses of our choice: neighbours it need not ask for. */
function toldOf({ device }: Pick<ReproEnd, "device">, address: string, targets: readonly Target[]): string[] {
  return [
    `address add ${address}/24 dev ${device}`,
    ...targets.map((to) => `neighbour add ${to.address} lladdr ${to.mac} dev ${device} nud permanent`),
  ];
}

function switchLines({ topology, macs }: ReproPlan, relay: boolean): string[] {
  const relayed = new Set(topology.lowers.map(({ port }) => port));
  const cabled = [...topology.lowers, topology.external, { name: FENCE_HOST, port: FENCE_PORT }];
  return [
    "link add sw type bridge stp_state 0 mcast_snooping 0",
    "link set sw up",
    ...cabled.flatMap(({ name, port }) => [
      `link add ${port} type veth peer name ${name} address ${macs.get(name) ?? FENCE_MAC} netns $${variableOf(name)}`,
      `link set ${port} up master sw`,
      `link set ${port} type bridge_slave learning off${relay && relayed.has(port) ? " hairpin on" : ""}`,
    ]),
  ];
}

/** The line that makes an endpoint, to be run where its lower device is; in the namespace of this variable, where given. */
export function endpointCommand({ macs, source }: ReproPlan, endpoint: Endpoint, variable?: string): string {
  const { name, lower, kind, mode, sources = [] } = endpoint;
  const address = mode === "passthru" ? "" : ` address ${macs.get(name)}`;
  const listed = sources.length > 0 ? ` ${source.mac}` : "";
  const list = mode === "source" ? ` macaddr set ${FENCE_MAC}${listed}` : "";
  const place = variable === undefined ? "" : ` netns $${variable}`;
  return `link add link ${lower} name ${name}${address}${place} up type ${kind} mode ${mode}${list}`;
}

/** Not in a batch: ip ends one at its first line of this kind. */
export function joinLines({ topology }: ReproPlan): string[] {
  return topology.endpoints.map(({ name, lower, kind }) => {
    const namespace = namespaceOf(kind === "macvtap" ? lower : name);
    return `ip -n ${namespace} maddr add ${JOINED} dev ${name} || cannot 'cannot join a group'`;
  });
}

/** The switch learns nothing: it is told. */
function forwarding({ topology, macs }: ReproPlan): string[] {
  const portOf = (name: string) => topology.lowers.find((one) => one.name === name)?.port;
  const entries = [
    [FENCE_MAC, FENCE_PORT],
    ...[...topology.lowers, topology.external].map(({ name, port }) => [macs.get(name), port]),
    ...topology.endpoints.map(({ name, lower }) => [macs.get(name), portOf(lower)]),
  ];
  return [...new Set(entries.map(([mac, port]) => `fdb add ${mac} dev ${port} master static`))];
}
