/** One arrangement on one kernel: built, played, captured, judged. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Phase } from "../model/events.ts";
import type { FrameRecord } from "../model/sighting.ts";
import type { Arrangement, PlacedTopology } from "../topology/arrangement.ts";
import { buildTopologies } from "../topology/build.ts";
import { type Offload, readOffloads } from "../topology/offloads.ts";
import type { Stage } from "../topology/stage.ts";
import type { Traced } from "../trace/traced.ts";
import { startTrace } from "../trace/tracer.ts";
import { writeCapture } from "../traffic/capture-file.ts";
import { playOn } from "../traffic/joint-play.ts";
import type { Plan, PlannedCell } from "../traffic/plan.ts";
import type { Played } from "../traffic/play.ts";
import { type Fence, type FenceIndex, indexFences } from "../verdict/control.ts";
import type { CellEvidence } from "../verdict/judge.ts";
import { lossOf } from "./ask-again.ts";
import type { Place } from "./place-types.ts";
import type { Seconds } from "./stopwatch.ts";

/** What of a place cells are asked on. */
export type Ground = Pick<Place, "executor" | "stage" | "clocksOff">;

export interface BatchOptions {
  /** The run's directory. */
  readonly directory: string;
  /** Path of the capture within it. */
  readonly capture: string;
  readonly application: string;
  /** Told before each phase. */
  readonly phase: (phase: Phase) => void;
  /** Told of a plan that is about to be played. */
  readonly playing: (plan: Plan) => void;
  /** Told in words what an onlooker may want to know. */
  readonly note: (text: string) => void;
  /** Says each command of a topology on the kernel's own console first: slow, but a crash then names its command. */
  readonly careful: boolean;
  /** Of the lower devices; absent: as their driver has it. */
  readonly offload?: Offload;
  /** Told what one of them says it does then. */
  readonly offloaded?: (features: Record<string, Offload>) => void;
  /** Whether the kernel is to tell of each frame as well. */
  readonly trace?: boolean;
  /** Added to. */
  readonly seconds: Seconds;
}

/** A plan as it was played. */
export interface PlayedBatch {
  readonly plan: Plan;
  /** In the order of the plan's cells. */
  readonly evidence: readonly CellEvidence[];
  readonly traced?: Traced | undefined;
  /** In words, what dropped frames meanwhile. */
  readonly loss: string | undefined;
}

/** Plays a plan on the topologies of a batch, as often as it is asked to, each time into a capture. */
export type PlayBatch = (plan: Plan, capture: string) => Promise<PlayedBatch>;

/** @param work done while the topologies are up. */
export async function runBatch(
  { executor, stage: stageFor, clocksOff }: Ground,
  arrangement: Arrangement,
  options: Omit<BatchOptions, "capture">,
  work: (play: PlayBatch) => Promise<void>,
): Promise<void> {
  options.phase("topology");
  const stage = stageFor(arrangement.topologies);
  await using live = await buildTopologies(stage, arrangement.topologies, {
    careful: options.careful,
    ...(options.offload ? { offload: options.offload } : {}),
  });
  options.seconds.add("topology", live.seconds);
  const [first] = arrangement.topologies.flatMap(({ lowers }) => lowers);
  if (options.offloaded && first) options.offloaded(await readOffloads(executor, first.name));
  await work(async (plan, capture) => {
    options.phase("traffic");
    const { played, traced } = await playOnce(stage, plan, options);
    if (played.clockError !== undefined) clocksOff?.(played.clockError);
    options.phase("decode");
    const evidence = options.seconds.timed("decode", () => decode(plan, played, { ...options, capture }));
    return { plan, evidence, traced, loss: lossOf(played) };
  });
  options.phase("teardown");
}

async function playOnce(stage: Stage, plan: Plan, options: Omit<BatchOptions, "capture">) {
  options.playing(plan);
  const [only] = stage.parts;
  const tracing = options.trace && only && stage.parts.length === 1 ? await startTrace(only.executor) : undefined;
  const played = await playOn(stage, plan);
  const traced = await tracing?.stop(plan.nonce);
  options.seconds.add("traffic", played.seconds);
  return { played, traced };
}

function decode(plan: Plan, played: Played, options: BatchOptions): CellEvidence[] {
  return cellEvidence(plan, played, writtenFrames(plan, played, options), options.capture);
}

/** What became of every frame of a plan; all that was seen is in the capture. */
export function writtenFrames(
  plan: Plan,
  { recording }: Played,
  { directory, capture, application }: Pick<BatchOptions, "directory" | "capture" | "application">,
): ReadonlyMap<number, FrameRecord> {
  const { bytes, frames } = writeCapture(plan, recording, application);
  writeFileSync(join(directory, capture), bytes);
  return frames;
}

/** In the order of the plan's cells. @param capture its path within the run's directory. */
export function cellEvidence(
  plan: Plan,
  played: Played,
  frames: ReadonlyMap<number, FrameRecord>,
  capture: string,
): CellEvidence[] {
  const fences = fencesByPlace(plan, frames);
  return plan.cells.map((cell) => evidenceFor(cell, plan, played, frames, fences, capture));
}

function evidenceFor(
  { cell, pair, frames }: PlannedCell,
  plan: Plan,
  played: Played,
  records: ReadonlyMap<number, FrameRecord>,
  fences: ReadonlyMap<string, FenceIndex>,
  capture: string,
): CellEvidence {
  const { tap, host } = played.recording.rings;
  const topology = plan.topologies[pair.topology] as PlacedTopology;
  return {
    cell,
    ends: { source: pair.source, destination: pair.destination, topology },
    frames: frames.map((id) => records.get(id)),
    fences: fences.get(fencePlace(pair.topology, cell.reflectiveRelay)) ?? new Map(),
    drops: played.drops,
    captureDrops: tap[1] + host[1],
    capture,
  };
}

/** A cell is fenced by the fences of its own topology and relay state. */
function fencesByPlace(plan: Plan, records: ReadonlyMap<number, FrameRecord>): Map<string, FenceIndex> {
  const places = new Map<string, Fence[]>();
  for (const { id, fence, reflectiveRelay } of plan.frames) {
    const record = records.get(id);
    if (!fence || !record) continue;
    const place = fencePlace(fence.topology, reflectiveRelay);
    const known = places.get(place) ?? [];
    known.push({ group: fence.kind !== "unicast", record });
    places.set(place, known);
  }
  return new Map([...places].map(([place, fences]) => [place, indexFences(fences)]));
}

function fencePlace(topology: number, reflectiveRelay: boolean): string {
  return `${topology} ${reflectiveRelay}`;
}
