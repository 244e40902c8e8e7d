/** Scenes put up where an executor runs, in one go for all worlds, and changed between two rounds of frames. */
import { EnvironmentError } from "../base/errors.ts";
import type { FramesLook } from "../model/frames-look.ts";
import { isMissingKind } from "./build-failure.ts";
import { partsOf } from "./check-stage.ts";
import { type CheckWorld, deviceName } from "./check-world.ts";
import { errnoName } from "./errno.ts";
import { parseBatchErrors, throwUnforeseen } from "./forced-batch.ts";
import { allUp } from "./operational.ts";
import { AWAY, changeCommand, type SceneLine, sceneFacts, sceneForwarding, sceneLines } from "./scene.ts";
import { allOf, type Part, type Stage } from "./stage.ts";

interface Framed {
  readonly world: CheckWorld;
  readonly look: FramesLook;
}

/** What became of a scene. */
export interface BuiltScene {
  /** The errno name it was refused with. */
  readonly error?: string;
  /** What this kernel does not have. */
  readonly missing?: string;
  /** Why nothing seen in it means anything. */
  readonly doubt?: string;
}

/**
 * By world number. The worlds' devices must be up.
 * @throws EnvironmentError when something fails that no kernel may refuse.
 */
export async function buildScenes(stage: Stage, framed: readonly Framed[]): Promise<Map<number, BuiltScene>> {
  const built = await allOf(stage.parts, (part) => buildPart(part, framed));
  const failed = new Map(built.flatMap((one) => [...one.failed]));
  const links = new Map(built.flatMap((one) => one.links).map((link) => [link.ifname, link]));
  const standing = framed.filter(({ world }) => !failed.has(world.number));
  await allOf(stage.parts, ({ executor, has }) => allUp(executor, standing.flatMap(sceneDevices).filter(has)));
  return new Map(framed.map((one) => [one.world.number, failed.get(one.world.number) ?? stpOf(one, links)] as const));
}

interface BuiltPart {
  readonly failed: ReadonlyMap<number, BuiltScene>;
  readonly links: readonly Link[];
}

async function buildPart({ executor, has }: Part, framed: readonly Framed[]): Promise<BuiltPart> {
  const isHere = ({ topology, lower }: CheckWorld, { atSwitch }: SceneLine) =>
    has(atSwitch ? topology.switch : lower.name);
  const lines = framed.flatMap(({ world, look }) =>
    sceneLines(world, look)
      .filter((one) => isHere(world, one))
      .map((one) => ({ ...one, world })),
  );
  const batch = lines.map(({ line }) => line);
  const goAway = framed.some((one) => moves(one) && has(one.world.lower.name));
  const script = [
    ...(goAway ? [`ip netns add ${AWAY} || exit`] : []),
    `ip -force -batch - <<'END'\n${batch.join("\n")}\nEND`,
    "bridge -batch - 1>&2 <<'END' || exit 1",
    ...framed.flatMap(({ world, look }) => (has(world.lower.port) ? sceneForwarding(world, look) : [])),
    "END",
    "exec ip -details -json link show",
  ].join("\n");
  const { status, stdout, stderr } = await executor.run(script);
  if (status !== 0) throw new EnvironmentError(`${executor.place}: a scene of the checks failed`, { detail: stderr });
  const errors = parseBatchErrors(stderr);
  const attempts = new Set(lines.flatMap(({ mayFail }, index) => (mayFail === "refused" ? [index + 1] : [])));
  const lacking = new Set(lines.flatMap(({ mayFail }, index) => (mayFail === "missing" ? [index + 1] : [])));
  const unforeseen = [...errors].filter(([line, text]) => !(lacking.has(line) && isLacking(text)));
  await throwUnforeseen(executor, batch, new Map(unforeseen), attempts);
  return { failed: failures(lines, errors), links: JSON.parse(stdout.toString()) as Link[] };
}

