/**
 * The frames of checks that count copies: one probe per check, and fences every endpoint is bound to get. A source
 * endpoint gets only what its list names, so the fence's address goes on its list once the probes are done with it.
 */
import { addressOf, type Endpoint, interfaceOf, type Mac, type Node } from "../model/topology.ts";
import type { CheckEndpoint, CheckWorld } from "../topology/check-world.ts";
import { deviceName, endpointAt } from "../topology/check-world.ts";
import { BROADCAST, type Plan, type PlannedFrame } from "./plan.ts";

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

/** Worlds whose look counts copies and whose two ends exist. */
export function planChecks(worlds: readonly CheckWorld[], nonce: number): CheckPlan {
  const frames: PlannedFrame[] = [];
  const probes: CheckProbe[] = [];
  worlds.forEach((world, topology) => {
    const { look } = world.check;
    if (look.look !== "copies") return;
    // The interlude wakes endpoints for their fences in the first relay state: later probes would find them awake.
    if (world.check.reflectiveRelay)
      throw new RangeError(`"${world.check.id}": copies are counted with relay off only`);
    const from = nodeAt(world, look.from) as Node;
    const to = nodeAt(world, look.to) as Node;
    const at = new Map(look.at.flatMap((name) => (nodeAt(world, name) ? [[name, nodeAt(world, name) as Node]] : [])));
    const add = (frame: Omit<PlannedFrame, "id" | "reflectiveRelay">): number => {
      const id = frames.length + 1;
      frames.push({ ...frame, id, reflectiveRelay: world.check.reflectiveRelay ?? false });
      return id;
    };
    const text = `${world.check.id}`;
    const frame = add({ from, source: addressOf(from), destination: addressOf(to), text });
    probes.push({ world, frame, at, from });
    for (const fence of fencesOf(world, topology)) add(fence);
  });
  const topologies = worlds.map(({ topology }) => topology);
  return { plan: { nonce, topologies, frames, cells: [], interlude: worlds.flatMap(makeReachable) }, probes };
}

export function nodeAt(world: CheckWorld, name: CheckEndpoint | "external" | "lower-host"): Node | undefined {
  if (name === "external") return { kind: "external-host", external: world.topology.external };
  if (name === "lower-host") return { kind: "lower-host", lower: world.lower };
  const endpoint = endpointAt(world, name);
  return endpoint && { kind: "endpoint", endpoint };
}

/** A listed source may be kept from everybody else (nodst), so those without a list get theirs from another address. */
function fencesOf(world: CheckWorld, topology: number): Omit<PlannedFrame, "id" | "reflectiveRelay">[] {
  const { lowers, endpoints, external, fenceSource } = world.topology;
  const outside: Node = { kind: "external-host", external };
  const hosts = lowers.map((lower): Node => ({ kind: "lower-host", lower }));
  const nodes = endpoints.map((endpoint): Node => ({ kind: "endpoint", endpoint }));
  const fenceTo = (to: Node) => ({ kind: "unicast", topology, to }) as const;
  const taken = endpoints.some(({ mode }) => mode === "passthru");
  const open = taken ? [] : hosts;
  const fromOutside = [...nodes, ...open].map((node) => {
    const listed = node.kind === "endpoint" && node.endpoint.mode === "source";
    const source = listed ? fenceSource : world.unlistedFence;
    const destination = fenceAddress(world, node);
    return { from: outside, source, destination, text: `fence to ${interfaceOf(node)}`, fence: fenceTo(node) };
  });
  const fromInside = hosts.map((host) => {
    const source = addressOf(host);
    return {
      from: host,
      source,
      destination: external.address,
      text: "fence to the external host",
      fence: fenceTo(outside),
    };
  });
  const toTaken = {
    from: outside,
    source: world.unlistedFence,
    destination: BROADCAST,
    text: "fence to the lower host",
  };
  const group = (to: Node) => ({ kind: "broadcast", topology, to }) as const;
  return [...fromOutside, ...fromInside, ...(taken ? hosts.map((to) => ({ ...toTaken, fence: group(to) })) : [])];
}

/** An endpoint that was down is brought up for its fence, under an address nobody else can have. */
function fenceAddress(world: CheckWorld, node: Node): Mac {
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
