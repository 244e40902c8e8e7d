/** The scripts of all pings of a run: who is moved where, and who pings whom. */
import { PING_NAMESPACES } from "../topology/check-script.ts";
import type { Part } from "../topology/stage.ts";
import { deviceAt, type End, internetAddress, type PlannedPing } from "./planned-ping.ts";

/** Tries of one ping, seconds between them, and seconds to wait for the last answer. */
const TRIES = 3;
const INTERVAL = 0.2;
const PATIENCE = 1;
/** Exit status of a script where there is no `ping`. */
export const NO_PING = 66;

/** What starts a program in a place, as words the program's own follow. */
export function enter(place: End): string {
  return place === "external" ? "" : `ip netns exec ${PING_NAMESPACES[place]} `;
}

/** Moves endpoints into their namespaces and gives every end its address. */
export function settlingScript(pings: readonly PlannedPing[], { has }: Part): string {
  const ends = pings.flatMap(({ world, from, to }) => [from, to].map((end) => ({ world, end })));
  const of = (place: End) => ends.filter(({ world, end }) => end === place && has(deviceAt(world, end)));
  const settle = (place: End) =>
    of(place).flatMap(({ world, end }) => [
      `address add ${internetAddress(world, end)}/24 dev ${deviceAt(world, end)}`,
      `link set ${deviceAt(world, end)} up`,
    ]);
  const batch = (options: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`ip ${options}-batch - <<'END' || exit`, ...lines, "END"];
  const inside = (["first", "second"] as const).flatMap((place) =>
    of(place).map(({ world }) => `link set ${deviceAt(world, place)} netns ${PING_NAMESPACES[place]}`),
  );
  return [
    // `ip netns exec` ends like an unanswered ping where there is no such program.
    `command -v ping >/dev/null || exit ${NO_PING}`,
    ...batch("", [...inside, ...settle("external")]),
    ...batch(`-n ${PING_NAMESPACES.first} `, settle("first")),
    ...batch(`-n ${PING_NAMESPACES.second} `, settle("second")),
  ].join("\n");
}

/** All that are sent from this part, at once. */
export function pingScript(pings: readonly PlannedPing[], { has }: Part): string {
  const own = pings.filter(({ world, from }) => has(deviceAt(world, from)));
  return [...own.map(pingLine), "wait"].join("\n");
}

function pingLine({ world, from, to }: PlannedPing): string {
  const options = `-n -q -c ${TRIES} -i ${INTERVAL} -W ${PATIENCE} -I ${deviceAt(world, from)}`;
  const ping = `${enter(from)}ping ${options} ${internetAddress(world, to)} >/dev/null 2>&1`;
  return `(${ping}; echo ping ${world.number} $?) &`;
}
