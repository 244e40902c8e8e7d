/** All checks' worlds built in one go, each step's refusal told by its line, every device described afterwards. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import type { CheckStep } from "../model/scenario.ts";
import { PLAIN_QUEUE, QUIET } from "./build.ts";
import { AWAY_NAMESPACE, goesAway, type Line, lineOf } from "./check-line.ts";
import { joinSections, type Link, parseSections, type Sections, showCommands } from "./check-sections.ts";
import { settled } from "./check-settling.ts";
import { partsOf } from "./check-stage.ts";
import { batchErrors, batchScript, type Slot, Turns } from "./check-turns.ts";
import { type CheckEndpoint, type CheckWorld, deviceName } from "./check-world.ts";
import { cable, cableCommand, cardBack, forwardingCommands, REMOVAL_COMMAND, switchCommands } from "./commands.ts";
import { errnoName } from "./errno.ts";
import { throwUnforeseen } from "./forced-batch.ts";
import { allUp } from "./operational.ts";
import { sceneFacts } from "./scene.ts";
import { allOf, type Part, type Stage } from "./stage.ts";

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

interface PartLines {
  readonly turns: Turns;
  /** By world, where each of its steps went; undefined where it is taken elsewhere. */
  readonly steps: readonly (readonly (Slot | undefined)[])[];
}

/** A part that was built: what went wrong, by batch and line. */
interface BuiltPart extends PartLines {
  readonly errors: readonly ReadonlyMap<number, string>[];
  readonly sections: Sections;
}

/** @throws EnvironmentError when something fails that is no step of a check, or the kernel lacks a kind of device. */
export async function buildChecks(stage: Stage, worlds: readonly CheckWorld[]): Promise<BuiltCheck[]> {
  const parts = await allOf(stage.parts, (part) => buildPart(part, worlds));
  const first = joinSections(parts.map(({ sections }) => sections));
  const sections = await settled(partsOf(stage).tested.executor, worlds, first);
  const links = new Map([...sections.away, ...sections.home].map((link) => [link.ifname, link]));
  return worlds.map((world, index) => {
    const taken = world.check.steps.map((_, step) => takenAt(parts, index, step));
    const last = taken.at(-1);
    return {
      errors: taken.map((one) => (one?.message === undefined ? undefined : errnoName(one.message))),
      lastMessage: last?.message ?? "",
      lastCommand: last?.command ?? "",
      devices: devicesOf(world, links),
      sections,
    };
  });
}

/** A step where it was taken. */
function takenAt(parts: readonly BuiltPart[], world: number, step: number) {
  for (const { steps, errors, turns } of parts) {
    const slot = steps[world]?.[step];
    if (slot) return { message: errors[slot.batch]?.get(slot.line), command: commandAt(turns, slot) };
  }
  return undefined;
}

async function buildPart(part: Part, worlds: readonly CheckWorld[]): Promise<BuiltPart> {
  const { executor, has } = part;
  const lines = linesOf(worlds, part);
  const result = await executor.run(scriptOf(lines, worlds, part));
  const errors = batchErrors(result.stderr);
  await throwFailures(executor, lines, errors);
  if (result.status !== 0)
    throw new EnvironmentError(`${executor.place}: a command of the checks' set-up failed`, { detail: result.stderr });
  const sections = parseSections(result.stdout.toString());
  await allUp(executor, cablesOf(worlds).filter(has), Buffer.from(JSON.stringify(sections.home)));
  return { ...lines, errors, sections };
}

function commandAt({ batches }: Turns, { batch: index, line }: Slot): string {
  const batch = batches[index];
  const text = batch?.lines[line - 1];
  return batch?.tool === "shell" ? String(text) : `${batch?.tool === "bridge" ? "bridge" : "ip"} ${text}`;
}

/** What fails and is no step of a check. */
async function throwFailures(
  executor: Executor,
  { turns, steps }: PartLines,
  errors: readonly ReadonlyMap<number, string>[],
): Promise<void> {
  const slots = steps.flat();
  for (const [index, { lines }] of turns.batches.entries()) {
    const own = slots.flatMap((slot) => (slot?.batch === index ? [slot.line] : []));
    await throwUnforeseen(executor, lines, errors[index] ?? new Map(), new Set(own));
  }
}

/** Of worlds with a switch. Cables a step took away or unplugged are not waited for. */
function cablesOf(worlds: readonly CheckWorld[]): string[] {
  const cut = ({ check }: CheckWorld) =>
    check.steps.some((step) => "device" in step && (step.device === "lower" || step.device === "port"));
  return worlds
    .filter(({ hasSwitch }) => hasSwitch)
    .flatMap((world) => [...(cut(world) ? [] : [world.lower]), world.topology.external])
    .flatMap(({ name, port }) => [name, port]);
}

