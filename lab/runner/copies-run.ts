/** Checks that count the copies of one frame: played together, each counted in its own world. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { captureInterface, countingTap, type FrameRecord } from "../model/sighting.ts";
import type { Node } from "../model/topology.ts";
import type { CheckWorld } from "../topology/check-world.ts";
import type { Stage } from "../topology/stage.ts";
import { writeCapture } from "../traffic/capture-file.ts";
import { type CheckProbe, planChecks } from "../traffic/check-plan.ts";
import { playOn } from "../traffic/joint-play.ts";
import { controlFrames, type Fence, type FenceIndex, indexFences } from "../verdict/control.ts";
import { seenLeaving } from "../verdict/judge.ts";
import { copiesAt } from "../verdict/observe.ts";
import type { LookOptions } from "./look-options.ts";
import type { Seen } from "./seen.ts";

/** By world number. */
export async function runCopies(
  stage: Stage,
  worlds: readonly CheckWorld[],
  nonce: number,
  options: LookOptions,
): Promise<Map<number, Seen>> {
  if (worlds.length === 0) return new Map();
  const { plan, probes } = planChecks(worlds, nonce);
  options.playing(plan);
  const played = await playOn(stage, plan);
  if (played.clockError !== undefined) options.clocksOff?.(played.clockError);
  options.seconds.add("traffic", played.seconds);
  const capture = writeCapture(plan, played.recording, options.application);
  writeFileSync(join(options.directory, options.capture), capture.bytes);
  const fencesOf = (world: CheckWorld) =>
    indexFences(
      plan.frames.flatMap(({ id, fence }): Fence[] => {
        const record = capture.frames.get(id);
        return fence?.topology === worlds.indexOf(world) && record ? [{ group: fence.kind !== "unicast", record }] : [];
      }),
    );
  const drops = played.recording.rings.tap[1] + played.recording.rings.host[1];
  return new Map(
    probes.map((probe) => {
      const seen = countCopies(probe, capture.frames.get(probe.frame), fencesOf(probe.world), options.capture);
      const doubt = drops > 0 ? `the capture dropped ${drops} frames` : droppedIn(probe.world, played.drops);
      return [probe.world.number, { ...seen, ...(doubt ? { doubt } : {}) }];
    }),
  );
}

function countCopies(probe: CheckProbe, frame: FrameRecord | undefined, fences: FenceIndex, capture: string): Seen {
  const { look } = probe.world.check;
  if (look.look !== "copies") throw new TypeError("not a check of copies");
  if (frame?.sendResult !== 0) return { value: "", doubt: "the probe could not be sent" };
  if (!seenLeaving(probe.from, frame)) return { value: "", doubt: "the probe was not seen leaving its sender" };
  const parts = look.at.map((name) => {
    const node = probe.at.get(name);
    if (!node) return { text: `${name}=absent`, evidence: undefined, doubt: undefined };
    const copies = copiesAt(node, frame.sightings).map((one) => one.frame);
    const { shown, doubt } = evidenceAt(node, copies, fences, frame, capture);
    return { text: `${name}=${copies.length}`, evidence: shown, doubt };
  });
  const doubt = parts.find((part) => part.doubt)?.doubt;
  return {
    value: parts.map(({ text }) => text).join(" "),
    evidence: parts.flatMap(({ evidence }) => evidence ?? []),
    ...(doubt ? { doubt } : {}),
  };
}

/** Why nothing missing in this world means anything: a device of it dropped frames meanwhile. */
function droppedIn({ topology }: CheckWorld, drops: ReadonlyMap<string, number>): string | undefined {
  const cables = [...topology.lowers, topology.external].flatMap(({ name, port }) => [name, port]);
  const name = [...cables, ...topology.endpoints.map((endpoint) => endpoint.name)].find((one) => drops.has(one));
  return name === undefined ? undefined : `"${name}" dropped ${drops.get(name)} frames meanwhile`;
}

function evidenceAt(node: Node, copies: readonly number[], fences: FenceIndex, frame: FrameRecord, capture: string) {
  const watched = countingTap(node);
  const control = controlFrames(watched, fences, false, frame.order);
  const name = captureInterface(watched.interface, watched.tap);
  const shown = { capture, interface: name, frames: [...copies], control };
  return control.length > 0 ? { shown, doubt: undefined } : { shown, doubt: `no fence was seen at ${name}` };
}
