/** The throughput scenario on one kernel: pairs of siblings side by side, measured in turns. */
import { EnvironmentError, KernelError, tail } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { Scope } from "../base/scope.ts";
import type { MeasureSpec, SiblingPath } from "../model/measure.ts";
import type { Measurement } from "../model/results.ts";
import { QUIET } from "../topology/build.ts";
import { pairAddresses, pairCommands, pairRemoval, siblingPair } from "../topology/sibling-paths.ts";
import { parseRoundTrips, parseTransfer } from "../traffic/iperf.ts";
import { ratioOf, significant, summaryOf } from "../verdict/ratios.ts";
import type { SlowOptions } from "./slow-options.ts";

export interface ThroughputAsked {
  readonly scenario: string;
  readonly kernel: string;
  readonly measures: readonly MeasureSpec[];
}

/** Rounds, in each of which everything is measured once. */
const ROUNDS = 7;
/** Seconds of one TCP stream; echoes of one round trip, and seconds between them. */
const STREAM = 1;
const ECHO = { count: 50, interval: 0.01 };
const SAMPLE_DEADLINE = 30_000;
/** A share of what was received: less on the wire was none, more was all. */
const [NONE, ALL] = [0.05, 0.9];

const UNITS = { throughput: "Mbit/s", "round-trip": "us" } as const;
const NO_IPERF = 66;

/**
 * No sample is judged. Of one that cannot be taken the measurement says why.
 * @throws EnvironmentError when the pairs cannot be built, or there is no iperf3.
 */
export async function runThroughput(
  executor: Executor,
  { scenario, kernel, measures }: ThroughputAsked,
  { phase, seconds }: SlowOptions,
  rounds = ROUNDS,
): Promise<Measurement[]> {
  const paths = [...new Set(measures.map(({ path }) => path))];
  await using scope = new Scope();
  scope.defer("pairs of siblings", () => executor.run(pairRemoval(paths)).catch(goneWithThePlace));
  phase("topology");
  await seconds.during("topology", () => build(executor, paths));
  phase("traffic");
  const samples = await seconds.during("traffic", () => takeTurns(executor, measures, rounds));
  return measures.map((spec) => ({ scenario, kernel, ...describe(spec, measures, samples) }));
}

/** What a crash or the lab's failure kept from being measured. */
export function lostThroughput({ scenario, kernel, measures }: ThroughputAsked, reason: string): Measurement[] {
  const nothing = new Map<MeasureSpec, Sample[]>();
  return measures.map((spec) => ({ scenario, kernel, ...describe(spec, measures, nothing), reason }));
}

function goneWithThePlace(error: unknown): void {
  if (!(error instanceof KernelError)) throw error;
}

async function build(executor: Executor, paths: readonly SiblingPath[]): Promise<void> {
  const listening = (path: SiblingPath) => {
    const { listener } = siblingPair(path);
    return [
      `ip netns exec ${listener} iperf3 -s -D >/dev/null || exit`,
      "n=0",
      `until [ -n "$(ip netns exec ${listener} ss -Hltn 'sport = 5201')" ]; do`,
      `  n=$((n + 1)); [ $n -le 50 ] || { echo "iperf3 does not listen in ${listener}" >&2; exit 1; }`,
      "  sleep 0.1",
      "done",
    ];
  };
  const script = [
    `command -v iperf3 >/dev/null || exit ${NO_IPERF}`,
    ...QUIET,
    "ip -batch - <<'END' || exit",
    ...paths.flatMap(pairCommands),
    "END",
    ...paths.flatMap(pairAddresses),
    ...paths.flatMap(listening),
  ];
  const { status, stderr } = await executor.run(script.join("\n"));
  if (status === NO_IPERF)
    throw new EnvironmentError(`${executor.place}: there is no "iperf3": command -v iperf3`, {
      mend: "apt-get install iperf3",
    });
  if (status !== 0)
    throw new EnvironmentError(`${executor.place}: pairs of siblings cannot be built`, { detail: tail(stderr) });
}

