/**
 * The container scenario on the running kernel: an engine, its networks on the lab's lower devices, its containers,
 * and conversations of theirs, held and judged as everybody's. Beside them `ping` runs as a process in every container,
 * between the addresses the engine gave; where the two disagree nothing is known.
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError, tail } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { Scope } from "../base/scope.ts";
import type { EngineChoice } from "../container/choice.ts";
import { startEngine } from "../container/engine.ts";
import type { Engine, EngineFacts, EngineRoom } from "../container/engine-types.ts";
import {
  importRoot,
  inEnginesNamespace,
  makeNetwork,
  processesIn,
  type RunningContainer,
  runContainer,
} from "../container/fleet.ts";
import { rootArchive } from "../container/root.ts";
import { sweep } from "../container/sweep.ts";
import { joinEngine, sweepByHand } from "../container/users-engine.ts";
import type { Conversation } from "../model/cell.ts";
import type { CellResult } from "../model/results.ts";
import { interfaceOf, type Node } from "../model/topology.ts";
import { pairName } from "../topology/arrangement.ts";
import {
  type ContainerPlace,
  cablesScript,
  containerPlace,
  containersOf,
  ENGINES_OWN,
  OUTSIDE_ADDRESS,
  removalScript,
  stacksScript,
} from "../topology/container-place.ts";
import type { Resident } from "../topology/residents.ts";
import { planTalks } from "../traffic/talk-plan.ts";
import { playTalks } from "../traffic/talks.ts";
import type { CellsOptions } from "./cells-run.ts";
import { type ConversationsAsked, judgeAll } from "./conversations-run.ts";

/** Which engine is to make containers, and what everything it makes is labelled with. */
export interface EngineAsked {
  readonly engine: EngineChoice;
  /** The run's id. */
  readonly run: string;
}

export interface PreparedContainers extends ConversationsAsked, EngineAsked {
  readonly place: ContainerPlace;
}

export interface ContainersOptions extends CellsOptions {
  readonly note: (text: string) => void;
  /** Told which engine it is. */
  readonly engine: (facts: EngineFacts) => void;
}

/** Of an engine that is not the lab's own, devices are among others' and named after the run. */
export function prepareContainers(
  asked: ConversationsAsked,
  { engine, run }: EngineAsked = { engine: { kind: "private" }, run: "run" },
): PreparedContainers {
  const apart = engine.kind === "socket";
  const place = containerPlace(asked.cells, apart ? { apart, prefix: `mv${run.slice(-4)}-` } : {});
  return { ...asked, engine, run, place };
}

/** @throws EnvironmentError where there is no engine, or it refuses, or ends; what was made is gone then. */
export async function runContainers(
  room: EngineRoom,
  run: PreparedContainers,
  options: ContainersOptions,
  judged: (results: readonly CellResult[]) => void,
): Promise<void> {
  await using scope = new Scope();
  options.phase("topology");
  const engine = scope.use("the container engine", await options.seconds.during("boot", () => open(room, run)));
  options.engine(engine.facts);
  const held = hold(room, engine, run, options, scope);
  held.catch(() => {}); // an engine that is gone fails what is asked of it
  try {
    judged(await Promise.race([held, engine.lost]));
  } catch (error) {
    throw engine.isLost() ? await lossOf(engine, error) : error;
  }
  options.phase("teardown");
}

function open(room: EngineRoom, { engine, run }: PreparedContainers): Promise<Engine> {
  return engine.kind === "private" ? startEngine(room, run) : joinEngine(engine.socket, run);
}

/** Whatever failed first because the engine was gone: that it is gone is what people need to know. */
async function lossOf({ lost, facts, run }: Engine, error: unknown): Promise<unknown> {
  const loss = await lost.catch((told: unknown) => told);
  if (!(loss instanceof EnvironmentError)) return error;
  const mend = facts.private ? loss.mend : sweepByHand(run);
  return new EnvironmentError(loss.message, { ...(mend ? { mend } : {}), cause: error });
}

async function hold(
  room: EngineRoom,
  engine: Engine,
  run: PreparedContainers,
  options: ContainersOptions,
  scope: Scope,
): Promise<CellResult[]> {
  const { executor } = room;
  const { seconds } = options;
  const fleet = await seconds.during("topology", () => build(room, engine, run, scope));
  options.phase("conversations");
  const plan = planTalks(run.cells, run.place, randomBytes(4).readUInt32BE());
  const played = await playTalks(executor, plan);
  seconds.add("traffic", played.seconds);
  const pings = await seconds.during("traffic", () => pingAll(executor, run, fleet));
  const results = seconds.timed("decode", () => judgeAll(run, plan, played, options));
  writeFileSync(join(options.directory, "captures", "containers-ping.txt"), pings.said);
  return results.map((cell) => withPing(cell, pings.answered, run.cells));
}

type Fleet = ReadonlyMap<string, RunningContainer>;