/** Of a device of a kind the kernel lacks the next line knows nothing. */
const isLacking = (text: string) => isMissingKind(text) || errnoName(text) === "ENODEV";

/** By world number, why its scene does not stand. */
function failures(
  lines: readonly (SceneLine & { readonly world: CheckWorld })[],
  errors: ReadonlyMap<number, string>,
): Map<number, BuiltScene> {
  const failed = new Map<number, BuiltScene>();
  for (const [number, text] of errors) {
    const { line, world } = lines[number - 1] as (typeof lines)[number];
    if (failed.has(world.number)) continue;
    const missing = `this kernel has no such device: "ip ${line}": ${text}`;
    failed.set(world.number, isMissingKind(text) ? { missing } : { error: errnoName(text) });
  }
  return failed;
}

const moves = ({ look }: Framed) => (look.then ?? []).some(({ change }) => change === "move");

/** Devices frames cross. A bridge's own device is not waited for: the link watcher is in no hurry with it. */
function sceneDevices({ world, look }: Framed): string[] {
  if (look.scene?.inside) return [];
  const { behind, vlan } = sceneFacts(world, look);
  return [...(look.scene?.bridgeOver ? [behind.name, behind.port] : []), ...(look.scene?.vlanOver ? [vlan.name] : [])];
}

interface Link {
  readonly ifname: string;
  readonly linkinfo?: {
    readonly info_data?: { readonly stp_state?: number };
    readonly info_slave_data?: { readonly state?: string };
  };
}

/** Whether the spanning tree protocol is as the scene has it, and the port forwards all the same. */
function stpOf({ world, look }: Framed, links: ReadonlyMap<string, Link>): BuiltScene {
  const stp = links.get(world.topology.switch)?.linkinfo?.info_data?.stp_state;
  const state = links.get(world.lower.port)?.linkinfo?.info_slave_data?.state;
  if (stp !== (look.scene?.stp ? 1 : 0)) return { doubt: `the switch's STP state is ${stp}` };
  return state === "forwarding" ? {} : { doubt: `the switch's port is ${state}` };
}

/** Takes the changes between two rounds. @throws EnvironmentError when one is refused, or a device does not come up again. */
export async function changeScenes(stage: Stage, framed: readonly Framed[]): Promise<void> {
  const { executor } = partsOf(stage).tested;
  const lines = framed.flatMap(({ world, look }) => (look.then ?? []).map((change) => changeCommand(world, change)));
  const { status, stderr } = await executor.run(`${lines.map((line) => `${line} || exit`).join("\n")}\ntrue`);
  if (status !== 0)
    throw new EnvironmentError(`${executor.place}: a change of the checks was refused`, { detail: stderr });
  const wanted = framed.flatMap((one) => {
    const down = downEndpoints(one, "again");
    const { lower, topology } = one.world;
    return [lower.name, lower.port, ...topology.endpoints.map(({ name }) => name).filter((name) => !down.has(name))];
  });
  await allOf(stage.parts, (part) => allUp(part.executor, wanted.filter(part.has)));
}

/** The namespace is ours alone. */
export async function removeScenes(stage: Stage): Promise<void> {
  await partsOf(stage).tested.executor.run(`ip netns del ${AWAY} 2>/dev/null; true`);
}

/** Names of the endpoints of a world that are down before its first round, and before its second. */
export function downEndpoints({ world, look }: Framed, round: "send" | "again"): Set<string> {
  const down = new Set(world.topology.endpoints.map(({ name }) => name));
  for (const step of world.check.steps) if (step.do === "up") down.delete(deviceName(world, step.device as never));
  if (round === "send") return down;
  for (const change of look.then ?? []) {
    const name = deviceName(world, change.device);
    if (change.change === "up") down.delete(name);
    if (change.change === "move" || (change.change === "down" && change.device !== "lower")) down.add(name);
  }
  return down;
}
