/** What cards had no room for and /proc/net/dev does not say, or says too late: their drivers are asked for it. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import type { LowerKind } from "../model/vocabulary.ts";
import type { Plan } from "./plan.ts";

/**
 * By kind, the driver's own name for frames that found its receive ring full, as `ethtool -S` has it. e1000 looks every two
 * seconds, and when it is asked (`e1000_get_ethtool_stats`); vmxnet3 puts them into no other counter (`vmxnet3_get_stats64`).
 */
const RING_FULL: Partial<Readonly<Record<LowerKind, string>>> = { e1000: "rx_missed_errors", vmxnet3: "pkts rx OOB" };

/** By lower device, what it has counted so far; only those whose drivers must be asked. */
export type CardCounters = ReadonlyMap<string, number>;

/** Of a plan's lower devices. @throws EnvironmentError when a driver does not say. */
export async function readCards(executor: Executor, { topologies }: Pick<Plan, "topologies">): Promise<CardCounters> {
  const lowers = topologies.flatMap((topology) => topology.lowers);
  const counters = lowers.flatMap(({ name, kind = "veth" }) => {
    const counter = RING_FULL[kind];
    return counter === undefined ? [] : [{ name, counter }];
  });
  if (counters.length === 0) return new Map();
  const said = await allStatistics(
    executor,
    counters.map(({ name }) => name),
  );
  return new Map(
    counters.map(({ name, counter }) => {
      const count = sumOf(said.get(name) ?? "", counter);
      if (count === undefined) throw silent(executor, name, counter, said.get(name));
      return [name, count];
    }),
  );
}

/** By device, what `ethtool -S` says of it, errors included. */
async function allStatistics(executor: Executor, devices: readonly string[]): Promise<Map<string, string>> {
  const script = `for device in ${devices.join(" ")}; do echo "device $device"; ethtool -S $device; done 2>&1`;
  const { stdout } = await executor.run(script);
  const parts = stdout
    .toString()
    .split(/^device /m)
    .slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1)]));
}

/** A driver may count by queue. */
function sumOf(statistics: string, counter: string): number | undefined {
  const counts = [...statistics.matchAll(/^\s*(.+): (\d+)$/gm)].filter(([, name]) => name === counter);
  return counts.length === 0 ? undefined : counts.reduce((sum, [, , count]) => sum + Number(count), 0);
}

function silent({ place }: Executor, device: string, counter: string, said = ""): EnvironmentError {
  const what = `"${device}" does not say how many frames found no room ("${counter}")`;
  return new EnvironmentError(`${place}: ${what}: ethtool -S ${device}`, { detail: said });
}

/** What devices dropped; of cards what their drivers say, where that is more. */
export function withCards(
  drops: ReadonlyMap<string, number>,
  before: CardCounters,
  after: CardCounters,
): Map<string, number> {
  const all = new Map(drops);
  for (const [name, count] of after) {
    const lost = Math.max(drops.get(name) ?? 0, count - (before.get(name) ?? 0));
    if (lost > 0) all.set(name, lost);
  }
  return all;
}
