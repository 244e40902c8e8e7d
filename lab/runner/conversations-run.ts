/** The conversations of one scenario on one kernel: a neighbourhood built, talks played, judged. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Conversation, cellId } from "../model/cell.ts";
import { claimsOf } from "../model/cell-claims.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import type { CellResult, Expected } from "../model/results.ts";
import { predictConversation } from "../oracle/predict-conversation.ts";
import { buildNeighbourhood, hasVlans } from "../topology/neighbourhood.ts";
import { type Neighbourhood, neighbourhoodOf } from "../topology/residents.ts";
import { playTalksOn } from "../traffic/joint-talks.ts";
import { talkDrops } from "../traffic/talk-drops.ts";
import { ROUTER } from "../traffic/talk-numbers.ts";
import { planTalks, type TalkPlan } from "../traffic/talk-plan.ts";
import { readTalks } from "../traffic/talk-records.ts";
import type { PlayedTalks } from "../traffic/talks.ts";
import { judgeConversation } from "../verdict/conversation.ts";
import type { Judgement } from "../verdict/judge.ts";
import { captureName } from "./capture-name.ts";
import type { CellsOptions } from "./cells-run.ts";
import type { Place } from "./place-types.ts";

export interface ConversationsAsked {
  readonly scenario: string;
  /** The kernel's id in the results. */
  readonly kernel: string;
  readonly version: KernelVersion;
  readonly cells: readonly Conversation[];
}

/** What to build for them. */
export interface PreparedConversations extends ConversationsAsked {
  readonly place: Neighbourhood;
}

/** Nobody is built who talks to nobody: there is a namespace, and a stack in it, for each. */
export function prepareConversations(asked: ConversationsAsked): PreparedConversations {
  return { ...asked, place: neighbourhoodOf(asked.cells, true) };
}

/** @param judged given all results at once. */
export async function runConversations(
  { executor, stage, clocksOff }: Pick<Place, "executor" | "stage" | "clocksOff">,
  run: PreparedConversations,
  options: CellsOptions,
  judged: (results: readonly CellResult[]) => void,
): Promise<void> {
  options.phase("conversations");
  const isHeld = (await hasVlans(executor)) ? () => true : ({ traffic }: Conversation) => traffic !== "vlan";
  const held = run.cells.filter(isHeld);
  if (held.length > 0) {
    const parts = stage([run.place.topology]);
    await using live = await buildNeighbourhood(parts, run.place, held);
    options.seconds.add("topology", live.seconds);
    const plan = planTalks(held, run.place, randomBytes(4).readUInt32BE());
    const played = await playTalksOn(parts, plan);
    if (played.clockError !== undefined) clocksOff?.(played.clockError);
    options.seconds.add("traffic", played.seconds);
    judged(options.seconds.timed("decode", () => judgeAll(run, plan, played, options)));
    options.phase("teardown");
  }
  judged(run.cells.filter((cell) => !isHeld(cell)).map((cell) => withoutVlans(run, cell)));
}

export function judgeAll(
  run: PreparedConversations,
  plan: TalkPlan,
  { recording, overflows }: PlayedTalks,
  options: CellsOptions,
): CellResult[] {
  const capture = `captures/${captureName(run.kernel)}-${run.scenario}${options.suffix}.pcapng`;
  const { bytes, tries } = readTalks(plan, recording, options.application);
  writeFileSync(join(options.directory, capture), bytes);
  const common = { captureDrops: recording.drops, overflows, capture };
  const drops = talkDrops(run.place, plan.nonce, recording);
  return plan.rounds
    .flatMap(({ talks }, round) => talks.map((talk) => ({ ...talk, round })))
    .flatMap(({ id, cell, resolves, from, to, round }) => {
      const ends = [from.number, to.number, ...(cell.route ? [ROUTER] : [])];
      const lost = ends.flatMap((end) => drops[round]?.get(end) ?? []);
      const own = { tries: tries.get(id) ?? [], drops: lost };
      const judge = (one: Conversation) =>
        resultOf(run, one, (expected) => judgeConversation(expected, { ...common, ...own, cell: one }));
      return [...(resolves ? [judge(resolves)] : []), judge(cell)];
    });
}

/** The kernel's own refusal is the observation. */
function withoutVlans(run: PreparedConversations, cell: Conversation): CellResult {
  const observed = { error: "EOPNOTSUPP", at: "ip link add link DEVICE name NAME type vlan id ID" };
  const reason = "this kernel has no VLAN devices";
  return resultOf(run, cell, () => ({ observed, verdict: "unsupported", reason, evidence: [] }));
}

/** One that a crash or the lab's own failure left without a judgement. */
export function lostConversation(
  asked: Omit<ConversationsAsked, "cells">,
  cell: Conversation,
  reason: string,
): CellResult {
  return resultOf(asked, cell, () => ({ observed: {}, verdict: "inconclusive", reason, evidence: [] }));
}

function resultOf(
  { scenario, kernel, version }: Omit<ConversationsAsked, "cells">,
  cell: Conversation,
  judge: (expected: Expected) => Judgement,
): CellResult {
  const expected = expectationOf(cell, version);
  const id = cellId(scenario, kernel, cell);
  return { id, scenario, kernel, claims: claimsOf(cell), ...cell, expected, ...judge(expected) };
}

/** Ten thousand conversations have a few hundred explanations between them: each is kept once. */
const RULES = new Map<string, string>();

function expectationOf(cell: Conversation, version: KernelVersion): Expected {
  const prediction = predictConversation(cell, version);
  const rule = RULES.get(prediction.rule) ?? prediction.rule;
  RULES.set(rule, rule);
  return { ...prediction, rule, by: "oracle" };
}
