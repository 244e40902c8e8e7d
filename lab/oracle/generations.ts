/**
 * Which kernels the rules were read from, and what differs between them as facts about versions. Nothing here looks at
 * a running kernel. How each fact is known: docs/decisions/0002-oracle-generations.md.
 */
import type { KernelVersion } from "../model/kernel-version.ts";
import { atLeast, compareKernelVersions } from "../model/kernel-version.ts";

/** The driver's source was read at these versions, one a generation, oldest first. */
export const REVIEWED: readonly KernelVersion[] = [
  [5, 10, 262],
  [6, 1, 192],
  [6, 12, 117],
  [7, 2, 12],
  [7, 3, 4],
];

/** What the rules need to know of a kernel. */
export interface DriverFacts {
  /** D1: a bridge endpoint's group frame that comes back goes to bridge endpoints too, its sender included. */
  readonly returningGroupReachesBridge: boolean;
  /** D2: group frames are handed out by `macvlan_multicast_rx`; before, by `macvlan_process_broadcast` itself. */
  readonly hasMulticastRx: boolean;
  /** D3: `nopromisc` switched at a passthru endpoint that is down changes its lower device's count all the same. */
  readonly idleSwitchCounts: boolean;
  /** D4: the length of the queue for group frames can be asked for, attribute 7; its use is told, attribute 8. */
  readonly hasQueueLength: boolean;
  /** D5: which group frames that queue is for can be asked for, attribute 9. */
  readonly hasBroadcastCutoff: boolean;
  /** D6: whether it is the lower device that has no carrier is looked up in the endpoint's own namespace. */
  readonly looksBelowAtHome: boolean;
  /** `__dev_change_net_namespace` does what `dev_change_net_namespace` did before. */
  readonly hasInnerMove: boolean;
}

/** What is held true of a kernel, and what else may be: `doubts` are the facts of its other neighbour. */
export interface Knowledge {
  readonly facts: DriverFacts;
  readonly doubts: readonly DriverFacts[];
  /** Older than every reviewed generation, or newer: whatever is predicted is extrapolated. */
  readonly outside: boolean;
  /** Whether a fact in doubt was asked for since this was last set to false. */
  readonly doubted: { asked: boolean };
}

interface Sighting {
  readonly version: KernelVersion;
  readonly changed: boolean;
}

/** Where D1 was looked for: in source up to 6.12 and from 7.2.12 on, in the compiled module between. Oldest first. */
const D1_SIGHTINGS: readonly Sighting[] = [
  { version: [5, 10, 262], changed: false },
  { version: [6, 1, 192], changed: false },
  { version: [6, 12, 117], changed: false },
  { version: [6, 16, 12], changed: false },
  { version: [6, 17, 13], changed: false },
  { version: [6, 18, 15], changed: false },
  { version: [7, 2, 6], changed: true },
  { version: [7, 2, 12], changed: true },
  { version: [7, 3, 4], changed: true },
];

/** Where D3 was looked for: in source, and in the compiled module from 6.16 to 7.2.6. D4 to D6: in source. Oldest first. */
const D3_SIGHTINGS: readonly Sighting[] = [
  { version: [5, 10, 262], changed: false },
  { version: [6, 1, 192], changed: false },
  { version: [6, 12, 117], changed: true },
  { version: [6, 16, 12], changed: false },
  { version: [6, 17, 13], changed: false },
  { version: [6, 18, 15], changed: false },
  { version: [7, 2, 6], changed: false },
  { version: [7, 2, 13], changed: false },
  { version: [7, 3, 4], changed: true },
];
const D4_SIGHTINGS: readonly Sighting[] = [
  { version: [5, 10, 262], changed: false },
  { version: [6, 1, 192], changed: true },
  { version: [7, 3, 4], changed: true },
];
const D5_SIGHTINGS: readonly Sighting[] = [
  { version: [5, 10, 262], changed: false },
  { version: [6, 1, 192], changed: false },
  { version: [6, 12, 117], changed: true },
  { version: [7, 3, 4], changed: true },
];
const D6_SIGHTINGS = D5_SIGHTINGS; // between the same two generations

/** What is known of by sightings, and which of its two answers is the changed one. */
const SIGHTED = {
  returningGroupReachesBridge: { sightings: D1_SIGHTINGS, whenChanged: true },
  idleSwitchCounts: { sightings: D3_SIGHTINGS, whenChanged: false },
  hasQueueLength: { sightings: D4_SIGHTINGS, whenChanged: true },
  hasBroadcastCutoff: { sightings: D5_SIGHTINGS, whenChanged: true },
  looksBelowAtHome: { sightings: D6_SIGHTINGS, whenChanged: true },
} as const;
type Sighted = keyof typeof SIGHTED;

