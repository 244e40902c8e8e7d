/** The script of the wireless scenario's traffic: a recorder in each namespace and on the air, and waves of frames. */
import type { Executor } from "../base/executor.ts";
import { ACCESS_POINT, AIR, STATION, STATIONS, WIRELESS_NODES } from "../topology/wireless.ts";
import { PROBE_ETHERTYPE, probeFrame } from "./frame.ts";
import { lastWord } from "./last-word.ts";
import { WAVES, type Wave, type WirelessPlan } from "./wireless-plan.ts";

export const RECORDERS = ["air", ACCESS_POINT, STATION] as const;
export type Recorder = (typeof RECORDERS)[number];

const RING = `ring 8192 256 ${PROBE_ETHERTYPE.toString(16)}`;
/**
 * Milliseconds of silence that end a wave, and how long it is waited for: hostapd, a program, must have had its turn to
 * answer. Beacons come every 250 ms on the average.
 */
const OVER = { quiet: 150, deadline: 5_000 };
const PING = { tries: 3, interval: 0.3, patience: 1 };
/** The first descriptor recorders are spoken to by. */
const DESCRIPTOR = 3;

/** A recorder's interfaces, in the order of the agent's numbers. */
export function recordedInterfaces(plan: WirelessPlan, recorder: Recorder): string[] {
  if (recorder === "air") return [AIR];
  if (recorder === ACCESS_POINT) return [...new Set(STATIONS.map(plan.accessInterface))];
  return [...new Set([...STATIONS, ...WIRELESS_NODES].map(({ interface: name }) => name))];
}

export function recordsOf({ workDirectory }: Executor, recorder: Recorder): string {
  return `${workDirectory}/wireless-${recorder}.records`;
}

/** Prints `ping INTERFACE STATUS` for each ping. */
export function wirelessTraffic(executor: Executor, plan: WirelessPlan, nonce: number): string {
  const { slowness = 1 } = executor;
  const over = `wait ${OVER.quiet} ${Math.round(OVER.deadline * slowness)}`;
  const wave = (name: Wave) => {
    const sender = name.startsWith("out") ? STATION : ACCESS_POINT;
    return [
      ...tell(executor, sender, [...sendLines(plan, sender, name, nonce), "wait 10 1000"]),
      ...tell(executor, "air", [over]),
    ];
  };
  const [unicast, broadcast, ...later] = WAVES;
  return [
    "trap 'exit 1' PIPE",
    ...RECORDERS.flatMap((recorder) => start(executor, recorder)),
    ...RECORDERS.flatMap((recorder) => tell(executor, recorder, openingLines(plan, recorder))),
    ...wave(unicast),
    ...wave(broadcast),
    ...addressLines(plan),
    ...WIRELESS_NODES.filter(hasStack).map(({ interface: name, subnet }) => pingLine(name, subnet)),
    "wait $pings",
    ...later.flatMap(wave),
    ...tell(executor, STATION, ["wait 30 1000"]),
    ...RECORDERS.map((_, index) => `exec ${DESCRIPTOR + index}>&-`),
    `for recorder in $recorders; do wait $recorder || { ${showErrors(executor)}; exit 1; }; done`,
  ].join("\n");
}

function hasStack({ party }: (typeof WIRELESS_NODES)[number]): boolean {
  return party === "station" || party.kind === "macvlan";
}

function start(executor: Executor, recorder: Recorder): string[] {
  const path = (end: string) => `${executor.workDirectory}/wireless-${recorder}.${end}`;
  const enter = recorder === "air" ? "" : `ip netns exec ${recorder} `;
  const files = `< ${path("plan")} > ${recordsOf(executor, recorder)} 2> ${path("errors")}`;
  return [
    `mkfifo ${path("plan")} ${path("ready")} || exit`,
    `(${enter}${executor.agent} play ${files}; ${lastWord(path("ready"))}) &`,
    `recorders="$recorders $!"`,
    `exec ${DESCRIPTOR + RECORDERS.indexOf(recorder)}> ${path("plan")}`,
  ];
}

/** Hands lines to a recorder, and goes on once it is through with them. */
function tell(executor: Executor, recorder: Recorder, lines: readonly string[]): string[] {
  const pipe = `${executor.workDirectory}/wireless-${recorder}.ready`;
  return [
    `cat >&${DESCRIPTOR + RECORDERS.indexOf(recorder)} <<'END'`,
    ...lines,
    `write ${pipe} ready`,
    "END",
    `read ready < ${pipe}`,
    `[ "$ready" = ready ] || { ${showErrors(executor)}; exit 1; }`,
  ];
}

function showErrors({ workDirectory }: Executor): string {
  return `cat ${workDirectory}/wireless-*.errors >&2`;
}

function openingLines(plan: WirelessPlan, recorder: Recorder): string[] {
  const taps = new Set(
    WIRELESS_NODES.filter(({ party }) => party !== "station" && party.kind === "macvtap").map((one) => one.interface),
  );
  const interfaces = recordedInterfaces(plan, recorder);
  return [RING, ...interfaces.map((name, number) => `if ${number} ${name} ${taps.has(name) ? "tap" : "packet"}`)];
}

function sendLines(plan: WirelessPlan, recorder: Recorder, wave: Wave, nonce: number): string[] {
  const interfaces = recordedInterfaces(plan, recorder);
  return plan.frames
    .filter((frame) => frame.wave === wave)
    .map(({ device, id, text, ...header }) => {
      const bytes = probeFrame(header, nonce, id, text);
      return `send ${interfaces.indexOf(device)} ${bytes.toString("hex")}`;
    });
}

/** A subnet for each stack and the access point's host. */
function addressLines(plan: WirelessPlan): string[] {
  const nodes = WIRELESS_NODES.filter(hasStack);
  const batch = (namespace: string, lines: readonly string[]) => [
    `ip -n ${namespace} -batch - <<'END' || exit`,
    ...lines,
    "END",
  ];
  return [
    ...batch(
      STATION,
      nodes.map(({ interface: name, subnet }) => `address add 198.19.${subnet}.1/24 dev ${name}`),
    ),
    ...batch(
      ACCESS_POINT,
      nodes.map(({ station, subnet }) => `address add 198.19.${subnet}.2/24 dev ${plan.accessInterface(station)}`),
    ),
  ];
}

function pingLine(name: string, subnet: number): string {
  const options = `-n -q -c ${PING.tries} -i ${PING.interval} -W ${PING.patience} -I ${name}`;
  const ping = `ip netns exec ${STATION} ping ${options} 198.19.${subnet}.2 >/dev/null 2>&1`;
  return `(${ping}; echo ping ${name} $?) & pings="$pings $!"`;
}

/** By interface: whether an answer came. A ping that itself failed is left out. */
export function wirelessPings(output: string): Map<string, boolean> {
  const found = [...output.matchAll(/^ping (\S+) ([01])$/gm)];
  return new Map(found.map(([, name = "", status]) => [name, status === "0"]));
}
