/**
 * The fences of a world that is sent single frames: to everywhere something may be counted, and past every interface.
 * Endpoints that are down by then are brought up for theirs, under an address nobody else can have.
 */
import type { FramesLook } from "../model/frames-look.ts";
import { addressOf, type Endpoint, externalHost, type Mac, type Node, onlyGroupFrames } from "../model/topology.ts";
import { BROADCAST } from "../topology/addresses.ts";
import type { CheckWorld } from "../topology/check-world.ts";
import { sceneFacts } from "../topology/scene.ts";
import { fence, type PlannedFence } from "./planned-frame.ts";

/** A world as one round of its frames meets it. */
export interface FramesWorld {
  readonly world: CheckWorld;
  readonly look: FramesLook;
  /** Names of the endpoints that are down. */
  readonly down: ReadonlySet<string>;
}

/** Flows enough for each of two openers to get some, whatever the kernel's hash. */
const FLOWS = 32;

/** @param topology the world's number in its plan. */
export function framesFences({ world, look, down }: FramesWorld, topology: number): PlannedFence[] {
  const { endpoints } = world.topology;
  const outside = externalHost(world.topology);
  const host: Node = { kind: "lower-host", lower: world.lower };
  const toHost = onlyGroupFrames(world.topology, host) ? [] : [host];
  const unicast = (to: Node, destination: Mac) =>
    fence({ from: outside, source: fenceSource(world, to), destination }, { kind: "unicast", topology, to });
  const openedTwice = (endpoint: Endpoint) => look.scene?.openedTwice && endpoint === endpoints[0];
  return [
    ...endpoints.flatMap((endpoint): PlannedFence[] => {
      const to: Node = { kind: "endpoint", endpoint };
      const one = unicast(to, down.has(endpoint.name) ? wakingAddress(world, endpoint) : endpoint.address);
      if (!openedTwice(endpoint)) return [one];
      return Array.from({ length: FLOWS }, (_, flow) => ({ ...one, flow }));
    }),
    ...toHost.map((to) => unicast(to, addressOf(to))),
    ...groupFences({ world, look, down }, topology),
    fence(
      { from: host, source: world.lower.address, destination: addressOf(outside) },
      { kind: "unicast", topology, to: outside },
    ),
  ];
}

/** The last of a chain is who they are for: the driver hands group frames out in order. */
function groupFences({ world, look }: FramesWorld, topology: number): PlannedFence[] {
  const outside = externalHost(world.topology);
  const hostOf = (external: ReturnType<typeof sceneFacts>["behind"]): Node => ({ kind: "external-host", external });
  const { behind, vlan, nested } = sceneFacts(world, look);
  const { scene = {} } = look;
  const listening = world.topology.endpoints.find(({ mode }) => mode === "source");
  const hearing = world.topology.endpoints.filter(({ mode }) => mode !== "source").at(-1);
  const bridged = (scene.bridgeOver && hostOf(behind)) ?? (scene.macvlanOver && hostOf(nested));
  const broadcast = (to: Node, source: Mac) =>
    fence({ from: outside, source, destination: BROADCAST }, { kind: "broadcast", topology, to });
  const host: Node = { kind: "lower-host", lower: world.lower };
  const last: Node = hearing ? { kind: "endpoint", endpoint: hearing } : host;
  const renamed = scene.address ? listening : undefined; // no unicast fence gets to a card under its old address
  const tagged = scene.vlanOver === "first" && listening ? world.topology.fenceSource : world.unlistedFence;
  const flooded = bridged && !listening ? bridged : last;
  return [
    broadcast(flooded, world.unlistedFence),
    ...(renamed ? [broadcast({ kind: "endpoint", endpoint: renamed }, world.topology.fenceSource)] : []),
    ...(bridged && listening ? [broadcast(bridged, world.topology.fenceSource)] : []),
    ...(scene.vlanOver ? [{ ...broadcast(hostOf(vlan), tagged), tagged: true as const }] : []),
  ];
}

/** A listed source may be kept from everybody else (nodst), so those without a list get theirs from another address. */
function fenceSource(world: CheckWorld, node: Node): Mac {
  const listed = node.kind === "endpoint" && node.endpoint.mode === "source";
  return listed ? world.topology.fenceSource : world.unlistedFence;
}

function wakingAddress(world: CheckWorld, endpoint: Endpoint): Mac {
  if (endpoint.mode === "passthru") return endpoint.address;
  return world.spareAddresses[world.topology.endpoints.indexOf(endpoint)] as Mac;
}

/** Lines for `ip -batch` that let every endpoint get its fence, once the probes are done with the world. */
export function reachable({ world, down }: FramesWorld): string[] {
  const requests = new Map(
    world.check.steps.flatMap((step) => (step.do === "add" ? [[step.endpoint, step.request] as const] : [])),
  );
  return world.topology.endpoints.flatMap((endpoint) => {
    const { name, kind, mode } = endpoint;
    const short = [...requests].some(([role, { bcqueuelen }]) => bcqueuelen !== undefined && name.endsWith(role));
    return [
      ...(mode === "source" ? [`link set ${name} type ${kind} macaddr add ${world.topology.fenceSource}`] : []),
      ...(short ? [`link set ${name} type ${kind} bcqueuelen 1000`] : []),
      ...(down.has(name) && mode !== "passthru" ? [`link set ${name} address ${wakingAddress(world, endpoint)}`] : []),
      ...(down.has(name) ? [`link set ${name} up`] : []),
    ];
  });
}
