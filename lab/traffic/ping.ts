/**
 * Real pings between real IP stacks, all at once. Each end is in a namespace of its own; a recorder in each sees what
 * leaves and what arrives; once the pings are over a fence frame is sent to each end, from its peer's own address, which
 * reaches it whatever its mode.
 */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { addressOf, interfaceOf, type Node } from "../model/topology.ts";
import { PING_NAMESPACES } from "../topology/check-script.ts";
import { type CheckWorld, endpointAt } from "../topology/check-world.ts";
import { nodeAt } from "./check-plan.ts";
import { PROBE_ETHERTYPE, probeFrame, tagBytes } from "./frame.ts";
import { parseRecording, type Recording } from "./records.ts";

type End = "first" | "second" | "external";

/** One ping as it is planned. */
export interface PlannedPing {
  readonly world: CheckWorld;
  readonly from: End;
  readonly to: End;
  /** Ids of the fences to both ends. */
  readonly fences: Readonly<Record<"from" | "to", number>>;
}

/** What was recorded in one place: the interfaces by their number, and what they saw. */
export interface PlaceRecording {
  readonly interfaces: readonly string[];
  readonly recording: Recording;
}

export interface PlayedPings {
  /** By world number: whether an answer came back. */
  readonly answered: ReadonlyMap<number, boolean>;
  readonly recordings: readonly PlaceRecording[];
}

const PLACES = ["first", "second", "external"] as const;
/** Tries of one ping, seconds between them, and seconds to wait for the last answer. */
const TRIES = 3;
const INTERVAL = 0.2;
const PATIENCE = 1;
/** Milliseconds a recorder waits for its fences, and the whole script may take. */
const FENCE_DEADLINE = 15_000;
const DEADLINE_MS = 60_000;
const RING = `ring 4096 256 ${PROBE_ETHERTYPE.toString(16)}`;

/** Pings of worlds whose two ends exist. */
export function planPings(worlds: readonly CheckWorld[]): PlannedPing[] {
  let id = 1;
  return worlds.flatMap((world) => {
    const { look } = world.check;
    if (look.look !== "ping") return [];
    return [{ world, from: look.from, to: look.to, fences: { from: id++, to: id++ } }];
  });
}

/** The benchmarking range (RFC 2544): a subnet per check, a host number per end. */
function internetAddress(world: CheckWorld, end: End): string {
  return `198.18.${world.number}.${PLACES.indexOf(end) + 1}`;
}

function deviceAt(world: CheckWorld, end: End): string {
  return end === "external" ? world.topology.external.name : (endpointAt(world, end)?.name as string);
}

export async function playPings(
  executor: Executor,
  pings: readonly PlannedPing[],
  nonce: number,
): Promise<PlayedPings> {
  const result = await executor.run(pingScript(executor, pings, nonce), { deadline: DEADLINE_MS });
  if (result.status !== 0) {
    throw new EnvironmentError(`${executor.place}: the pings ended with status ${result.status}`, {
      detail: result.stderr,
    });
  }
  const answered = new Map<number, boolean>();
  for (const [, number, status] of result.stdout.toString().matchAll(/^ping (\d+) (\d+)$/gm))
    if (status === "0" || status === "1") answered.set(Number(number), status === "0"); // else ping itself failed
  const recordings: PlaceRecording[] = [];
  for (const place of PLACES) {
    const chunks: Buffer[] = [];
    for await (const chunk of executor.get(recordFile(executor, place))) chunks.push(chunk);
    recordings.push({ interfaces: devicesIn(pings, place), recording: parseRecording(Buffer.concat(chunks)) });
  }
  return { answered, recordings };
}

function recordFile(executor: Executor, place: End): string {
  return `${executor.workDirectory}/ping-${place}.records`;
}

function devicesIn(pings: readonly PlannedPing[], place: End): string[] {
  const here = pings.filter(({ from, to }) => from === place || to === place);
  const devices = here.map(({ world }) => deviceAt(world, place));
  if (place !== "external") return devices;
  // Fences are sent from every world's external host; the lower devices show what crossed the wire.
  return pings.flatMap(({ world }) => [world.topology.external.name, world.lower.name, world.lower.port]);
}

/** Recorders up in all three places, then the pings, then the fences that end the recorders. */
function pingScript(executor: Executor, pings: readonly PlannedPing[], nonce: number): string {
  const { agent, workDirectory } = executor;
  const pipe = (place: End) => `${workDirectory}/ping-${place}.ready`;
  const recorders = PLACES.flatMap((place) => [
    `${enter(place)}${agent} play > ${recordFile(executor, place)} <<'END' &`,
    ...recorderLines(pings, place, pipe(place), nonce),
    "END",
    `recorders="$recorders $!"`,
  ]);
  return [
    `mkfifo ${PLACES.map(pipe).join(" ")} || exit`,
    ...moveIn(pings),
    ...recorders,
    ...PLACES.map((place) => `read ready < ${pipe(place)}`),
    ...pings.map(pingLine),
    "wait $pings",
    `${agent} play >/dev/null <<'END' || exit`,
    ...fenceLines(pings, nonce),
    "END",
    "for recorder in $recorders; do wait $recorder || exit; done",
    `rm ${PLACES.map(pipe).join(" ")}`,
  ].join("\n");
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
