/** Lines of a script that build a cell's topology, each device in a namespace as a machine of its own has it. */
import type { Endpoint, Topology } from "../../lab/model/topology.ts";
import { FENCE_MAC, JOINED, namespaceOf, type ReproPlan } from "./plan.ts";

/** The host the fences come from; its address is on every source list. */
export const FENCE_HOST = "fen";
const FENCE_PORT = "swp-fen";

export function buildLines(plan: ReproPlan, relay: boolean): string[] {
  const { topology, macs } = plan;
  const cabled = [...topology.lowers, topology.external].map(({ name, port }) => ({ name, port }));
  const all = [...cabled, { name: FENCE_HOST, port: FENCE_PORT }];
  return [
    `namespace ${namespaceOf("sw")}`,
    `inside ${namespaceOf("sw")} ip link add sw type bridge stp_state 0 mcast_snooping 0`,
    `inside ${namespaceOf("sw")} ip link set sw up`,
    ...all.flatMap(({ name, port }) => cable(name, port, macs.get(name) ?? FENCE_MAC)),
    ...topology.lowers.map(
      ({ port }) => `inside ${namespaceOf("sw")} ip link set ${port} type bridge_slave hairpin ${relay ? "on" : "off"}`,
    ),
    ...topology.endpoints.flatMap((endpoint) => endpointLines(plan, endpoint)),
    ...forwarding(topology, macs),
  ];
}

function cable(name: string, port: string, mac: string): string[] {
  const [sw, own] = [namespaceOf("sw"), namespaceOf(name)];
  return [
    `namespace ${own}`,
    `inside ${sw} ip link add ${port} type veth peer name ${name} address ${mac} netns ${own}`,
    `inside ${sw} ip link set ${port} master sw`,
    `inside ${sw} ip link set ${port} type bridge_slave learning off`,
    `inside ${sw} ip link set ${port} up`,
    `inside ${own} ip link set ${name} up`,
  ];
}

/** The line that makes an endpoint, to be run where its lower device is. */
export function endpointCommand({ macs, topology, source }: ReproPlan, endpoint: Endpoint): string {
  const { name, lower, kind, mode, sources = [] } = endpoint;
  const address = mode === "passthru" ? "" : ` address ${macs.get(name)}`;
  const listed = sources.length > 0 ? ` ${source.mac}` : "";
  const list = mode === "source" ? ` macaddr set ${FENCE_MAC}${listed}` : "";
  const place = topology.lowers.find((one) => one.name === lower)?.name ?? lower;
  return `inside ${namespaceOf(place)} ip link add link ${lower} name ${name}${address} type ${kind} mode ${mode}${list}`;
}

function endpointLines(plan: ReproPlan, endpoint: Endpoint): string[] {
  const { name, lower, kind } = endpoint;
  const below = namespaceOf(lower);
  const own = kind === "macvtap" ? below : namespaceOf(name);
  const moved = kind === "macvtap" ? [] : [`namespace ${own}`, `inside ${below} ip link set ${name} netns ${own}`];
  return [
    endpointCommand(plan, endpoint),
    ...moved,
    `inside ${own} ip link set ${name} up`,
    `inside ${own} ip maddr add ${JOINED} dev ${name}`,
  ];
}

/** The switch learns nothing: it is told. */
function forwarding(topology: Topology, macs: ReadonlyMap<string, string>): string[] {
  const port = (name: string) => topology.lowers.find((one) => one.name === name)?.port;
  const entries = [
    [FENCE_MAC, FENCE_PORT],
    ...[...topology.lowers, topology.external].map(({ name, port: at }) => [macs.get(name), at]),
    ...topology.endpoints.map(({ name, lower }) => [macs.get(name), port(lower)]),
  ];
  const lines = entries.map(([mac, at]) => `inside ${namespaceOf("sw")} bridge fdb add ${mac} dev ${at} master static`);
  return [...new Set(lines)];
}
