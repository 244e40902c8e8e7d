/** What stands beside the endpoints of a check that sends frames, and what changes between two rounds of them. */
import type { Change, FramesLook } from "../model/frames-look.ts";
import type { ExternalHost, Mac } from "../model/topology.ts";
import { addressInWorld, type CheckWorld, deviceName, endpointAt } from "./check-world.ts";
import { cableCommand, switchCommands } from "./commands.ts";

/** Names and addresses of a world's scene, whether it has them or not. */
export interface SceneFacts {
  /** The host behind the bridge; its port is one of that bridge. */
  readonly behind: ExternalHost;
  /** The bridge's own stack: it has the address of the endpoint that is its port. */
  readonly bridge: ExternalHost;
  /** The VLAN device, with the address of the device it is on. */
  readonly vlan: ExternalHost;
  /** The macvlan on top of an endpoint. */
  readonly nested: ExternalHost;
  /** Nobody's, and the switch takes it to be on the lower device's side. */
  readonly foreign: Mac;
  /** Nobody's. */
  readonly unknown: Mac;
}

/** The tag of tagged frames. */
export const VLAN_ID = 7;
/** An endpoint that is moved goes there and comes back. */
export const AWAY = "macvlab-elsewhere";

export function sceneFacts(world: CheckWorld, look: FramesLook): SceneFacts {
  const name = (role: string) => `c${world.number}${role}`;
  const first = endpointAt(world, "first")?.address ?? world.lower.address;
  const over = look.scene?.vlanOver === "first" ? first : world.lower.address;
  return {
    behind: { name: name("beh"), port: name("brp"), address: addressInWorld(world, 13) },
    bridge: { name: name("br"), port: name("brp"), address: first },
    vlan: { name: name("vlan"), port: name("vlan"), address: over },
    nested: { name: name("nst"), port: name("nst"), address: addressInWorld(world, 5) },
    foreign: addressInWorld(world, 14),
    unknown: addressInWorld(world, 15),
  };
}

export interface SceneLine {
  readonly line: string;
  /** Whether a kernel may refuse it, which is a result, or may have no such kind of device. */
  readonly mayFail: "refused" | "missing" | false;
  /** Set where it is about the external switch. */
  readonly atSwitch?: true;
}

/** Lines for `ip -batch`. The switch's ports forward already, or they would take their time with STP. */
export function sceneLines(world: CheckWorld, look: FramesLook): SceneLine[] {
  const { scene = {} } = look;
  const sure = (line: string): SceneLine => ({ line, mayFail: false });
  return [
    ...(scene.inside ? [] : overLines(world, look)),
    ...(scene.stp ? [stpLine(world)] : []),
    ...world.topology.endpoints
      .filter(({ mode }) => mode === "source")
      .map(({ name, kind }) => sure(`link set ${name} type ${kind} macaddr add ${world.topology.fenceSource}`)),
  ];
}

function stpLine({ topology }: CheckWorld): SceneLine {
  return { line: `link set ${topology.switch} type bridge stp_state 1`, mayFail: false, atSwitch: true };
}

/** What is on top of the endpoints: where these are network cards of a guest, lines for there. */
export function overLines(world: CheckWorld, look: FramesLook): SceneLine[] {
  const { scene = {} } = look;
  const facts = sceneFacts(world, look);
  const first = deviceName(world, "first");
  const { name, address } = facts.nested;
  const lines = [
    ...(scene.macvlanOver ? [`link add link ${first} name ${name} address ${address} type macvlan mode bridge`] : []),
    ...(scene.macvlanOver ? [`link set ${name} up`] : []),
    ...(scene.address ? [`link set ${first} address ${facts.foreign}`] : []),
    ...(scene.promiscuous ?? []).map((device) => `link set ${deviceName(world, device)} promisc on`),
  ];
  return [
    ...(scene.bridgeOver ? bridgeLines(world, facts) : []),
    ...(scene.vlanOver ? vlanLines(deviceName(world, scene.vlanOver), facts.vlan.name) : []),
    ...lines.map((line) => ({ line, mayFail: false }) as const),
  ];
}

function bridgeLines(world: CheckWorld, { behind, bridge }: SceneFacts): SceneLine[] {
  const sure = (line: string): SceneLine => ({ line, mayFail: false });
  return [
    ...switchCommands({ ...world.topology, switch: bridge.name }).map(sure),
    sure(`link set ${bridge.name} address ${bridge.address}`),
    sure(cableCommand(behind)),
    sure(`link set ${behind.port} master ${bridge.name}`),
    { line: `link set ${deviceName(world, "first")} master ${bridge.name}`, mayFail: "refused" },
    sure(`link set ${behind.port} up`),
    sure(`link set ${behind.name} up`),
  ];
}

function vlanLines(below: string, name: string): SceneLine[] {
  const lines = [`link add link ${below} name ${name} type vlan id ${VLAN_ID}`, `link set ${name} up`];
  return lines.map((line) => ({ line, mayFail: "missing" }));
}

/** Lines for `bridge -batch`: the switch is told that these addresses are behind the lower device. */
export function sceneForwarding(world: CheckWorld, look: FramesLook): string[] {
  const { foreign, behind, nested } = sceneFacts(world, look);
  const inner = look.scene?.macvlanOver ? [nested.address] : [];
  return [foreign, behind.address, ...inner].map(
    (address) => `fdb add ${address} dev ${world.lower.port} master static`,
  );
}

/** A change as a line of a shell script. */
export function changeCommand(world: CheckWorld, change: Change): string {
  const name = deviceName(world, change.device);
  if (change.change === "move")
    return `ip link set ${name} netns ${AWAY} && ip -n ${AWAY} link set ${name} netns /proc/$$/ns/net`;
  if (change.change !== "list") return `ip link set ${name} ${change.change}`;
  const kind = endpointAt(world, change.device)?.kind;
  const who = change.by === "flush" ? "" : ` ${world.topology.external.address}`;
  return `ip link set ${name} type ${kind} macaddr ${change.by}${who}`;
}