function scriptOf({ turns }: PartLines, worlds: readonly CheckWorld[], { has, card }: Part): string {
  const switches = worlds.filter(({ hasSwitch, topology }) => hasSwitch && has(topology.switch));
  const hasCards = worlds.some(({ lower }) => card(lower.name) ?? card(lower.port));
  return [
    ...QUIET,
    ...(hasCards ? [PLAIN_QUEUE] : []),
    ...batchScript(turns.batches),
    ...(switches.length > 0 ? ["bridge -force -batch - 1>&2 <<'END' || exit 1"] : []),
    ...switches.flatMap(({ topology }) => forwardingCommands(topology)),
    ...(switches.length > 0 ? ["END"] : []),
    ...showCommands(worlds, has),
  ].join("\n");
}

/** Removes everything of the checks again. */
export async function removeChecks({ parts }: Stage, worlds: readonly CheckWorld[] = []): Promise<void> {
  await allOf(parts, (part) => removePart(part, worlds));
}

/**
 * Endpoints go with their lower devices, out of other namespaces too, and what is in a namespace of its own goes with that.
 * An ordinary tap has neither; and a lower device that is a network card stays, so that what is on it is taken from it.
 */
async function removePart({ executor, has, card }: Part, worlds: readonly CheckWorld[]): Promise<void> {
  const here = worlds.filter(({ lower }) => has(lower.name));
  const taps = here.flatMap((world) =>
    world.check.steps.flatMap((step) => (step.do === "add-tap" ? [deviceName(world, step.device)] : [])),
  );
  const onCards = here.filter(({ lower }) => card(lower.name)).flatMap(devicesOnCard);
  const back = worlds.flatMap(({ lower }) =>
    [lower.name, lower.port].flatMap((name) => {
      const own = card(name);
      return own ? cardBack(own, name) : [];
    }),
  );
  const namespaces = [...Object.values(PING_NAMESPACES), ...(here.some(goesAway) ? [AWAY_NAMESPACE] : [])];
  const lines = [
    REMOVAL_COMMAND,
    ...[...taps, ...onCards].map((name) => `link del ${name}`),
    ...namespaces.map((name) => `netns del ${name}`),
    ...back,
  ];
  const script = [
    "exec 2>/dev/null",
    ...pingEndsOnCards(here, card),
    `ip -force -batch - <<'END'\n${lines.join("\n")}\nEND`,
  ];
  await executor.run(script.join("\n"));
}

/** A namespace is taken apart when the kernel likes (`cleanup_net`): what is to be off a card goes before. */
function pingEndsOnCards(worlds: readonly CheckWorld[], card: Part["card"]): string[] {
  const pinging = worlds.filter(({ check, lower }) => check.look.look === "ping" && card(lower.name));
  if (pinging.length === 0) return [];
  const names = pinging.flatMap(devicesOnCard).map((name) => `link del ${name}`);
  return Object.values(PING_NAMESPACES).map(
    (namespace) => `ip -n ${namespace} -force -batch - <<'END'\n${names.join("\n")}\nEND`,
  );
}

/** All that a world may have on its lower device. */
function devicesOnCard(world: CheckWorld): string[] {
  const { look } = world.check;
  const endpoints = world.topology.endpoints.map(({ name }) => name);
  if (look.look !== "frames") return endpoints;
  const { vlan, nested } = sceneFacts(world, look);
  return [vlan.name, nested.name, ...endpoints];
}

function linesOf(worlds: readonly CheckWorld[], part: Part): PartLines {
  const turns = new Turns();
  const here = worlds.filter(({ lower }) => part.has(lower.name));
  const pings = here.some(({ check }) => check.look.look === "ping") ? Object.values(PING_NAMESPACES) : [];
  const namespaces = [...pings, ...(here.some(goesAway) ? [AWAY_NAMESPACE] : [])];
  turns.add(namespaces.map((name) => ({ tool: "ip", text: `netns add ${name}` })));
  const steps = worlds.map((world) => {
    const around = surroundings(world, part).map((text): Line => ({ tool: "ip", text }));
    const own = world.check.steps.map((step, index) =>
      part.has(whereTaken(world, step)) ? lineOf(world, index) : undefined,
    );
    const slots = turns.add([...around, ...own.filter((line) => line !== undefined)]).slice(around.length);
    return own.map((line) => (line === undefined ? undefined : slots.shift()));
  });
  return { turns, steps };
}

/** A device of the place where a step is taken. */
function whereTaken({ lower }: CheckWorld, step: CheckStep): string {
  return step.do === "relay" || ("device" in step && step.device === "port") ? lower.port : lower.name;
}

/** What is there before the first step: the lower device, up, and its switch where traffic is to cross it. */
function surroundings(world: CheckWorld, part: Part): string[] {
  const { lower, topology } = world;
  if (!world.hasSwitch) {
    return [cableCommand(lower), `link set ${lower.port} up`, `link set ${lower.name} up`];
  }
  const relay = `link set ${lower.port} type bridge_slave hairpin ${world.check.reflectiveRelay ? "on" : "off"}`;
  return [
    ...(part.has(topology.switch) ? switchCommands(topology) : []),
    ...cable(topology, lower, part),
    ...cable(topology, topology.external, part),
    ...(part.has(lower.port) ? [relay] : []),
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
