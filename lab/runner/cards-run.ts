/**
 * A scenario whose macvtaps are the network cards of guests: the same arrangement, frames and judging as with stand-ins,
 * but that QEMU has their character devices, and what it handed its guest is what was read from them.
 */
import { randomBytes } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { EnvironmentError, type ErrorParts } from "../base/errors.ts";
import { Scope } from "../base/scope.ts";
import type { Cell } from "../model/cell.ts";
import type { CellResult, CheckResult, GuestsResult } from "../model/results.ts";
import type { CheckSpec } from "../model/scenario.ts";
import { type Arrangement, denseArrangement } from "../topology/arrangement.ts";
import { buildTopologies } from "../topology/build.ts";
import { buildChecks, removeChecks } from "../topology/check-script.ts";
import { type CheckWorld, checkWorlds } from "../topology/check-world.ts";
import { addressLines, type PayloadPlace, payloadPlace } from "../topology/payload-place.ts";
import { overLines } from "../topology/scene.ts";
import { buildScenes } from "../topology/scene-script.ts";
import { whole as stageAt } from "../topology/stage.ts";
import { playCards } from "../traffic/cards-play.ts";
import type { CardsPlan } from "../traffic/cards-script.ts";
import { type FramesPlan, framesLook, planFrames } from "../traffic/frames-plan.ts";
import { joinPlans, type Shift } from "../traffic/join-plans.ts";
import { type Plan, planTraffic } from "../traffic/plan.ts";
import type { Played } from "../traffic/play.ts";
import { type Seat, seatsOf } from "../traffic/seats.ts";
import { judgeCell } from "../verdict/judge.ts";
import { captureName } from "./capture-name.ts";
import { bootCardGuests, type CardImage, cardImage, withGuests } from "./card-guests.ts";
import { cellEvidence, writtenFrames } from "./cell-batch.ts";
import {
  type CellsAsked,
  type CellsOptions,
  expectationsOf,
  judgedCell,
  judgeRefusals,
  type PreparedCells,
} from "./cells-run.ts";
import { type ChecksAsked, resultOf } from "./checks-run.ts";
import { countFrames } from "./frames-count.ts";
import { seenIn } from "./frames-run.ts";
import { preparePayloads, runPayloads } from "./payload-run.ts";
import type { CardPlace } from "./place.ts";

export interface PreparedCards {
  readonly cells: PreparedCells;
  readonly checks: ChecksAsked;
  readonly arrangements: readonly Arrangement[];
  readonly worlds: readonly CheckWorld[];
  readonly whole: CardsPlan;
  readonly framed: FramesPlan;
  readonly shift: Shift;
  readonly payloads: PayloadPlace;
  /** Why nobody but QEMU can move frames; undefined where the kernel can. */
  readonly withoutVhost: string | undefined;
}

export interface CardsOptions extends CellsOptions {
  readonly note: (text: string) => void;
  /** Told of the guests once they are up. */
  readonly booted: (guests: GuestsResult) => void;
}

const VHOST = "/dev/vhost-net";

