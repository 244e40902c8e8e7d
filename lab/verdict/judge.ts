/**
 * Verdicts: an observation held against an expectation. Silence is no verdict: what was not seen counts only where a
 * control shows that it could have been. Pure.
 */
import type { Cell } from "../model/cell.ts";
import type { Evidence, Expected, Observed } from "../model/results.ts";
import { captureInterface, type FrameRecord, type Sighting } from "../model/sighting.ts";
import { interfaceOf, lowerOf, type Node } from "../model/topology.ts";
import type { Verdict } from "../model/vocabulary.ts";
import { type Control, controlsOf, type FenceIndex } from "./control.ts";
import { countFrame, type Ends, type FrameCounts, packetTypes, pathOf, portOf, seenOn } from "./observe.ts";

/** Everything a cell is judged by. */
export interface CellEvidence {
  readonly cell: Cell;
  readonly ends: Ends;
  /** The cell's frames; undefined for one the agent never came to send. */
  readonly frames: readonly (FrameRecord | undefined)[];
  readonly fences: FenceIndex;
  /** By interface: frames it dropped. */
  readonly drops: ReadonlyMap<string, number>;
  /** Frames the capture itself dropped. */
  readonly captureDrops: number;
  /** Path of the capture within the run's directory. */
  readonly capture: string;
}

export interface Judgement {
  readonly observed: Observed;
  readonly verdict: Verdict;
  readonly reason?: string;
  readonly evidence: Evidence[];
}

export function judgeCell(expected: Expected, evidence: CellEvidence): Judgement {
  const sent = evidence.frames.filter((frame) => frame !== undefined);
  const counts = sent.map((frame) => countFrame(evidence.ends, frame));
  const latest = sent.reduce((order, frame) => Math.max(order, frame.order), 0);
  const controls = controlsOf(evidence.ends, evidence.cell.traffic, evidence.fences, latest);
  const observed = observe(evidence.ends, sent, counts);
  const doubts = doubtsOf(evidence, controls);
  const shown = evidenceOf(evidence, sent, counts, controls);
  if (doubts.length > 0) return { observed, verdict: "inconclusive", reason: doubts.join("; "), evidence: shown };
  const difference = differenceOf(expected, observed);
  if (difference !== undefined) return { observed, verdict: "mismatch", reason: difference, evidence: shown };
  const odd = spread(evidence.ends, sent);
  if (odd.length > 0) return { observed, verdict: "inconclusive", reason: odd.join("; "), evidence: shown };
  return { observed, verdict: "match", evidence: shown };
}

