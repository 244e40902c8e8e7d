/** What was seen of the single frames of one world, and whether silence means something. */
import { togetherText, type Watch } from "../model/frames-look.ts";
import type { Evidence } from "../model/results.ts";
import { captureInterface, countingTap, type FrameRecord, type Sighting, type Tap } from "../model/sighting.ts";
import type { Node } from "../model/topology.ts";
import { type CheckWorld, deviceName } from "../topology/check-world.ts";
import { type FramesProbe, isCounted, placeAt } from "../traffic/frames-plan.ts";
import type { PlannedFrame } from "../traffic/planned-frame.ts";
import type { Played } from "../traffic/play.ts";
import { seenLeaving } from "../verdict/judge.ts";
import { copiesAt } from "../verdict/observe.ts";

/** One round of one world, as it was recorded. */
export interface PlayedFrames {
  readonly world: CheckWorld;
  readonly probes: readonly FramesProbe[];
  readonly fences: readonly PlannedFrame[];
  readonly frames: ReadonlyMap<number, FrameRecord>;
  readonly played: Played;
  /** The capture's path within the run's directory. */
  readonly path: string;
}

export interface CountedFrame {
  /** `first=1 wire=0`. */
  readonly text: string;
  readonly doubt?: string;
  readonly evidence: readonly Evidence[];
}

export function countFrames(round: PlayedFrames): CountedFrame[] {
  return round.probes.map((probe) => {
    const records = probe.frames.map((id) => round.frames.get(id));
    const sent = records.filter((one): one is FrameRecord => one?.sendResult === 0);
    const notLeft = sent.find((record) => !seenLeaving(leavingNode(round.world, probe), record));
    const watched = probe.sent.at.map((watch) => watchOne(round, probe, sent, watch));
    const counts = watched.map(({ count }) => count);
    const each = probe.sent.at.map((watch, index) => `${watch}=${counts[index]}`).join(" ");
    const doubts = [
      ...(sent.length < records.length ? ["a probe could not be sent"] : []),
      ...(notLeft ? ["a probe was not seen leaving its sender"] : []),
      ...droppedMeanwhile(round),
      ...doubtsOf(probe, watched),
    ];
    return {
      text: probe.sent.many ? togetherText(counts) : each,
      evidence: watched.flatMap(({ evidence }) => evidence ?? []),
      ...(doubts[0] === undefined ? {} : { doubt: doubts[0] }),
    };
  });
}

/** Of many frames it is their sum that may be missing some: one of the openers that was watched is enough. */
function doubtsOf({ sent }: FramesProbe, watched: readonly Watched[]): string[] {
  const doubts = watched.flatMap(({ doubt }) => doubt ?? []);
  return sent.many && doubts.length < watched.length ? [] : doubts;
}

/** What is written through a second opener leaves by the one interface there is. */
function leavingNode(world: CheckWorld, { sent, from }: FramesProbe): Node {
  return sent.from === "first-again" ? placeAt(world, "first") : from;
}

interface Watched {
  readonly count: number;
  readonly doubt?: string;
  readonly evidence?: Evidence;
}

function watchOne(round: PlayedFrames, probe: FramesProbe, sent: readonly FrameRecord[], watch: Watch): Watched {
  const { world, played, path } = round;
  if (watch === "dropped") return { count: played.drops.get(world.lower.name) ?? 0 };
  const { tap, isSeen } = sightingsAt(world, watch);
  const seen = sent.flatMap(({ sightings }) => isSeen(sightings));
  const order = Math.max(...sent.map((record) => record.order));
  const control = fencesAt(round, tap, isGroup(round, probe) && mustBeGroup(world, watch), order);
  const name = captureInterface(tap.interface, tap.tap);
  const evidence = { capture: path, interface: name, frames: seen.map(({ frame }) => frame), control };
  return { count: seen.length, evidence, ...(control.length === 0 ? { doubt: `no fence was seen at ${name}` } : {}) };
}

/** Where a watch looks, and which of a frame's sightings count. */
function sightingsAt(world: CheckWorld, watch: Watch): { tap: Tap; isSeen: (all: readonly Sighting[]) => Sighting[] } {
  if (isCounted(watch)) {
    const node = placeAt(world, watch);
    return { tap: countingTap(node), isSeen: (all) => copiesAt(node, all) };
  }
  const [name, outgoing] = passed(world, watch);
  const isSeen = (all: readonly Sighting[]) =>
    all.filter((one) => one.interface === name && one.tap === "tap" && (one.packetType === "outgoing") === outgoing);
  return { tap: { interface: name, tap: "tap" }, isSeen };
}

/** The interface a frame passes, and whether it leaves by it. */
function passed(world: CheckWorld, watch: Watch): readonly [string, boolean] {
  if (watch === "wire" || watch === "back") return [world.lower.port, watch === "back"];
  const [device, direction] = watch.split(":") as ["first" | "second" | "third" | "lower", "in" | "out"];
  return [deviceName(world, device), direction === "out"];
}

const isGroup = ({ frames }: PlayedFrames, { sent, frames: [id] }: FramesProbe) =>
  sent.to === "everybody" && frames.has(id as number);

/** Endpoints get group frames late, out of a queue, but source ones, whose copies are made at once. */
function mustBeGroup(world: CheckWorld, watch: Watch): boolean {
  const role = watch.split(":")[0];
  const endpoint = world.topology.endpoints.find(({ name }) => name === `c${world.number}${role}`);
  return (endpoint !== undefined && endpoint.mode !== "source") || ["behind", "bridge", "nested"].includes(role ?? "");
}

/** Numbers in the capture of the fences that passed a tap after the probes, group ones alone where only these prove anything. */
function fencesAt({ fences, frames }: PlayedFrames, tap: Tap, group: boolean, order: number): number[] {
  return fences.flatMap(({ id, fence }) => {
    const record = frames.get(id);
    if (!record || record.order <= order || (group && fence?.kind === "unicast")) return [];
    return record.sightings
      .filter((one) => one.interface === tap.interface && one.tap === tap.tap)
      .map(({ frame }) => frame);
  });
}

/** A device of this world that dropped frames makes what is missing mean nothing, unless that is what is looked at. */
function droppedMeanwhile({ world, played, probes }: PlayedFrames): string[] {
  const { tap, host } = played.recording.rings;
  if (tap[1] + host[1] > 0) return [`the capture dropped ${tap[1] + host[1]} frames`];
  const cables = [world.lower, world.topology.external].flatMap(({ name, port }) => [name, port]);
  const names = [...cables, ...world.topology.endpoints.map(({ name }) => name)];
  const looked = probes.some(({ sent }) => sent.at.includes("dropped")) ? world.lower.name : undefined;
  const name = names.find((one) => one !== looked && played.drops.has(one));
  return name === undefined ? [] : [`"${name}" dropped ${played.drops.get(name)} frames meanwhile`];
}