type Sample = number | string;

/** By measure: a sample or why there is none, a round. What is compared follows each other closely. */
async function takeTurns(
  executor: Executor,
  measures: readonly MeasureSpec[],
  rounds: number,
): Promise<Map<MeasureSpec, Sample[]>> {
  const samples = new Map(measures.map((spec): [MeasureSpec, Sample[]] => [spec, []]));
  const turns = ["throughput", "round-trip"].flatMap((kind) => measures.filter(({ measured }) => measured === kind));
  // What happens once only, resolving addresses and warming up, is not of any round.
  for (const spec of turns) await take(executor, spec);
  for (let round = 0; round < rounds; round++)
    for (const spec of turns) samples.get(spec)?.push(await take(executor, spec));
  return samples;
}

function take(executor: Executor, { measured, path }: MeasureSpec): Promise<Sample> {
  return measured === "throughput" ? takeThroughput(executor, path) : takeRoundTrip(executor, path);
}

async function takeThroughput(executor: Executor, path: SiblingPath): Promise<Sample> {
  const { sender, address, port, crossesSwitch } = siblingPair(path);
  const onWire = `cat /sys/class/net/${port}/statistics/rx_bytes >&2`;
  const stream = `ip netns exec ${sender} iperf3 -c ${address} -t ${STREAM} --connect-timeout 5000 -J`;
  const { stdout, stderr } = await executor.run([onWire, stream, onWire].join("\n"), { deadline: SAMPLE_DEADLINE });
  const transfer = parseTransfer(stdout.toString());
  if (typeof transfer === "string") return transfer;
  const [before = 0, after = 0] = stderr.trim().split(/\s+/).map(Number);
  const share = (after - before) / transfer.bytes;
  if (crossesSwitch ? share >= ALL : share <= NONE) return significant(transfer.megabits);
  return `${Math.round(share * 100)} % of what arrived came in by "${port}": it did not take that way`;
}

/** The median of its echoes: a few meet whatever else the machine has to do. */
async function takeRoundTrip(executor: Executor, path: SiblingPath): Promise<Sample> {
  const { sender, address } = siblingPair(path);
  const ping = `exec ip netns exec ${sender} ping -n -c ${ECHO.count} -i ${ECHO.interval} -W 1 ${address}`;
  const { stdout, stderr } = await executor.run(ping, { deadline: SAMPLE_DEADLINE });
  const trips = parseRoundTrips(stdout.toString());
  if (trips.length < ECHO.count) return `${trips.length} of ${ECHO.count} echoes answered ${tail(stderr, 1)}`.trim();
  return summaryOf(trips)?.median ?? "no echo answered";
}

function describe(
  { id, claim, text, measured }: MeasureSpec,
  measures: readonly MeasureSpec[],
  taken: ReadonlyMap<MeasureSpec, readonly Sample[]>,
): Omit<Measurement, "scenario" | "kernel"> {
  const numbers = (spec: MeasureSpec) =>
    (taken.get(spec) ?? []).map((sample) => (typeof sample === "number" ? sample : undefined));
  const own = measures.find((spec) => spec.id === id) as MeasureSpec;
  const others = measures.filter((spec) => spec.measured === measured && spec.id !== id);
  const ratios = others.flatMap((other) => {
    const ratio = ratioOf(numbers(own), numbers(other));
    return ratio ? [{ to: other.id, ...ratio }] : [];
  });
  const samples = numbers(own).filter((sample) => sample !== undefined);
  const reason = (taken.get(own) ?? []).find((sample) => typeof sample === "string");
  return {
    id,
    ...(claim ? { claim } : {}),
    text,
    unit: UNITS[measured],
    samples,
    ...summaryOf(samples),
    ratios,
    ...(reason === undefined ? {} : { reason }),
  };
}
