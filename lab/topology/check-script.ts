/** All checks' worlds built in one go, each step's refusal told by its line, every device described afterwards. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { QUIET } from "./build.ts";
import { type CheckEndpoint, type CheckWorld, deviceName, stepCommand } from "./check-world.ts";
import { cable, cableCommand, forwardingCommands, REMOVAL_COMMAND, switchCommands } from "./commands.ts";
import { errnoName } from "./errno.ts";
import { parseBatchErrors, throwUnforeseen } from "./forced-batch.ts";
import { allUp } from "./operational.ts";

/** What became of one check's steps. */
export interface BuiltCheck {
  /** By step: the errno name it was refused with, or undefined. */
  readonly errors: readonly (string | undefined)[];
  /** The command of the last step, for people. */
  readonly lastCommand: string;
  readonly devices: ReadonlyMap<CheckEndpoint | "lower", DeviceFacts>;
}

export interface DeviceFacts {
  readonly mode: string;
  readonly mtu: number;
  readonly address: string;
}

/** Endpoints of a ping live in two namespaces shared by all pings, `first` and `second`; the rest stay outside. */
export const PING_NAMESPACES = { first: "macvlab-first", second: "macvlab-second" } as const;

interface Lines {
  readonly all: string[];
  readonly steps: { readonly world: CheckWorld; readonly lines: number[] }[];
}

/** @throws EnvironmentError when something fails that is no step of a check, or the kernel lacks a kind of device. */
export async function buildChecks(executor: Executor, worlds: readonly CheckWorld[]): Promise<BuiltCheck[]> {
  const lines = linesOf(worlds);
  const crossed = worlds.filter(({ hasSwitch }) => hasSwitch);
  const result = await executor.run(scriptOf(lines, crossed));
  const errors = parseBatchErrors(result.stderr);
  await throwUnforeseen(executor, lines.all, errors, new Set(lines.steps.flatMap((one) => one.lines)));
  if (result.status !== 0)
    throw new EnvironmentError(`${executor.place}: a command of the checks' set-up failed`, { detail: result.stderr });
  const cables = crossed.flatMap(({ lower, topology: { external } }) => [lower, external]);
  const wanted = cables.flatMap(({ name, port }) => [name, port]);
  await allUp(executor, wanted, result.stdout);
  const links = new Map((JSON.parse(result.stdout.toString()) as Link[]).map((link) => [link.ifname, link]));
  return lines.steps.map(({ world, lines: numbers }) => ({
    errors: numbers.map((line) => {
      const message = errors.get(line);
      return message === undefined ? undefined : errnoName(message);
    }),
    lastCommand: `ip ${lines.all[(numbers.at(-1) ?? 0) - 1]}`,
    devices: devicesOf(world, links),
  }));
}

/** @param crossed worlds with a switch. */
function scriptOf(lines: Lines, crossed: readonly CheckWorld[]): string {
  return [
    ...QUIET,
    `ip -force -batch - <<'END'`,
    ...lines.all,
    "END",
    "bridge -force -batch - 1>&2 <<'END' || exit 1",
    ...crossed.flatMap(({ topology }) => forwardingCommands(topology)),
    "END",
    "exec ip -details -json link show",
  ].join("\n");
}

/** Removes everything of the checks again; endpoints go with their lower devices, out of other namespaces too. */
export async function removeChecks(executor: Executor): Promise<void> {
  const lines = [REMOVAL_COMMAND, ...Object.values(PING_NAMESPACES).map((name) => `netns del ${name}`)];
  await executor.run(`ip -force -batch - 2>/dev/null <<'END'\n${lines.join("\n")}\nEND`);
}

function linesOf(worlds: readonly CheckWorld[]): Lines {
  const all: string[] = [];
  if (worlds.some(({ check }) => check.look.look === "ping"))
    all.push(...Object.values(PING_NAMESPACES).map((name) => `netns add ${name}`));
  const steps = worlds.map((world) => {
    all.push(...surroundings(world));
    return { world, lines: world.check.steps.map((step) => all.push(stepCommand(world, step))) };
  });
  return { all, steps };
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

interface Link {
  readonly ifname: string;
  readonly mtu: number;
  readonly address: string;
  readonly linkinfo?: { readonly info_data?: { readonly mode?: string } };
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
