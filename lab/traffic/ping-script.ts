/** The script of all pings of a run: who is moved where, what is recorded, what is sent when. */
import type { Executor } from "../base/executor.ts";
import { addressOf, interfaceOf, type Node } from "../model/topology.ts";
import { PING_NAMESPACES } from "../topology/check-script.ts";
import { type CheckWorld, endpointAt } from "../topology/check-world.ts";
import { nodeAt } from "./check-plan.ts";
import { PROBE_ETHERTYPE, probeFrame, tagBytes } from "./frame.ts";
import { lastWord } from "./last-word.ts";

type End = "first" | "second" | "external";

/** One ping as it is planned. */
export interface PlannedPing {
  readonly world: CheckWorld;
  readonly from: End;
  readonly to: End;
  /** Ids of the fences to both ends. */
  readonly fences: Readonly<Record<"from" | "to", number>>;
}

/** Where recorders are: a namespace for each end. */
export const PLACES = ["first", "second", "external"] as const;
/** Tries of one ping, seconds between them, and seconds to wait for the last answer. */
const TRIES = 3;
const INTERVAL = 0.2;
const PATIENCE = 1;
/** Milliseconds a recorder waits for its fences. */
const FENCE_DEADLINE = 15_000;
const RING = `ring 4096 256 ${PROBE_ETHERTYPE.toString(16)}`;

/** Exit status of the script where there is no `ping`. */
export const NO_PING = 66;

/** The benchmarking range (RFC 2544): a subnet per check, a host number per end. */
function internetAddress(world: CheckWorld, end: End): string {
  return `198.18.${world.number}.${PLACES.indexOf(end) + 1}`;
}

function deviceAt(world: CheckWorld, end: End): string {
  return end === "external" ? world.topology.external.name : (endpointAt(world, end)?.name as string);
}

export function recordFile(executor: Executor, place: End): string {
  return `${executor.workDirectory}/ping-${place}.records`;
}

export function devicesIn(pings: readonly PlannedPing[], place: End): string[] {
  const here = pings.filter(({ from, to }) => from === place || to === place);
  const devices = here.map(({ world }) => deviceAt(world, place));
  if (place !== "external") return devices;
  // Fences are sent from every world's external host; the lower devices show what crossed the wire.
  return pings.flatMap(({ world }) => [world.topology.external.name, world.lower.name, world.lower.port]);
}

/** Recorders up in all three places, then the pings, then the fences that end the recorders. */
export function pingScript(executor: Executor, pings: readonly PlannedPing[], nonce: number): string {
  const { agent, workDirectory } = executor;
  const pipe = (place: End) => `${workDirectory}/ping-${place}.ready`;
  const pipes = PLACES.map(pipe).join(" ");
  return [
    // `ip netns exec` ends like an unanswered ping where there is no such program.
    `command -v ping >/dev/null || exit ${NO_PING}`,
    `mkfifo ${pipes} || exit`,
    ...moveIn(pings),
    ...PLACES.flatMap((place) => recorder(executor, pings, place, pipe(place), nonce)),
    ...PLACES.flatMap((place) => [
      `read ready < ${pipe(place)}`,
      `[ "$ready" = ready ] || { ${showErrors(executor)}; exit 1; }`,
    ]),
    ...pings.map(pingLine),
    "wait $pings",
    `${agent} play >/dev/null <<'END' || exit`,
    ...fenceLines(pings, nonce),
    "END",
    `for recorder in $recorders; do wait $recorder || { ${showErrors(executor)}; exit 1; }; done`,
    `rm ${pipes}`,
  ].join("\n");
}

/** A recorder in the background. */
function recorder(
  executor: Executor,
  pings: readonly PlannedPing[],
  place: End,
  pipe: string,
  nonce: number,
): string[] {
  const output = `> ${recordFile(executor, place)} 2> ${executor.workDirectory}/ping-${place}.errors`;
  return [
    `(${enter(place)}${executor.agent} play <<'END'`,
    ...recorderLines(pings, place, pipe, nonce),
    "END",
    `${lastWord(pipe)}) ${output} &`,
    `recorders="$recorders $!"`,
  ];
}