async function build(
  { executor, root, nameNamespaces }: EngineRoom,
  engine: Engine,
  { place, cells, run }: PreparedContainers,
  scope: Scope,
): Promise<Fleet> {
  scope.defer("the switch and its cables", () => executor.run(removalScript(place)));
  scope.defer("the engine's containers and networks", () => (engine.isLost() ? undefined : sweep(engine.socket, run)));
  await importRoot(engine, await rootArchive({ executor, root }));
  if (place.namespace === ENGINES_OWN)
    await inEnginesNamespace(engine, (process) => nameNamespaces(new Map([[ENGINES_OWN, process]])));
  await must(executor, cablesScript(place), "the switch and its cables cannot be built");
  for (const network of place.networks)
    await makeNetwork(engine, { ...network, name: `${network.name}-${run}`, reserved: { host: network.host } });
  const running = await Promise.all(containersOf(place).map((one) => start(engine, place, one)));
  const fleet = new Map(running.map((one) => [one.name, one]));
  const processes = await processesIn(running.map(({ mark }) => mark));
  const named = containersOf(place).map(({ namespace, node }) => {
    const mark = fleet.get(interfaceOf(node))?.mark as string;
    return [namespace, processes.get(mark) as number] as const;
  });
  await nameNamespaces(new Map(named));
  await must(executor, stacksScript(place, cells), "the containers' stacks cannot be made ready");
  return fleet;
}

function start(engine: Engine, { networks }: ContainerPlace, { node, address }: Resident): Promise<RunningContainer> {
  const lower = node.kind === "endpoint" ? node.endpoint.lower : "";
  const network = `${networks.find((one) => one.lower === lower)?.name}-${engine.run}`;
  return runContainer(engine, { name: interfaceOf(node), network, address });
}

async function must(executor: Executor, script: string, what: string): Promise<void> {
  const { status, stderr } = await executor.run(script, { deadline: 60_000 });
  if (status !== 0) throw new EnvironmentError(`${executor.place}: ${what}`, { detail: tail(stderr) });
}

interface Pings {
  /** By relay and pair, whether it was answered. */
  readonly answered: ReadonlyMap<string, boolean>;
  /** What the programs said. */
  readonly said: string;
}

const pingKey = (cell: Pick<Conversation, "placement" | "source" | "destination" | "reflectiveRelay">): string =>
  `${cell.reflectiveRelay} ${pairName(cell)}`;

const isPinged = ({ traffic, source, neighbours, route }: Conversation): boolean =>
  traffic === "icmp" && source.kind === "container" && !neighbours && !route;

/** Every container pings everybody its cells are about, one relay state after the other. */
async function pingAll(executor: Executor, { place, cells }: PreparedContainers, fleet: Fleet): Promise<Pings> {
  const answered = new Map<string, boolean>();
  const said: string[] = [];
  for (const relay of [false, true]) {
    const asked = cells.filter((cell) => isPinged(cell) && cell.reflectiveRelay === relay);
    if (asked.length === 0) continue;
    const ports = place.topology.lowers.map(({ port }) => `/sys/class/net/${port}/brport/hairpin_mode`);
    await must(
      executor,
      `for f in ${ports.join(" ")}; do echo ${Number(relay)} > $f || exit; done`,
      "reflective relay",
    );
    await Promise.all(
      [...fleet.values()].map(async (container) => {
        const own = asked.filter((cell) => nameOf(place.pairs.get(pairName(cell))?.source) === container.name);
        if (own.length === 0) return;
        const to = own.map((cell) => addressAt(place, fleet, place.pairs.get(pairName(cell))?.destination as Node));
        const heard = await container.exec(pingScript([...new Set(to)]));
        said.push(`# ${container.name}, reflective relay ${relay ? "on" : "off"}\n${heard}`);
        own.forEach((cell, index) => {
          const word = new RegExp(`^${to[index]} (answered|unanswered)\\s*$`, "m").exec(heard)?.[1];
          if (word) answered.set(pingKey(cell), word === "answered");
        });
      }),
    );
  }
  return { answered, said: said.join("\n") };
}

const nameOf = (node: Node | undefined): string | undefined => (node ? interfaceOf(node) : undefined);

function addressAt(place: ContainerPlace, fleet: Fleet, node: Node): string {
  if (node.kind === "external-host") return OUTSIDE_ADDRESS;
  if (node.kind === "lower-host") return place.networks.find(({ lower }) => lower === node.lower.name)?.host as string;
  return fleet.get(node.endpoint.name)?.internet as string;
}

/** Two tries, as conversations have. */
function pingScript(addresses: readonly string[]): string {
  return `for a in ${addresses.join(" ")}; do (ping -n -c 2 -i 0.2 -w 1 $a >/dev/null 2>&1; [ $? -eq 0 ] && echo $a answered || echo $a unanswered) & done; wait`;
}

/** Not judged against the oracle: a second witness of the same thing, by the engine's addresses and a program of its own. */
function withPing(cell: CellResult, answered: Pings["answered"], cells: readonly Conversation[]): CellResult {
  const asked = cells.find((one) => isPinged(one) && cell.traffic === "icmp" && sameEnds(one, cell));
  if (!asked) return cell;
  const was = answered.get(pingKey(asked));
  const observed =
    was === undefined ? cell.observed : ({ ...cell.observed, ping: was ? "answered" : "unanswered" } as const);
  const agrees = was === (cell.observed.outcome === "answered");
  if (agrees || cell.verdict === "inconclusive") return { ...cell, observed };
  const reason = `\`ping\` in the container says ${observed.ping ?? "nothing"}, the capture ${cell.observed.outcome}`;
  return { ...cell, observed, verdict: "inconclusive", reason };
}

function sameEnds(asked: Conversation, { placement, reflectiveRelay, source, destination }: CellResult): boolean {
  const same = (a: object, b: object) => JSON.stringify(a) === JSON.stringify(b);
  return (
    asked.placement === placement &&
    asked.reflectiveRelay === reflectiveRelay &&
    same(asked.source, source) &&
    same(asked.destination, destination)
  );
}