/** Opening it loads the module where there is one. */
function vhostError(): string | undefined {
  try {
    accessSync(VHOST, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "EIO";
  }
}

/** Endpoints nobody asks about are left out: each card costs its guest time. */
export function prepareCards(cells: CellsAsked, checks: ChecksAsked): PreparedCards {
  const nonce = randomBytes(4).readUInt32BE();
  const withoutVhost = vhostError();
  const grids = [false, true].flatMap((vhost) => {
    const own = cells.cells.filter((cell) => (cell.vhost ?? false) === vhost && !(vhost && withoutVhost));
    const arrangement = denseArrangement(own, true, Number(vhost));
    const plan = planTraffic(own, arrangement, nonce);
    return plan.cells.length > 0 ? [{ vhost, arrangement, plan }] : [];
  });
  const isPayload = ({ look }: CheckSpec) => look.look === "payload";
  const worlds = checkWorlds(checks.checks.filter((check) => !isPayload(check)));
  const payloads = payloadPlace(checks.checks.filter((check) => isPayload(check) && !isStuck(check, withoutVhost)));
  const framed = planFrames(
    worlds.map((world) => ({ world, look: framesLook(world), down: new Set<string>() })),
    "send",
    nonce,
  );
  const { plan, shifts } = joinPlans([...grids.map((grid) => grid.plan), framed.plan], nonce);
  const topologies = grids.flatMap(({ arrangement }) => arrangement.topologies);
  const seats = seatsOf(
    grids.flatMap(({ arrangement, vhost }) =>
      arrangement.topologies.map((topology) => ({ topology, pairs: [...arrangement.pairs.values()], vhost })),
    ),
    worlds.map((world) => ({ endpoints: world.topology.endpoints, inner: innerOf(world, framed.plan) })),
    payloads.ends.map(({ from, to, look }) => ({ from, to, vhost: look.vhost ?? false })),
  );
  const relayPorts = topologies.flatMap(({ lowers }) => lowers.map(({ port }) => port));
  return {
    cells: { ...cells, ...expectationsOf(cells), batches: [] },
    checks,
    arrangements: grids.map(({ arrangement }) => arrangement),
    worlds,
    whole: { plan, seats, relayPorts },
    framed,
    shift: shifts.at(-1) as Shift,
    payloads,
    withoutVhost,
  };
}

/** Interfaces of a world that are in its guest. */
function innerOf({ number }: CheckWorld, { more = [] }: Plan): string[] {
  return more
    .flatMap(({ name, again }) => (again === undefined && name.startsWith(`c${number}`) ? [name] : []))
    .filter((name) => /^c\d+/.exec(name)?.[0] === `c${number}`);
}

/** @param keepCells given results as they come. @throws EnvironmentError when a guest is lost. */
export async function runCards(
  place: CardPlace,
  run: PreparedCards,
  options: CardsOptions,
  keepCells: (results: readonly CellResult[]) => void,
  keepChecks: (results: readonly CheckResult[]) => void,
): Promise<void> {
  options.phase("image");
  const { executor } = place;
  const image = run.whole.seats.length > 0 ? await cardImage(options.note) : undefined;
  if (image) await playAll(place, image, run, options, keepCells, keepChecks);
  keepCells(unmovedCells(run));
  keepChecks(unmovedChecks(run));
  const refusable = { ...run.cells, cells: run.cells.cells.filter((cell) => !isUnmoved(run, cell)) };
  keepCells(await judgeRefusals(executor, refusable, options));
}

async function playAll(
  place: CardPlace,
  image: CardImage,
  run: PreparedCards,
  options: CardsOptions,
  keepCells: (results: readonly CellResult[]) => void,
  keepChecks: (results: readonly CheckResult[]) => void,
): Promise<void> {
  const { executor } = place;
  const { whole, worlds, payloads } = run;
  await using scope = new Scope();
  options.phase("topology");
  const talking = payloads.ends.length > 0 ? [payloads.topology] : [];
  const built = [...run.arrangements.flatMap(({ topologies }) => topologies), ...talking];
  const live = scope.use("the cards' topologies", await buildTopologies(stageAt(executor), built));
  options.seconds.add("topology", live.seconds);
  scope.defer("the checks' devices", () => removeChecks(stageAt(executor), worlds));
  if (worlds.length > 0) await buildWorlds(place, worlds);
  if (talking.length > 0) await preparePayloads(executor, payloads);
  options.phase("boot");
  const { guests, result } = await bootCardGuests(place, whole.seats, image, overOf(run), options, scope);
  options.booted(result);
  options.seconds.add("boot", result.seconds);
  options.phase("traffic");
  const played = await withGuests(guests, () =>
    playCards(
      executor,
      guests.map((guest) => guest.executor),
      whole,
    ),
  );
  options.seconds.add("traffic", played.seconds);
  options.phase("decode");
  options.seconds.timed("decode", () => judgeAll(run, played, options, keepCells, keepChecks));
  if (talking.length > 0) {
    options.phase("conversations");
    const capture = captureOf(run, options, "-payloads");
    const { nonce } = whole.plan;
    const talk = () => runPayloads(executor, guests, payloads, run.checks, { ...options, capture, nonce });
    keepChecks(await options.seconds.during("traffic", () => withGuests(guests, talk)));
  }
  options.phase("teardown");
}

async function buildWorlds({ executor }: CardPlace, worlds: readonly CheckWorld[]): Promise<void> {
  const built = await buildChecks(stageAt(executor), worlds);
  const refused = built.find(({ errors }) => errors.some((error) => error !== undefined));
  if (refused) {
    const detail: ErrorParts = { detail: `${refused.lastCommand}: ${refused.lastMessage}` };
    throw new EnvironmentError(`${executor.place}: a card's macvtap was refused`, detail);
  }
  await buildScenes(
    stageAt(executor),
    worlds.map((world) => ({ world, look: framesLook(world) })),
  );
}

/** What stands on the cards of a guest. */
function overOf({ worlds, payloads }: PreparedCards): (seat: Seat) => readonly string[] {
  return ({ cards }) => {
    const own = new Set(cards.map(({ endpoint }) => endpoint.name));
    const inside = worlds.filter(({ topology }) => topology.endpoints.some(({ name }) => own.has(name)));
    return [
      ...inside.flatMap((world) => overLines(world, framesLook(world)).map(({ line }) => line)),
      ...addressLines(payloads.ends, (name) => own.has(name)),
    ];
  };
}

function judgeAll(
  run: PreparedCards,
  played: Played,
  options: CardsOptions,
  keepCells: (results: readonly CellResult[]) => void,
  keepChecks: (results: readonly CheckResult[]) => void,
): void {
  const { plan } = run.whole;
  const capture = captureOf(run, options);
  const frames = writtenFrames(plan, played, { ...options, capture });
  const evidence = cellEvidence(plan, played, frames, capture);
  keepCells(evidence.map((one) => judgedCell(run.cells, one.cell, (expected) => judgeCell(expected, one))));
  const { shift, framed, worlds, checks } = run;
  keepChecks(
    worlds.map((world, index) => {
      const fences = plan.frames.filter(({ fence }) => fence?.topology === index + shift.topologies);
      const own = framed.probes.get(world.number) ?? [];
      const probes = own.map((probe) => ({ ...probe, frames: probe.frames.map((id) => id + shift.frames) }));
      const counted = countFrames({ world, probes, fences, frames, played, path: capture });
      return resultOf(checks, world.check, seenIn(world, {}, counted));
    }),
  );
}

function captureOf({ cells }: PreparedCards, { suffix }: CardsOptions, what = ""): string {
  return `captures/${captureName(cells.kernel)}-${cells.scenario}${what}${suffix}.pcapng`;
}

const isStuck = ({ look }: CheckSpec, withoutVhost: string | undefined) =>
  look.look === "payload" && look.vhost === true && withoutVhost !== undefined;

function unmovedChecks(run: PreparedCards): CheckResult[] {
  const { withoutVhost, checks } = run;
  const missing = `the running kernel has no vhost-net: ${VHOST}: ${withoutVhost}`;
  return checks.checks
    .filter((check) => isStuck(check, withoutVhost))
    .map((check) => resultOf(checks, check, { value: "", missing }));
}

function isUnmoved({ withoutVhost }: PreparedCards, { vhost }: Cell): boolean {
  return vhost === true && withoutVhost !== undefined;
}

/** Cards whose frames the kernel is to move, which cannot. */
function unmovedCells(run: PreparedCards): CellResult[] {
  const { withoutVhost: error = "" } = run;
  const reason = `the running kernel has no vhost-net: ${VHOST}: ${error}`;
  const observed = { error, at: `open ${VHOST}` };
  return run.cells.cells
    .filter((cell) => isUnmoved(run, cell))
    .map((cell) => judgedCell(run.cells, cell, () => ({ observed, verdict: "unsupported", reason, evidence: [] })));
}
