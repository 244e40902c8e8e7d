/**
 * Predicts one cell on one kernel: builds the smallest topology that has its two ends, sends its one frame, counts.
 * Counting is RESULTS': at an endpoint every copy (a macvtap's are those its reader got), at a host what its stack took.
 */
import type { Cell } from "../model/cell.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import type { PacketType, Party } from "../model/vocabulary.ts";
import { PACKET_TYPES } from "../model/vocabulary.ts";
import { buildWorld, destinationOf, ENDS } from "./cell-world.ts";
import type { Flow } from "./flow.ts";
import { copiesAt, placesBehind, startFlow } from "./flow.ts";
import type { DriverFacts } from "./generations.ts";
import { predictFor } from "./generations.ts";
import type { Judge } from "./judge.ts";
import { decisionsAbout, makeJudge } from "./judge.ts";
import type { Rules } from "./rules.ts";
import { RULES } from "./rules.ts";
import type { Refusal } from "./step.ts";
import { transmit } from "./transmit.ts";
import type { Copy, Place, World } from "./world.ts";
import { addressAt, cableOf, NOBODY } from "./world.ts";

interface PredictedCounts {
  readonly copies: number;
  readonly echo: number;
  readonly wire: number;
  /** Packet types of the copies at the destination, each once, in the kernel's order; empty where nobody can tell. */
  readonly as: readonly PacketType[];
}

interface PredictedRefusal {
  readonly error: Refusal;
}

/** `rule`: the kernel's decisions in order, `function: sentence; function: sentence`. */
export type Prediction = (PredictedCounts | PredictedRefusal) & {
  readonly rule: string;
  readonly extrapolated?: true;
};

/** How many addresses endpoints have, beside its own, on the lower device of each end: what a card can be told is limited. */
export interface Crowd {
  readonly source: number;
  readonly destination: number;
}

/**
 * @param rules another table than the oracle's own, for tests that turn a rule round.
 * @param crowd of the topology the cell is asked in; absent: the cell's own ends.
 */
export function predictCell(cell: Cell, kernel: KernelVersion, rules: Rules = RULES, crowd?: Crowd): Prediction {
  return predictFor(kernel, (facts) => predictBy(cell, rules, facts, crowd), sameAnswer);
}

function sameAnswer(one: Prediction, other: Prediction): boolean {
  return JSON.stringify({ ...one, rule: "" }) === JSON.stringify({ ...other, rule: "" });
}

function predictBy(cell: Cell, rules: Rules, facts: DriverFacts, crowd: Crowd | undefined): Prediction {
  const making = makeJudge(rules, facts);
  const { world, error } = buildWorld(cell, making);
  if (error) return { error, rule: making.quote(making.decisions.slice(-1)) };
  return sendThrough(cell, crowd ? crowded(world, crowd) : world, makeJudge(rules, facts));
}

function crowded(world: World, { source, destination }: Crowd): World {
  const [first, ...others] = world.lowers.map((lower) => ({ ...lower, crowd: destination }));
  if (!first) return world;
  const own = others.length > 0 ? source : Math.max(source, destination);
  return { ...world, lowers: [{ ...first, crowd: own }, ...others] };
}

function sendThrough(cell: Cell, world: World, judge: Judge): Prediction {
  const { source, destination } = ENDS[cell.placement];
  const frame = {
    source: addressAt(world, source) ?? NOBODY,
    destination: destinationOf(world, cell.traffic, destination),
  };
  const flow = startFlow(world, judge, frame);
  transmit(flow, source);
  return count(cell, flow);
}

function count(cell: Cell, flow: Flow): Prediction {
  const { source, destination } = ENDS[cell.placement];
  const received = countedAt(cell.destination, copiesAt(flow, destination));
  const echo = countedAt(cell.source, copiesAt(flow, source)).length;
  const types = cell.destination.kind === "macvtap" ? [] : received.map(({ type }) => type);
  return {
    copies: received.length,
    echo,
    wire: flow.entered.get(cableOf(flow.world, source)) ?? 0,
    as: PACKET_TYPES.filter((type) => types.includes(type)),
    rule: ruleFor(flow, destination, echo > 0 ? source : undefined),
  };
}

function countedAt(party: Party, copies: readonly Copy[]): readonly Copy[] {
  return party.kind === "macvtap" ? copies.filter(({ by }) => by === "reader") : copies;
}

/** What became of the frame on its way to the destination, and back to the sender where it got there. */
function ruleFor(flow: Flow, destination: Place, echoed: Place | undefined): string {
  const places = [destination, echoed].flatMap((place) => (place === undefined ? [] : placesBehind(flow.world, place)));
  return flow.judge.quote(decisionsAbout(flow.judge, places));
}
