/**
 * Builds topologies where an executor runs: one script, one `ip -batch` and one `bridge -batch` for all of them.
 */
import type { Executor } from "../base/executor.ts";
import type { Lower, Topology } from "../model/topology.ts";
import { buildFailure } from "./build-failure.ts";
import { cardBack, forwardingCommands, linkCommands, REMOVAL_COMMAND } from "./commands.ts";
import { isCard, type LowerKit, lowerBack, lowerKit } from "./lower-kinds.ts";
import { type Offload, offloadLines } from "./offloads.ts";
import { allUp, SHOW_LINKS } from "./operational.ts";
import { allOf, cabledTo, type Part, type Stage } from "./stage.ts";

/**
 * Frames that may wait for a processor; of a kernel's own accord it is 1,000. The running kernel shows the setting to no
 * namespace.
 */
export const LONG_BACKLOG = "f=/proc/sys/net/core/netdev_max_backlog; [ ! -e $f ] || echo 100000 > $f";

/**
 * Settings of the namespace that keep the kernel from talking by itself, filtering or losing what the lab sends: no IPv6
 * autoconfiguration, no netfilter on the bridge (br_netfilter may be built in and on), and room for all frames of a plan
 * between two devices, because a sender runs ahead of a slow kernel's softirqs. That is the guest's own; a namespace of the
 * running kernel has no such setting.
 */
export const QUIET = [
  "{ echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; } 2>/dev/null",
  "{ echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; } 2>/dev/null",
  LONG_BACKLOG,
  "for f in /proc/sys/net/bridge/bridge-nf-call-*tables; do [ ! -e $f ] || echo 0 > $f; done",
];
/** And where devices are network cards: a queue that neither reorders nor drops what waited long. */
export const PLAIN_QUEUE = "echo pfifo_fast > /proc/sys/net/core/default_qdisc";

/** A topology that is up. Disposing of it removes its devices. */
export interface LiveTopology extends AsyncDisposable {
  readonly seconds: number;
}

export interface BuildOptions {
  /** One process a command, each said on the kernel's console before: what a crash leaves there names its command. */
  readonly careful?: boolean;
  /** Everything a lower device's driver can leave to the card, or do as the card would; absent: as the driver has it. */
  readonly offload?: Offload;
}

const ANNOUNCEMENT = "macvlab: next ";

/** The last command a console says was about to be run: `ip link add ...`. */
export function lastAnnounced(console: string): string | undefined {
  const at = console.lastIndexOf(ANNOUNCEMENT);
  return at < 0 ? undefined : console.slice(at + ANNOUNCEMENT.length).split(/\r?\n/, 1)[0];
}

/** Says which line was refused in the words of `ip -batch`. */
function announced(line: string, index: number): string[] {
  return [announcement(`ip ${line}`), `ip ${line} || { echo 'Command failed -:${index + 1}' >&2; exit 1; }`];
}

function announcement(command: string): string {
  return `echo '<4>${ANNOUNCEMENT}${command}' > /dev/kmsg`;
}

/**
 * What was built of it is removed again when it fails.
 * @throws EnvironmentError with the refused line when a command fails, or with the kind of device the kernel lacks.
 * Commands a kernel is expected to refuse are not part of a topology: see `refusals.ts`.
 */
export async function buildTopologies(
  { parts }: Stage,
  topologies: readonly Topology[],
  options: BuildOptions = {},
): Promise<LiveTopology> {
  const started = performance.now();
  const remove = async () => void (await allOf(parts, (part) => removePart(part, topologies)));
  try {
    await allOf(parts, (part) => buildPart(part, topologies, options));
  } catch (error) {
    await remove().catch(() => {}); // what went wrong first is what is told
    throw error;
  }
  return { seconds: (performance.now() - started) / 1000, [Symbol.asyncDispose]: remove };
}

async function buildPart(part: Part, topologies: readonly Topology[], options: BuildOptions): Promise<void> {
  const shown = await runBuild(part, topologies, options);
  await allUp(part.executor, topologies.flatMap(deviceNames).filter(part.has), shown);
}