const sameBranch = (a: KernelVersion, b: KernelVersion): boolean => a[0] === b[0] && a[1] === b[1];

/**
 * Whether sightings settle that a version has a change. A branch never loses one it has, but a later patch level may
 * always have got it; a branch nobody looked into is settled where its neighbours agree, and so is what lies between
 * two that have the change, for branches get theirs from the mainline. Undefined: not settled.
 */
function settled(version: KernelVersion, sightings: readonly Sighting[]): boolean | undefined {
  const isOlder = (sighting: Sighting) => compareKernelVersions(sighting.version, version) <= 0;
  const isNewer = (sighting: Sighting) => compareKernelVersions(sighting.version, version) >= 0;
  const branch = sightings.filter((sighting) => sameBranch(sighting.version, version));
  if (branch.some((sighting) => isNewer(sighting) && !sighting.changed)) return false;
  if (branch.some((sighting) => isOlder(sighting) && sighting.changed)) return true;
  const [before, after] = [sightings.filter(isOlder).at(-1), sightings.find(isNewer)];
  const agreed = before?.changed === after?.changed ? before?.changed : undefined;
  return branch.length === 0 || agreed ? agreed : undefined;
}

/** The nearest older sighting, and the oldest where there is none. */
function nearest(version: KernelVersion, sightings: readonly Sighting[]): boolean {
  const older = sightings.filter((sighting) => compareKernelVersions(sighting.version, version) <= 0);
  return (older.at(-1) ?? sightings[0])?.changed === true;
}

function isOutside(version: KernelVersion): boolean {
  const [oldest, newest] = [REVIEWED[0], REVIEWED.at(-1)];
  if (!oldest || !newest) return true;
  const older = !atLeast(version, oldest[0], oldest[1]);
  return older || (compareKernelVersions(version, newest) > 0 && !sameBranch(version, newest));
}

const KNOWN = new Map<string, Knowledge>();

/** What is known of the driver in a kernel; the same object for the same version. */
export function knowledgeOf(kernel: KernelVersion): Knowledge {
  const name = kernel.join(".");
  const knowledge = KNOWN.get(name) ?? workOut(kernel);
  KNOWN.set(name, knowledge);
  return knowledge;
}

function workOut(kernel: KernelVersion): Knowledge {
  const names = Object.keys(SIGHTED) as Sighted[];
  const asks = { asked: false };
  const held = Object.fromEntries(names.map((name) => [name, heldTrue(kernel, name)])) as Record<Sighted, boolean>;
  const certain = { hasMulticastRx: atLeast(kernel, 6, 12), hasInnerMove: atLeast(kernel, 5, 13) };
  const open = names.filter((name) => settled(kernel, SIGHTED[name].sightings) === undefined);
  const facts = { ...certain, ...held };
  for (const name of open) {
    const get = () => {
      asks.asked = true;
      return held[name];
    };
    Object.defineProperty(facts, name, { enumerable: true, get });
  }
  const doubts = open.map((name) => ({ ...certain, ...held, [name]: !held[name] }));
  return { facts, doubts, outside: isOutside(kernel), doubted: asks };
}

/** What is held true of a fact: what is settled, else the nearest older sighting. */
function heldTrue(kernel: KernelVersion, name: Sighted): boolean {
  const { sightings, whenChanged } = SIGHTED[name];
  const changed = settled(kernel, sightings) ?? nearest(kernel, sightings);
  return changed === whenChanged;
}

/**
 * Predicts for one kernel: by the facts held true of it, and marked as extrapolated where the kernel is outside the
 * reviewed generations or where the facts that may hold instead lead to another answer.
 * @param sameAnswer compares what is predicted, not the wording of the rules.
 */
export function predictFor<Answer extends object>(
  kernel: KernelVersion,
  predict: (facts: DriverFacts) => Answer,
  sameAnswer: (one: Answer, other: Answer) => boolean,
): Answer & { extrapolated?: true } {
  const { facts, doubts, outside, doubted } = knowledgeOf(kernel);
  doubted.asked = false;
  const answer = predict(facts);
  const doubtful = outside || (doubted.asked && doubts.some((other) => !sameAnswer(answer, predict(other))));
  return doubtful ? { ...answer, extrapolated: true } : answer;
}