/** Counts over the cell's frames: the median, since a hash filter lets single groups through, but the most on the wire. */
function observe(ends: Ends, sent: readonly FrameRecord[], counts: readonly FrameCounts[]): Observed {
  if (sent.length === 0) return {};
  const copies = median(counts.map((count) => count.copies.length));
  const echo = median(counts.map((count) => count.echoes.length));
  const typical = Math.max(
    0,
    counts.findIndex((count) => count.copies.length === copies && count.echoes.length === echo),
  );
  const path = pathOf(ends, sent[typical] as FrameRecord);
  const leaks = counts.filter((count) => count.copies.length > copies || count.echoes.length > echo).length;
  return {
    copies,
    echo,
    wire: Math.max(...counts.map((count) => count.wire.length)),
    as: packetTypes(counts.filter((one) => one.copies.length === copies).flatMap((one) => [...one.copies])),
    ...(counts.length > 1 ? { leaked: [leaks, counts.length] as [number, number] } : {}),
    seen: seenOn(path),
    path,
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Why the cell cannot be told, in words; none when it can. */
function doubtsOf(evidence: CellEvidence, controls: readonly Control[]): string[] {
  const doubts = evidence.frames.flatMap((frame) => {
    if (!frame) return ["a probe was never sent"];
    if (frame.sendResult !== 0) return [`the sender's device refused a probe with errno ${frame.sendResult}`];
    return seenLeaving(evidence.ends.source, frame) ? [] : ["a probe was not seen leaving its sender"];
  });
  for (const { what, watched, frames } of controls) {
    const name = captureInterface(watched.interface, watched.tap);
    if (frames.length === 0)
      doubts.push(`no fence was seen at ${what} (${name}), so nothing missing there means anything`);
  }
  if (evidence.captureDrops > 0) doubts.push(`the capture dropped ${evidence.captureDrops} frames`);
  for (const name of concerned(evidence.ends)) {
    const count = evidence.drops.get(name);
    if (count) doubts.push(`"${name}" dropped ${count} frames while the probes were under way`);
  }
  return [...new Set(doubts)];
}

/** A hash filter lets single groups through; it keeps none back, and it has no say on the wire. */
function spread(ends: Ends, sent: readonly FrameRecord[]): string[] {
  const counts = sent.map((frame) => countFrame(ends, frame));
  const copies = counts.map((count) => count.copies.length);
  const echoes = counts.map((count) => count.echoes.length);
  const fewer = copies.some((count) => count < median(copies)) || echoes.some((count) => count < median(echoes));
  const wires = new Set(counts.map((count) => count.wire.length));
  return [
    ...(fewer ? ["a group got fewer copies than most"] : []),
    ...(wires.size > 1 ? ["not every group was on the wire equally often"] : []),
  ];
}

/** Whether the frame was seen going out on its sender's device: a device may take a frame and drop it without a word. */
export function seenLeaving(source: Node, frame: FrameRecord): boolean {
  const name = interfaceOf(source);
  return frame.sightings.some((one) => one.interface === name && one.tap === "tap" && one.packetType === "outgoing");
}

function concerned(ends: Ends): Set<string> {
  const nodes = [ends.source, ends.destination];
  return new Set(
    nodes
      .flatMap((node) => [interfaceOf(node), lowerOf(ends.topology, node)?.name, portOf(ends, node)])
      .filter((name) => name !== undefined),
  );
}

/** What differs, in words, or undefined. */
export function differenceOf(expected: Expected, observed: Observed): string | undefined {
  const parts: string[] = [];
  for (const field of ["copies", "echo", "wire"] as const) {
    if (expected[field] !== undefined && expected[field] !== observed[field])
      parts.push(`${field}: expected ${expected[field]}, observed ${observed[field]}`);
  }
  const [wanted, got] = [expected.as?.join("+"), observed.as?.join("+")];
  if (wanted !== undefined && wanted !== got && expected.copies === observed.copies)
    parts.push(`copies as: expected ${wanted || "nothing"}, observed ${got || "nothing"}`);
  return parts.length > 0 ? parts.join("; ") : undefined;
}

/** One control is enough to make an absence credible; a second shows that the first was no accident. */
const CONTROLS_SHOWN = 2;

/** By capture interface: the frames the verdict rests on, and the controls. */
function evidenceOf(
  evidence: CellEvidence,
  sent: readonly FrameRecord[],
  counts: readonly FrameCounts[],
  controls: readonly Control[],
): Evidence[] {
  const byInterface = new Map<string, { frames: Set<number>; control: Set<number> }>();
  const at = (name: string) => {
    const entry = byInterface.get(name) ?? { frames: new Set(), control: new Set() };
    byInterface.set(name, entry);
    return entry;
  };
  const source = interfaceOf(evidence.ends.source);
  const leaving = sent.flatMap(({ sightings }) =>
    sightings.filter((one) => one.interface === source && one.tap === "tap" && one.packetType === "outgoing"),
  );
  const counted = counts.flatMap(({ copies, echoes, wire }): Sighting[] => [...copies, ...echoes, ...wire]);
  for (const { interface: name, tap, frame } of [...leaving, ...counted])
    at(captureInterface(name, tap)).frames.add(frame);
  for (const { watched, frames } of controls)
    for (const frame of frames.slice(0, CONTROLS_SHOWN))
      at(captureInterface(watched.interface, watched.tap)).control.add(frame);
  return [...byInterface].map(([name, { frames, control }]) => ({
    capture: evidence.capture,
    interface: name,
    frames: [...frames].sort((a, b) => a - b),
    control: [...control].sort((a, b) => a - b),
  }));
}
