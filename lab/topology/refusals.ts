/**
 * Combinations a kernel refuses: attempted on real devices, in both orders, and recorded with the error and the command.
 */
import type { Executor } from "../base/executor.ts";
import type { Cell } from "../model/cell.ts";
import { excludesEachOther, partyName } from "../model/cell.ts";
import type { Endpoint, Lower } from "../model/topology.ts";
import type { LowerKind, Mode, Party } from "../model/vocabulary.ts";
import { unicastAddress } from "./addresses.ts";
import { pairName } from "./arrangement.ts";
import { buildTopologies } from "./build.ts";
import { cableCommand, endpointCommand, REMOVAL_COMMAND } from "./commands.ts";
import { errnoName } from "./errno.ts";
import { parseBatchErrors, throwUnforeseen } from "./forced-batch.ts";
import { whole } from "./stage.ts";
import { TopologyBuilder } from "./topology-builder.ts";

/** One attempt to add a second endpoint beside a first. */
export interface Attempt {
  readonly first: Party;
  readonly second: Party;
  /** The command that was tried: `ip link add ...`. */
  readonly command: string;
  /** errno name, or undefined when the kernel allowed it. */
  readonly error: string | undefined;
}

/** By `pairName`: the attempts with the source first and with the destination first. */
export type Refusals = ReadonlyMap<string, readonly [Attempt, Attempt]>;

interface Bench {
  readonly lower: Lower;
  readonly first: Party;
  readonly seconds: Party[];
}

/** Tries every exclusive pair of the cells, each order on a lower device that holds the first one already. */
export async function attemptRefusals(executor: Executor, cells: readonly Cell[]): Promise<Refusals> {
  const exclusive = cells.filter(excludesEachOther);
  if (exclusive.length === 0) return new Map();
  const orders = exclusive.flatMap((cell) => [
    [cell.source, cell.destination] as const,
    [cell.destination, cell.source] as const,
  ]);
  const kind = exclusive[0]?.lower;
  const attempts = await attemptAll(executor, arrangeBenches(orders), kind ? onOneLower(kind) : onOwnLowers);
  const find = (first: Party, second: Party) => attempts.get(attemptName(first, second)) as Attempt;
  return new Map(
    exclusive.map((cell) => [
      pairName(cell),
      [find(cell.source, cell.destination), find(cell.destination, cell.source)] as const,
    ]),
  );
}

function arrangeBenches(orders: readonly (readonly [Party, Party])[]): Bench[] {
  const benches = new Map<string, Bench>();
  for (const [first, second] of orders) {
    const name = partyName(first);
    const bench = benches.get(name) ?? { lower: numberedLower(benches.size), first, seconds: [] };
    benches.set(name, bench);
    if (!bench.seconds.some((one) => partyName(one) === partyName(second))) bench.seconds.push(second);
  }
  return [...benches.values()];
}

function numberedLower(index: number): Lower {
  return { name: `try-low${index}`, port: `try-swp${index}`, address: unicastAddress(0xf00000 + index) };
}

/**
 * What was tried after the kernel had allowed one is tried again, each on a lower device of its own: beside two
 * endpoints, or beside the trace that a second one left there, it may be refused for another reason than the first.
 */
async function attemptAll(executor: Executor, benches: readonly Bench[], site: Site): Promise<Map<string, Attempt>> {
  const attempts = await runAttempts(executor, benches, site);
  const doubtful = benches.flatMap(({ first, seconds }) => {
    const allowed = seconds.findIndex((second) => attempts.get(attemptName(first, second))?.error === undefined);
    return allowed < 0 ? [] : seconds.slice(allowed + 1).map((second) => ({ first, seconds: [second] }));
  });
  if (doubtful.length === 0) return attempts;
  const again = doubtful.map((bench, index) => ({ ...bench, lower: numberedLower(index) }));
  return new Map([...attempts, ...(await runAttempts(executor, again, site))]);
}

function attemptName(first: Party, second: Party): string {
  return `${partyName(first)}>${partyName(second)}`;
}

interface Try {
  readonly line: number;
  readonly first: Party;
  readonly second: Party;
}

/** Adds the lines of all attempts to one forced batch; a line's error is told by its number. */
async function runAttempts(executor: Executor, benches: readonly Bench[], site: Site): Promise<Map<string, Attempt>> {
  const { lines, tries, ends } = attemptLines(benches, site);
  const batch = site.lower ? lines : [...lines, REMOVAL_COMMAND];
  await using _lower = await site.open(executor);
  const { stderr } = await executor.run(`ip -force -batch - <<'END'\n${batch.join("\n")}\nEND\ntrue`);
  const errors = parseBatchErrors(stderr);
  await throwUnforeseen(executor, batch, errors, new Set([...tries.map(({ line }) => line), ...ends]));
  return new Map(
    tries.map(({ line, first, second }) => {
      const message = errors.get(line);
      const error = message === undefined ? undefined : errnoName(message);
      const command = `ip ${lines[line - 1]}`;
      return [attemptName(first, second), { first, second, command, error }];
    }),
  );
}

/** @returns `ends`: numbers of the lines that clear up behind a bench, where there may be nothing to clear. */
function attemptLines(benches: readonly Bench[], site: Site): { lines: string[]; tries: Try[]; ends: number[] } {
  const lines: string[] = [];
  const tries: Try[] = [];
  const ends: number[] = [];
  for (const { lower, first, seconds } of benches) {
    const endpoint = (party: Party, index: number) => ({ ...tried(lower, party, index), ...site.lower });
    lines.push(...(site.lower ? [] : [cableCommand(lower)]), endpointCommand(endpoint(first, 0)));
    seconds.forEach((second, index) => {
      tries.push({ line: lines.push(endpointCommand(endpoint(second, index + 1))), first, second });
    });
    if (site.lower)
      for (const index of [0, ...seconds.keys()].map((_, place) => place))
        ends.push(lines.push(`link del ${endpoint(first, index).name}`));
  }
  return { lines, tries, ends };
}

/** What the benches stand on: each on a cable of its own, or one after the other on the one lower device there is. */
interface Site {
  readonly lower?: { readonly lower: string };
  readonly open: (executor: Executor) => Promise<AsyncDisposable>;
}

const onOwnLowers: Site = { open: async () => ({ [Symbol.asyncDispose]: async () => {} }) };

function onOneLower(kind: LowerKind): Site {
  const builder = new TopologyBuilder(0, "try-", kind);
  const { name } = builder.lower("a");
  return { lower: { lower: name }, open: (executor) => buildTopologies(whole(executor), [builder.build([])]) };
}

function tried(lower: Lower, party: Party, index: number): Endpoint {
  const mode = party.mode as Mode;
  return {
    name: `try-${lower.name.slice("try-low".length)}-${index}`,
    lower: lower.name,
    kind: party.kind as Endpoint["kind"],
    mode,
    address: unicastAddress(0xf10000 + Number(lower.name.slice("try-low".length)) * 256 + index),
    ...(mode === "source" ? { sources: [unicastAddress(0xf20000)] } : {}),
  };
}
