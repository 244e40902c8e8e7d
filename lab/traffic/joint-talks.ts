/** Plays a plan of talks in every part of a stage, step by step, and takes the records home as one recording by one clock. */
import { EnvironmentError } from "../base/errors.ts";
import { externalHost } from "../model/topology.ts";
import { residentOf } from "../topology/residents.ts";
import type { Part, Stage } from "../topology/stage.ts";
import { putLeaseParts, releaseServer } from "./joint-leases.ts";
import { type JoinedTalks, joinTalks } from "./joint-talk-records.ts";
import { neighbourOverflows } from "./neighbour-table.ts";
import { startPlayer } from "./player.ts";
import { parseTalkRecording } from "./records.ts";
import { requireDevices } from "./talk-drops.ts";
import {
  type FenceLines,
  fenceLines,
  forgetLines,
  hearLines,
  isTold,
  neighbourLines,
  openingLines,
  relayLines,
  talkLines,
  tryName,
} from "./talk-lines.ts";
import { stackNumber } from "./talk-numbers.ts";
import { isLease, type Round, type TalkPlan, TRIES } from "./talk-plan.ts";
import { FENCE_QUIET_MS, LEASES_MS, leaseScriptPath, QUIET_MS, quietFor } from "./talk-script.ts";
import { talkSignals } from "./talk-signals.ts";
import { type Partner, PartnersInStep } from "./talk-steps.ts";
import { JointTries, type TryLines } from "./talk-tries.ts";
import { type PlayedTalks, playTalks } from "./talks.ts";

export interface JointlyPlayedTalks extends PlayedTalks {
  /** Microseconds by which times of different parts may be off against one another; absent where one clock served all. */
  readonly clockError?: number;
}

/**
 * The neighbourhood of the plan must be up on the stage.
 * @throws EnvironmentError when an agent fails, a device vanishes, or the parts cannot wait for one another; what was not
 * seen is no failure, but missing in the records.
 */
export async function playTalksOn({ parts }: Stage, plan: TalkPlan): Promise<JointlyPlayedTalks> {
  const [only] = parts;
  if (only && parts.length === 1) return playTalks(only.executor, plan);
  const started = performance.now();
  const slowness = Math.max(...parts.map(({ executor }) => executor.slowness ?? 1));
  for (const part of parts) await putLeaseParts(part, plan);
  const overflowed = await overflowsOf(parts);
  const partners = parts.map((part) => ({ part, player: startPlayer(part.executor, "talk") }));
  await new JointTalks(plan, partners, slowness).play();
  const bytes = await Promise.all(partners.map(({ player }) => player.end()));
  const overflows = (await overflowsOf(parts)) - overflowed;
  const { recording, clockError } = joinedOf(plan, parts, bytes);
  return {
    recording,
    overflows,
    seconds: (performance.now() - started) / 1000,
    ...(clockError === undefined ? {} : { clockError: Math.ceil(clockError / 1000) }),
  };
}

async function overflowsOf(parts: readonly Part[]): Promise<number> {
  const all = await Promise.all(parts.map(({ executor }) => neighbourOverflows(executor)));
  return all.reduce((sum, one) => sum + one, 0);
}

function joinedOf(plan: TalkPlan, parts: readonly Part[], bytes: readonly Buffer[]): JoinedTalks {
  const recordings = bytes.map((one) => parseTalkRecording(one));
  for (const [index, recording] of recordings.entries())
    requireDevices((parts[index] as Part).executor.place, recording);
  const { topology, residents } = plan.place;
  const far = stackNumber(residentOf(plan.place, externalHost(topology)));
  const cablesFrom = ({ has }: Part) =>
    topology.lowers
      .filter(({ name }) => has(name))
      .flatMap(({ name }) => residents.get(name) ?? [])
      .map((resident) => ({ near: stackNumber(resident), far }));
  const [reference, ...others] = [...recordings.keys()].reverse().map((index) => ({
    recording: recordings[index] as (typeof recordings)[number],
    cables: cablesFrom(parts[index] as Part),
  }));
  if (!reference) throw new EnvironmentError("nobody played");
  return joinTalks(others.reverse(), reference.recording, plan.nonce);
}

class JointTalks {
  readonly #plan: TalkPlan;
  readonly #partners: readonly Partner[];
  readonly #steps: PartnersInStep;
  readonly #tries: JointTries;
  readonly #slowness: number;

  constructor(plan: TalkPlan, partners: readonly Partner[], slowness: number) {
    this.#plan = plan;
    this.#partners = partners;
    this.#steps = new PartnersInStep(talkSignals(plan), partners, slowness);
    this.#tries = new JointTries(this.#steps, slowness);
    this.#slowness = slowness;
  }

  async play(): Promise<void> {
    await this.#steps.step((part) => openingLines(this.#plan, part));
    await this.#steps.ready();
    await this.#steps.step(() => ["counters"]);
    for (const [index, round] of this.#plan.rounds.entries()) {
      if (round.talks.some(isLease)) await this.#leases(round, index);
      else
        for (let attempt = 1; attempt <= TRIES; attempt++)
          await this.#tries.untilProven(this.#linesOf(round, index, attempt));
      await this.#steps.step(() => ["counters"]);
    }
  }

  #linesOf(round: Round, index: number, attempt: number): TryLines {
    const { place } = this.#plan;
    const told = isTold(round);
    return {
      begin: (part) => [
        ...relayLines(place, round, part),
        ...(told ? neighbourLines(round, part) : []),
        `mark ${tryName(index, attempt)}`,
        ...hearLines(round, part),
      ],
      talks: (part) => talkLines(round, attempt, part),
      fences: this.#fencesOf(index, attempt),
      end: (part) => ["hush", ...forgetLines(place, round, part)],
      quiet: QUIET_MS,
      fenceQuiet: FENCE_QUIET_MS,
    };
  }

  #fencesOf(index: number, attempt: number): (part: Part) => FenceLines {
    return (part) => fenceLines(this.#plan, index, attempt, part);
  }

  /** The server serves until all clients have ended. */
  async #leases(round: Round, index: number): Promise<void> {
    await this.#steps.step((part) => [...relayLines(this.#plan.place, round, part), `mark ${tryName(index, 1)}`]);
    const run = async ({ part: { executor }, player }: Partner) =>
      void (await player.report([
        `run ${leaseScriptPath(executor.workDirectory, index)} ${Math.round(LEASES_MS * this.#slowness)}`,
      ]));
    const server = this.#partners.at(-1) as Partner;
    const serving = run(server);
    serving.catch(() => {}); // told below
    await Promise.all(this.#partners.slice(0, -1).map(run));
    await releaseServer(server.part.executor, index);
    await serving;
    if ((await this.#steps.settle(() => [], quietFor(QUIET_MS, this.#slowness))) !== "restless")
      await this.#tries.fence(this.#fencesOf(index, 1), FENCE_QUIET_MS);
  }
}
