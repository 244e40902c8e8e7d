/** All checks' worlds built in one go, each step's refusal told by its line, every device described afterwards. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { QUIET } from "./build.ts";
import { AWAY_NAMESPACE, goesAway, type Line, lineOf } from "./check-line.ts";
import { type Link, parseSections, type Sections, showCommands } from "./check-sections.ts";
import { settled } from "./check-settling.ts";
import { batchErrors, batchScript, type Slot, Turns } from "./check-turns.ts";
import { type CheckEndpoint, type CheckWorld, deviceName } from "./check-world.ts";
import { cable, cableCommand, forwardingCommands, REMOVAL_COMMAND, switchCommands } from "./commands.ts";
import { errnoName } from "./errno.ts";
import { throwUnforeseen } from "./forced-batch.ts";
import { allUp } from "./operational.ts";

/** What became of one check's steps. */
export interface BuiltCheck {
  /** By step: the errno name it was refused with, or undefined. */
  readonly errors: readonly (string | undefined)[];
  /** What the tool said of the last step where it was refused. */
  readonly lastMessage: string;
  /** The command of the last step, for people. */
  readonly lastCommand: string;
  readonly devices: ReadonlyMap<CheckEndpoint | "lower", DeviceFacts>;
  /** All that was shown, of all checks. */
  readonly sections: Sections;
}

export interface DeviceFacts {
  readonly mode: string;
  readonly mtu: number;
  readonly address: string;
}

/** Endpoints of a ping live in two namespaces shared by all pings, `first` and `second`; the rest stay outside. */
export const PING_NAMESPACES = { first: "macvlab-first", second: "macvlab-second" } as const;

interface Lines {
  readonly turns: Turns;
  readonly steps: { readonly world: CheckWorld; readonly slots: readonly Slot[] }[];
}

/** @throws EnvironmentError when something fails that is no step of a check, or the kernel lacks a kind of device. */
export async function buildChecks(executor: Executor, worlds: readonly CheckWorld[]): Promise<BuiltCheck[]> {
  const lines = linesOf(worlds);
  const crossed = worlds.filter(({ hasSwitch }) => hasSwitch);
  const result = await executor.run(scriptOf(lines, worlds, crossed));
  const errors = batchErrors(result.stderr);
  await throwFailures(executor, lines, errors);
  if (result.status !== 0)
    throw new EnvironmentError(`${executor.place}: a command of the checks' set-up failed`, { detail: result.stderr });
  const first = parseSections(result.stdout.toString());
  await allUp(executor, cablesOf(crossed), Buffer.from(JSON.stringify(first.home)));
  const sections = await settled(executor, worlds, first);
  const links = new Map([...sections.away, ...sections.home].map((link) => [link.ifname, link]));
  return lines.steps.map(({ world, slots }) => ({
    errors: slots.map((slot) => {
      const message = messageAt(errors, slot);
      return message === undefined ? undefined : errnoName(message);
    }),
    lastMessage: messageAt(errors, slots.at(-1)) ?? "",
    lastCommand: commandAt(lines, slots.at(-1)),
    devices: devicesOf(world, links),
    sections,
  }));
}

const messageAt = (errors: readonly ReadonlyMap<number, string>[], slot: Slot | undefined) =>
  slot && errors[slot.batch]?.get(slot.line);

function commandAt({ turns }: Lines, slot: Slot | undefined): string {
  const batch = turns.batches[slot?.batch ?? 0];
  const line = batch?.lines[(slot?.line ?? 0) - 1];
  return batch?.tool === "shell" ? String(line) : `${batch?.tool === "bridge" ? "bridge" : "ip"} ${line}`;
}

/** What fails and is no step of a check. */
async function throwFailures(
  executor: Executor,
  { turns, steps }: Lines,
  errors: readonly ReadonlyMap<number, string>[],
): Promise<void> {
  const slots = steps.flatMap((one) => one.slots);
  for (const [index, { lines }] of turns.batches.entries()) {
    const own = slots.filter(({ batch }) => batch === index).map(({ line }) => line);
    await throwUnforeseen(executor, lines, errors[index] ?? new Map(), new Set(own));
  }
}

/** Cables a step took away or unplugged are not waited for. */
function cablesOf(crossed: readonly CheckWorld[]): string[] {
  const cut = ({ check }: CheckWorld) =>
    check.steps.some((step) => "device" in step && (step.device === "lower" || step.device === "port"));
  return crossed
    .flatMap((world) => [...(cut(world) ? [] : [world.lower]), world.topology.external])
    .flatMap(({ name, port }) => [name, port]);
}

/** @param crossed worlds with a switch. */
function scriptOf({ turns }: Lines, worlds: readonly CheckWorld[], crossed: readonly CheckWorld[]): string {
  return [
    ...QUIET,
    ...batchScript(turns.batches),
    "bridge -force -batch - 1>&2 <<'END' || exit 1",
    ...crossed.flatMap(({ topology }) => forwardingCommands(topology)),
    "END",
    ...showCommands(worlds),
  ].join("\n");
}

/**
 * Removes everything of the checks again; endpoints go with their lower devices, out of other namespaces too, and what
 * is in a namespace of its own goes with that. An ordinary tap has neither.
 */
export async function removeChecks(executor: Executor, worlds: readonly CheckWorld[] = []): Promise<void> {
  const taps = worlds.flatMap((world) =>
    world.check.steps.flatMap((step) => (step.do === "add-tap" ? [`link del ${deviceName(world, step.device)}`] : [])),
  );
  const namespaces = [...Object.values(PING_NAMESPACES), ...(worlds.some(goesAway) ? [AWAY_NAMESPACE] : [])];
  const lines = [REMOVAL_COMMAND, ...taps, ...namespaces.map((name) => `netns del ${name}`)];
  await executor.run(`ip -force -batch - 2>/dev/null <<'END'\n${lines.join("\n")}\nEND`);
}

function linesOf(worlds: readonly CheckWorld[]): Lines {
  const turns = new Turns();
  const pings = worlds.some(({ check }) => check.look.look === "ping") ? Object.values(PING_NAMESPACES) : [];
  const namespaces = [...pings, ...(worlds.some(goesAway) ? [AWAY_NAMESPACE] : [])];
  turns.add(namespaces.map((name) => ({ tool: "ip", text: `netns add ${name}` })));
  const steps = worlds.map((world) => {
    const around = surroundings(world).map((text): Line => ({ tool: "ip", text }));
    const own = world.check.steps.map((_, index) => lineOf(world, index));
    return { world, slots: turns.add([...around, ...own]).slice(around.length) };
  });
  return { turns, steps };
}

/** What is there before the first step: the lower device, up, and its switch where traffic is to cross it. */
function surroundings(world: CheckWorld): string[] {
  const { lower, topology } = world;
  if (!world.hasSwitch) {
    return [cableCommand(lower), `link set ${lower.port} up`, `link set ${lower.name} up`];
  }
  return [
    ...switchCommands(topology),
    ...cable(topology, lower),
    ...cable(topology, topology.external),
    `link set ${lower.port} type bridge_slave hairpin ${world.check.reflectiveRelay ? "on" : "off"}`,
  ];
}

function devicesOf(world: CheckWorld, links: ReadonlyMap<string, Link>): Map<CheckEndpoint | "lower", DeviceFacts> {
  const roles = ["first", "second", "third", "lower"] as const;
  return new Map(
    roles.flatMap((role) => {
      const link = links.get(deviceName(world, role));
      if (!link) return [];
      return [[role, { mode: link.linkinfo?.info_data?.mode ?? "", mtu: link.mtu, address: link.address }] as const];
    }),
  );
}
