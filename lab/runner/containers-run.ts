/**
 * The container scenario on the running kernel: a private engine, its networks on the lab's lower devices, its containers,
 * and conversations of theirs, held and judged as everybody's. Beside them `ping` runs as a process in every container,
 * between the addresses the engine gave; where the two disagree nothing is known.
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError, tail } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { Scope } from "../base/scope.ts";
import { type Engine, type EngineFacts, type EngineRoom, startEngine } from "../container/engine.ts";
import { importRoot, makeNetwork, type RunningContainer, removeFleet, runContainer } from "../container/fleet.ts";
import { rootArchive } from "../container/root.ts";
import type { Conversation } from "../model/cell.ts";
import type { CellResult } from "../model/results.ts";
import { interfaceOf, type Node } from "../model/topology.ts";
import { pairName } from "../topology/arrangement.ts";
import {
  type ContainerPlace,
  cablesScript,
  containerPlace,
  containersOf,
  OUTSIDE_ADDRESS,
  removalScript,
  stacksScript,
} from "../topology/container-place.ts";
import { planTalks } from "../traffic/talk-plan.ts";
import { playTalks } from "../traffic/talks.ts";
import type { CellsOptions } from "./cells-run.ts";
import { type ConversationsAsked, judgeAll } from "./conversations-run.ts";

export interface PreparedContainers extends ConversationsAsked {
  readonly place: ContainerPlace;
}

export interface ContainersOptions extends CellsOptions {
  readonly note: (text: string) => void;
  /** Told which engine it is. */
  readonly engine: (facts: EngineFacts) => void;
}

export function prepareContainers(asked: ConversationsAsked): PreparedContainers {
  return { ...asked, place: containerPlace(asked.cells) };
}

/** @throws EnvironmentError where there is no engine, or it refuses; what was made is gone then. */
export async function runContainers(
  room: EngineRoom,
  run: PreparedContainers,
  options: ContainersOptions,
  judged: (results: readonly CellResult[]) => void,
): Promise<void> {
  const { executor } = room;
  const { seconds } = options;
  await using scope = new Scope();
  options.phase("topology");
  const engine = scope.use("the container engine", await seconds.during("boot", () => startEngine(room)));
  options.engine(engine.facts);
  const fleet = await seconds.during("topology", () => build(room, engine, run, scope));
  options.phase("conversations");
  const plan = planTalks(run.cells, run.place, randomBytes(4).readUInt32BE());
  const played = await playTalks(executor, plan);
  seconds.add("traffic", played.seconds);
  const pings = await seconds.during("traffic", () => pingAll(executor, run, fleet));
  const results = seconds.timed("decode", () => judgeAll(run, plan, played, options));
  writeFileSync(join(options.directory, "captures", "containers-ping.txt"), pings.said);
  judged(results.map((cell) => withPing(cell, pings.answered, run.cells)));
  options.phase("teardown");
}

type Fleet = ReadonlyMap<string, RunningContainer>;

async function build(
  { executor, root }: EngineRoom,
  engine: Engine,
  { place, cells }: PreparedContainers,
  scope: Scope,
): Promise<Fleet> {
  scope.defer("the switch and its cables", () => executor.run(removalScript(place)));
  await must(executor, cablesScript(place), "the switch and its cables cannot be built");
  await importRoot(engine, await rootArchive({ executor, root }));
  scope.defer("the engine's containers and networks", () => removeFleet(engine));
  for (const network of place.networks) await makeNetwork(engine, { ...network, reserved: { host: network.host } });
  const running = await Promise.all(
    containersOf(place).map(async ({ node, address }) => {
      const [name, lower] = [interfaceOf(node), node.kind === "endpoint" ? node.endpoint.lower : ""];
      const network = place.networks.find((one) => one.lower === lower)?.name ?? "";
      return [name, await runContainer(engine, { name, network, address })] as const;
    }),
  );
  const fleet = new Map(running);
  const processes = new Map([...fleet].map(([name, { process }]) => [name, process]));
  await must(executor, stacksScript(place, cells, processes), "the containers' stacks cannot be made ready");
  return fleet;
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
