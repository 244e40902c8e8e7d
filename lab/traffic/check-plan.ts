/**
 * The frames of checks that count copies: one probe per check, and fences every endpoint is bound to get. A source
 * endpoint gets only what its list names, so the fence's address goes on its list once the probes are done with it.
 */
import {
  addressOf,
  type Endpoint,
  endpointNodes,
  externalHost,
  lowerHosts,
  type Mac,
  type Node,
  onlyGroupFrames,
} from "../model/topology.ts";
import { BROADCAST } from "../topology/addresses.ts";
import type { CheckEndpoint, CheckWorld } from "../topology/check-world.ts";
import { deviceName, endpointAt } from "../topology/check-world.ts";
import type { Plan } from "./plan.ts";
import { fence, type PlannedFence, type PlannedFrame } from "./planned-frame.ts";

/** One check and the frame it is judged by. */
export interface CheckProbe {
  readonly world: CheckWorld;
  readonly frame: number;
  /** By name of the look: where copies are counted. */
  readonly at: ReadonlyMap<string, Node>;
  readonly from: Node;
}

export interface CheckPlan {
  readonly plan: Plan;
  readonly probes: readonly CheckProbe[];
}

/**
 * Worlds whose look counts copies and whose two ends exist.
 * @throws RangeError for one with relay on: the interlude wakes endpoints for their fences in the first relay state, so
 * later probes would find them awake.
 */
export function planChecks(worlds: readonly CheckWorld[], nonce: number): CheckPlan {
  const frames: PlannedFrame[] = [];
  const add = (frame: Omit<PlannedFrame, "id" | "reflectiveRelay">): number =>
    frames.push({ ...frame, id: frames.length + 1, reflectiveRelay: false });
  const probes = worlds.flatMap((world, topology): CheckProbe[] => {
    const { check } = world;
    if (check.look.look !== "copies") return [];
    if (check.reflectiveRelay) throw new RangeError(`"${check.id}": copies are counted with relay off only`);
    const [from, to] = [nodeAt(world, check.look.from) as Node, nodeAt(world, check.look.to) as Node];
    const frame = add({ from, source: addressOf(from), destination: addressOf(to), text: check.id });
    for (const fence of checkFences(world, topology)) add(fence);
    return [{ world, frame, at: nodesAt(world, check.look.at), from }];
  });
  const topologies = worlds.map(({ topology }) => topology);
  return { plan: { nonce, topologies, frames, cells: [], interlude: worlds.flatMap(makeReachable) }, probes };
}

/** Those of the names that are there. */
function nodesAt(world: CheckWorld, names: readonly (CheckEndpoint | "lower-host")[]): Map<string, Node> {
  return new Map(
    names.flatMap((name) => {
      const node = nodeAt(world, name);
      return node ? [[name, node] as const] : [];
    }),
  );
}

export function nodeAt(world: CheckWorld, name: CheckEndpoint | "external" | "lower-host"): Node | undefined {
  if (name === "external") return externalHost(world.topology);
  if (name === "lower-host") return { kind: "lower-host", lower: world.lower };
  const endpoint = endpointAt(world, name);
  return endpoint && { kind: "endpoint", endpoint };
}

/** To every node from outside, and to the external host from the lower device's own. */
function checkFences(world: CheckWorld, topology: number): PlannedFence[] {
  const outside = externalHost(world.topology);
  const hosts = lowerHosts(world.topology);
  const nodes = [...endpointNodes(world.topology), ...hosts];
  return [
    ...nodes.map((to) => {
      const group = onlyGroupFrames(world.topology, to);
      const header = { from: outside, source: fenceSource(world, to), destination: fenceAddress(world, to) };
      return fence(header, { kind: group ? "broadcast" : "unicast", topology, to });
    }),
    ...hosts.map((from) => {
      const header = { from, source: addressOf(from), destination: addressOf(outside) };
      return fence(header, { kind: "unicast", topology, to: outside });
    }),
  ];
}

/** A listed source may be kept from everybody else (nodst), so those without a list get theirs from another address. */
function fenceSource(world: CheckWorld, node: Node): Mac {
  const listed = node.kind === "endpoint" && node.endpoint.mode === "source";
  return listed ? world.topology.fenceSource : world.unlistedFence;
}

/** An endpoint that was down is brought up for its fence, under an address nobody else can have. */
function fenceAddress(world: CheckWorld, node: Node): Mac {
  if (onlyGroupFrames(world.topology, node)) return BROADCAST;
  return node.kind === "endpoint" && wasDown(world, node.endpoint)
    ? wakingAddress(world, node.endpoint)
    : addressOf(node);
}

function wakingAddress(world: CheckWorld, endpoint: Endpoint): Mac {
  if (endpoint.mode === "passthru") return endpoint.address;
  return world.spareAddresses[world.topology.endpoints.indexOf(endpoint)] as Mac;
}

function wasDown(world: CheckWorld, endpoint: Endpoint): boolean {
  return !world.check.steps.some((step) => step.do === "up" && deviceName(world, step.device) === endpoint.name);
}

/** What lets every endpoint get its fence, once the probe is done with the world as the check made it. */
function makeReachable(world: CheckWorld): string[] {
  return world.topology.endpoints.flatMap((endpoint) => {
    const { name, kind, mode } = endpoint;
    const list = `link set ${name} type ${kind} macaddr add ${world.topology.fenceSource}`;
    const wake = [`link set ${name} up`];
    if (mode !== "passthru") wake.unshift(`link set ${name} address ${wakingAddress(world, endpoint)}`);
    return [...(mode === "source" ? [list] : []), ...(wasDown(world, endpoint) ? wake : [])];
  });
}