/** Nothing that recorders leave running holds the script's own output, so it ends at once. */
function showErrors({ workDirectory }: Executor): string {
  return `cat ${workDirectory}/ping-*.errors >&2`;
}

function enter(place: End): string {
  return place === "external" ? "" : `ip netns exec ${PING_NAMESPACES[place]} `;
}

/** Moves endpoints into their namespaces and gives every end its address. */
function moveIn(pings: readonly PlannedPing[]): string[] {
  const ends = pings.flatMap(({ world, from, to }) => [from, to].map((end) => ({ world, end })));
  const of = (place: End) => ends.filter(({ end }) => end === place);
  const settle = (place: End) =>
    of(place).flatMap(({ world, end }) => [
      `address add ${internetAddress(world, end)}/24 dev ${deviceAt(world, end)}`,
      `link set ${deviceAt(world, end)} up`,
    ]);
  const batch = (options: string, lines: readonly string[]) => [
    `ip ${options}-batch - <<'END' || exit`,
    ...lines,
    "END",
  ];
  const inside = (["first", "second"] as const).flatMap((place) =>
    of(place).map(({ world }) => `link set ${deviceAt(world, place)} netns ${PING_NAMESPACES[place]}`),
  );
  return [
    ...batch("", [...inside, ...settle("external")]),
    ...batch(`-n ${PING_NAMESPACES.first} `, settle("first")),
    ...batch(`-n ${PING_NAMESPACES.second} `, settle("second")),
  ];
}

function pingLine({ world, from, to }: PlannedPing): string {
  const options = `-n -q -c ${TRIES} -i ${INTERVAL} -W ${PATIENCE} -I ${deviceAt(world, from)}`;
  const ping = `${enter(from)}ping ${options} ${internetAddress(world, to)} >/dev/null 2>&1`;
  return `(${ping}; echo ping ${world.number} $?) & pings="$pings $!"`;
}

/** Records until the fences of this place have arrived. */
function recorderLines(pings: readonly PlannedPing[], place: End, pipe: string, nonce: number): string[] {
  const devices = devicesIn(pings, place);
  const expected = pings.flatMap(({ world, from, to, fences }) =>
    [from === place ? fences.from : undefined, to === place ? fences.to : undefined]
      .filter((id) => id !== undefined)
      .map((id) => `expect ${devices.indexOf(deviceAt(world, place))} 1 ${tagBytes(nonce, id).toString("hex")}`),
  );
  return [
    RING,
    ...devices.map((name, number) => `if ${number} ${name} packet`),
    ...expected,
    `write ${pipe} ready`,
    `wait 30 ${FENCE_DEADLINE}`,
  ];
}

/**
 * To each endpoint from outside, in the name of its peer: unicast is neither filtered by mode nor kept back by a source
 * list that has the peer on it. To an external host from the lower device's own.
 */
function fenceLines(pings: readonly PlannedPing[], nonce: number): string[] {
  const devices = pings.flatMap(({ world }) => [world.topology.external.name, world.lower.name]);
  const lines = [RING, ...devices.map((name, number) => `if ${number} ${name} packet`)];
  for (const { world, from, to, fences } of pings) {
    for (const [end, peer, id] of [[from, to, fences.from] as const, [to, from, fences.to] as const]) {
      const outside = end === "external";
      const node = nodeAt(world, end) as Node;
      const source = outside ? world.lower.address : addressOf(nodeAt(world, peer) as Node);
      const sender = outside ? world.lower.name : world.topology.external.name;
      const header = { source, destination: addressOf(node) };
      const bytes = probeFrame(header, nonce, id, `fence to ${interfaceOf(node)}`);
      lines.push(`send ${devices.indexOf(sender)} ${bytes.toString("hex")}`);
    }
  }
  return lines;
}
