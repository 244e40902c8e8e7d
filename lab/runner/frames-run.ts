/** Checks that send single frames: all worlds played together, a round at a time, each counted in its own world. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Scope } from "../base/scope.ts";
import { framesValue } from "../model/frames-look.ts";
import type { CheckWorld } from "../topology/check-world.ts";
import { type BuiltScene, buildScenes, changeScenes, downEndpoints, removeScenes } from "../topology/scene-script.ts";
import type { Stage } from "../topology/stage.ts";
import { writeCapture } from "../traffic/capture-file.ts";
import type { FramesWorld } from "../traffic/frames-fences.ts";
import { framesLook, planFrames } from "../traffic/frames-plan.ts";
import { playOn } from "../traffic/joint-play.ts";
import { type CountedFrame, countFrames } from "./frames-count.ts";
import type { LookOptions } from "./look-options.ts";
import type { Seen } from "./seen.ts";

/** By world number. @param nonce a number of its own for each round. */
export async function runFrames(
  stage: Stage,
  worlds: readonly CheckWorld[],
  nonce: () => number,
  options: LookOptions,
): Promise<Map<number, Seen>> {
  if (worlds.length === 0) return new Map();
  const framed = worlds.map((world) => ({ world, look: framesLook(world) }));
  await using scope = new Scope();
  scope.defer("the checks' other namespace", () => removeScenes(stage).catch(() => {}));
  const scenes = await buildScenes(stage, framed);
  const standing = framed.filter(({ world }) => isStanding(scenes.get(world.number)));
  const changed = standing.filter(({ look }) => look.again);
  const as = (round: "send" | "again", ones: typeof framed) =>
    ones.map((one) => ({ ...one, down: downEndpoints(one, round) }));
  const first = await playRound(stage, as("send", standing), "send", nonce(), options);
  if (changed.length > 0) await changeScenes(stage, changed);
  const second = await playRound(stage, as("again", changed), "again", nonce(), options);
  return new Map(
    worlds.map((world) => {
      const counted = [...(first.get(world.number) ?? []), ...(second.get(world.number) ?? [])];
      return [world.number, seenIn(world, scenes.get(world.number) ?? {}, counted)] as const;
    }),
  );
}

const isStanding = (scene: BuiltScene | undefined) => scene?.error === undefined && scene?.missing === undefined;

export function seenIn(
  world: CheckWorld,
  { error, missing, doubt }: BuiltScene,
  counted: readonly CountedFrame[],
): Seen {
  if (missing !== undefined) return { value: "", missing };
  if (error !== undefined) return { value: error };
  const texts = counted.map(({ text }) => text);
  const doubts = [doubt, ...counted.map((one) => one.doubt)].filter((one) => one !== undefined);
  return {
    value: framesValue(framesLook(world), texts),
    evidence: counted.flatMap(({ evidence }) => evidence),
    ...(doubts[0] === undefined ? {} : { doubt: doubts[0] }),
  };
}

/** By world number, what was counted of each frame of one round. */
async function playRound(
  stage: Stage,
  worlds: readonly FramesWorld[],
  round: "send" | "again",
  nonce: number,
  options: LookOptions,
): Promise<Map<number, CountedFrame[]>> {
  if (worlds.length === 0) return new Map();
  const { plan, probes } = planFrames(worlds, round, nonce);
  options.playing(plan);
  const played = await playOn(stage, plan);
  if (played.clockError !== undefined) options.clocksOff?.(played.clockError);
  options.seconds.add("traffic", played.seconds);
  const path = round === "send" ? options.capture : options.capture.replace(/(\.pcapng)$/, "-again$1");
  const capture = writeCapture(plan, played.recording, options.application);
  writeFileSync(join(options.directory, path), capture.bytes);
  return new Map(
    worlds.map(({ world }, topology) => {
      const fences = plan.frames.filter(({ fence }) => fence?.topology === topology);
      const mine = probes.get(world.number) ?? [];
      return [
        world.number,
        countFrames({ world, probes: mine, fences, frames: capture.frames, played, path }),
      ] as const;
    }),
  );
}
