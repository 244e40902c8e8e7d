/** The script of all pings of a run: who is moved where, what is recorded, what is sent when. */
import type { Executor } from "../base/executor.ts";
import { PING_NAMESPACES } from "../topology/check-script.ts";
import type { CheckWorld } from "../topology/check-world.ts";
import { lastWord } from "./last-word.ts";
import { fenceLines, recorderLines } from "./ping-fences.ts";
import { deviceAt, type End, PLACES, type PlannedPing } from "./planned-ping.ts";

/** Tries of one ping, seconds between them, and seconds to wait for the last answer. */
const TRIES = 3;
const INTERVAL = 0.2;
const PATIENCE = 1;
/** Exit status of the script where there is no `ping`. */
export const NO_PING = 66;

/** The benchmarking range (RFC 2544): a subnet per check, a host number per end. */
function internetAddress(world: CheckWorld, end: End): string {
  return `198.18.${world.number}.${PLACES.indexOf(end) + 1}`;
}

export function recordFile(executor: Executor, place: End): string {
  return `${executor.workDirectory}/ping-${place}.records`;
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