/** Exit status that tells a refused line for the switch from one for a device: both tools end with 1. */
const FORWARDING_REFUSED = 65;

/** Resolves to the devices there are then. */
async function runBuild(
  part: Part,
  topologies: readonly Topology[],
  { careful = false, offload }: BuildOptions,
): Promise<Buffer> {
  const { executor } = part;
  const kits = kitsOf(topologies);
  const all = (kind: keyof LowerKit) => [...kits.values()].flatMap((kit) => kit[kind]);
  const links = topologies.flatMap((topology) => linkCommands(topology, part, (lower) => kits.get(lower)?.links));
  const forwarding = [
    ...all("forwarding"),
    ...topologies.filter((one) => part.has(one.switch)).flatMap(forwardingCommands),
  ];
  const hasCards = topologies.some(({ lowers }) => lowers.some(({ kind }) => isCard(kind)));
  const script = [
    ...QUIET,
    ...(hasCards || cardsOf(part, topologies).length > 0 ? [PLAIN_QUEUE] : []),
    ...all("before"),
    ...(careful
      ? [...links.flatMap(announced), announcement("bridge -batch -")]
      : ["ip -batch - <<'END' || exit", ...links, "END"]),
    `bridge -batch - <<'END' || exit ${FORWARDING_REFUSED}`,
    ...forwarding,
    "END",
    ...all("after"),
    ...offloadLines(
      topologies.flatMap(({ lowers }) => lowers.map(({ name }) => name)),
      offload,
    ),
    SHOW_LINKS,
  ].join("\n");
  const { status, stdout, stderr } = await executor.run(script);
  if (status === 0) return stdout;
  const lines = status === FORWARDING_REFUSED ? forwarding : links;
  throw await buildFailure(executor, failedLine(lines, stderr), stderr);
}

/** All that frames cross. The switch's own device is not among them, and the link watcher is in no hurry with it. */
function deviceNames(topology: Topology): string[] {
  const cables = cabledTo(topology).flatMap(({ name, port }) => [name, port]);
  return [...cables, ...topology.endpoints.map(({ name }) => name)];
}

/** Lines that give the cards back. */
function cardsOf({ card }: Part, topologies: readonly Topology[]): string[] {
  return topologies.flatMap(cabledTo).flatMap(({ name, port }) =>
    [name, port].flatMap((device) => {
      const own = card(device);
      return own ? cardBack(own, device) : [];
    }),
  );
}

/** Of those that are no veth: the number of a lower device among all that are built at once is its card's. */
function kitsOf(topologies: readonly Topology[]): Map<Lower, LowerKit> {
  const all = topologies.flatMap((topology) => topology.lowers.map((lower) => ({ topology, lower })));
  const others = all.map((one, number) => ({ ...one, number })).filter(({ lower }) => lower.kind !== undefined);
  return new Map(others.map(({ topology, lower, number }) => [lower, lowerKit(topology, lower, number)]));
}

async function removePart(part: Part, topologies: readonly Topology[]): Promise<void> {
  const cards = cardsOf(part, topologies);
  const back = topologies.flatMap((topology) => topology.lowers).flatMap(lowerBack);
  if (back.length > 0)
    await part.executor.run(["exec 2>/dev/null", `ip ${REMOVAL_COMMAND}`, ...back, "true"].join("\n"));
  else if (cards.length === 0) await removeDevices(part.executor);
  else
    await part.executor.run(
      `ip -force -batch - 2>/dev/null <<'END'\n${[REMOVAL_COMMAND, ...cards].join("\n")}\nEND\ntrue`,
    );
}

/** Removes every device the lab made in this place. */
export async function removeDevices(executor: Executor): Promise<void> {
  await executor.run(`exec ip ${REMOVAL_COMMAND} 2>/dev/null`);
}

/** The line a batch ended at. */
function failedLine(lines: readonly string[], stderr: string): string {
  const line = Number(/Command failed -:(\d+)/.exec(stderr)?.[1] ?? 0);
  return lines[line - 1] ?? "ip -batch";
}
