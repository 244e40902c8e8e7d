/** The single frames of checks, one round of all worlds at a time: probes, then fences. */
import type { Addressee, EndpointName, FramesLook, Sender, Sent, Watch } from "../model/frames-look.ts";
import { sentName } from "../model/frames-look.ts";
import { addressOf, type Endpoint, externalHost, type Mac, type Node } from "../model/topology.ts";
import { BROADCAST } from "../topology/addresses.ts";
import { type CheckWorld, deviceName, endpointAt } from "../topology/check-world.ts";
import { sceneFacts } from "../topology/scene.ts";
import { type FramesWorld, framesFences, reachable } from "./frames-fences.ts";
import type { MoreInterface, Plan } from "./plan.ts";
import type { PlannedFrame } from "./planned-frame.ts";

/** One of the frames a look asks for, as planned: one frame, or one per flow. */
export interface FramesProbe {
  readonly sent: Sent;
  readonly from: Node;
  readonly frames: readonly number[];
}

export interface FramesPlan {
  readonly plan: Plan;
  /** By the world's number: its probes of this round, in order. */
  readonly probes: ReadonlyMap<number, readonly FramesProbe[]>;
}

/** The look of a world that is sent single frames. */
export function framesLook({ check }: CheckWorld): FramesLook {
  if (check.look.look !== "frames") throw new TypeError(`"${check.id}" does not look at frames`);
  return check.look;
}

/** Plans one round: `send`, or `again`. */
export function planFrames(worlds: readonly FramesWorld[], round: "send" | "again", nonce: number): FramesPlan {
  const frames: PlannedFrame[] = [];
  const add = (frame: Omit<PlannedFrame, "id" | "reflectiveRelay">): number =>
    frames.push({ ...frame, id: frames.length + 1, reflectiveRelay: false });
  const probes = new Map<number, FramesProbe[]>();
  for (const [topology, one] of worlds.entries()) {
    const planned = (one.look[round] ?? []).map((sent) => planOne(one.world, sent, add));
    probes.set(one.world.number, planned);
    const opened = { ...one.world, topology: asOpened(one.world, one.look) };
    for (const fence of framesFences({ ...one, world: opened }, topology)) add(fence);
  }
  const plan: Plan = {
    nonce,
    topologies: worlds.map(({ world, look }) => asOpened(world, look)),
    frames,
    cells: [],
    interlude: worlds.flatMap(reachable),
    relayAsBuilt: true,
    more: worlds.flatMap(moreInterfaces),
  };
  return { plan, probes };
}

type Add = (frame: Omit<PlannedFrame, "id" | "reflectiveRelay">) => number;

function planOne(world: CheckWorld, sent: Sent, add: Add): FramesProbe {
  const from = placeAt(world, sent.from);
  const facts = sceneFacts(world, framesLook(world));
  const header = {
    from,
    source: sent.as ? facts.foreign : addressOf(from),
    destination: addressFor(world, sent.to),
    text: `${world.check.id} ${sentName(sent)}`,
    ...(sent.tagged ? { tagged: sent.tagged } : {}),
  };
  const { many } = sent;
  if (!many) return { sent, from, frames: [add(header)] };
  const flows = Array.from({ length: many.frames }, (_, index) => (many.flows === "one" ? 0 : index));
  return { sent, from, frames: flows.map((flow) => add({ ...header, flow: flow + 100 })) };
}

function addressFor(world: CheckWorld, to: Addressee): Mac {
  const { foreign, unknown } = sceneFacts(world, framesLook(world));
  if (to === "everybody") return BROADCAST;
  if (to === "foreign" || to === "unknown") return to === "foreign" ? foreign : unknown;
  return addressOf(placeAt(world, to));
}

/** Name of the interface that stands for the second opener of `first`. */
const openedAgain = (world: CheckWorld) => `${deviceName(world, "first")}#2`;

/** Who sends or is counted; hosts on devices of their own are as the external host is. */
export function placeAt(world: CheckWorld, name: Sender | "vlan"): Node {
  const facts = sceneFacts(world, framesLook(world));
  if (name === "external") return externalHost(world.topology);
  if (name === "lower-host") return { kind: "lower-host", lower: world.lower };
  if (name === "behind" || name === "bridge" || name === "vlan" || name === "nested")
    return { kind: "external-host", external: facts[name] };
  const endpoint = openedEndpoint(world, name === "first-again" ? "first" : name);
  return { kind: "endpoint", endpoint: name === "first-again" ? { ...endpoint, name: openedAgain(world) } : endpoint };
}

function openedEndpoint(world: CheckWorld, role: EndpointName): Endpoint {
  const endpoint = endpointAt(world, role);
  if (!endpoint) throw new RangeError(`"${world.check.id}": ${role} does not exist`);
  const unread = framesLook(world).scene?.unread?.includes(role);
  return unread ? { ...endpoint, kind: "macvlan" } : endpoint;
}

/** The topology with the macvtaps nobody is to open as what they are then: interfaces like any other. */
function asOpened(world: CheckWorld, { scene }: FramesLook): CheckWorld["topology"] {
  const unread = new Set((scene?.unread ?? []).map((role) => deviceName(world, role)));
  const endpoints = world.topology.endpoints.map(
    (endpoint): Endpoint => (unread.has(endpoint.name) ? { ...endpoint, kind: "macvlan" } : endpoint),
  );
  return { ...world.topology, endpoints };
}

function moreInterfaces({ world, look }: FramesWorld): MoreInterface[] {
  const { scene = {} } = look;
  const { behind, bridge, vlan, nested } = sceneFacts(world, look);
  return [
    ...(scene.bridgeOver ? [{ name: behind.name }, { name: bridge.name }] : []),
    ...(scene.vlanOver ? [{ name: vlan.name }] : []),
    ...(scene.macvlanOver ? [{ name: nested.name }] : []),
    ...(scene.openedTwice ? [{ name: openedAgain(world), again: deviceName(world, "first") }] : []),
  ];
}

/** Whether a place is one copies are counted at, rather than one a frame passes. */
export function isCounted(watch: Watch): watch is Sender | "vlan" {
  return !watch.includes(":") && watch !== "wire" && watch !== "back" && watch !== "dropped";
}
