/** Plays a plan of a site in both parts of a stage, step by step, and takes the records home as one recording by one clock. */
import type { Executor } from "../base/executor.ts";
import { OUTSIDE } from "../topology/site.ts";
import type { Part, Stage } from "../topology/stage.ts";
import { type JoinedTalks, joinTalks } from "./joint-talk-records.ts";
import { startPlayer } from "./player.ts";
import { parseTalkRecording } from "./records.ts";
import {
  fenceLines,
  forgetLines,
  hearLines,
  type NumberedCable,
  numberedCables,
  openingLines,
  relayLines,
  settingLines,
  siteFenceIds,
  siteTryName,
  talkLines,
} from "./site-lines.ts";
import { type SitePlan, type SiteRound, TRIES } from "./site-plan.ts";
import { changeFiles, changePath, FENCE_QUIET_MS, SCRIPT_MS, triesOf } from "./site-script.ts";
import { playSite } from "./sites.ts";
import { quietFor } from "./talk-script.ts";
import type { SignalEnd, Signals } from "./talk-signals.ts";
import { type Partner, PartnersInStep } from "./talk-steps.ts";
import { JointTries, TIMES, type TryLines } from "./talk-tries.ts";

/**
 * The site of the plan must be up on the stage.
 * @throws EnvironmentError when an agent fails, or the parts cannot wait for one another; what was not seen is no failure,
 * but missing in the records.
 */
export async function playSiteOn({ parts }: Stage, plan: SitePlan): Promise<JoinedTalks> {
  const [inside, atSwitch] = parts;
  if (!inside || !atSwitch) return { recording: await playSite((inside as Part).executor, plan) };
  const slowness = Math.max(...parts.map(({ executor }) => executor.slowness ?? 1));
  await putChanges(inside.executor, plan);
  const partnerAt = (part: Part): Partner => ({ part, player: startPlayer(part.executor, "talk") });
  const partners = { inside: partnerAt(inside), atSwitch: partnerAt(atSwitch) };
  await new JointSite(plan, partners, slowness).play();
  const [own, reference] = await Promise.all([partners.inside.player.end(), partners.atSwitch.player.end()]);
  const { outside, lowers } = siteSignals(plan);
  const cables = lowers.map(({ number }) => ({ near: number, far: outside.number }));
  return joinTalks([{ recording: parseTalkRecording(own), cables }], parseTalkRecording(reference), plan.nonce);
}

async function putChanges(executor: Executor, plan: SitePlan): Promise<void> {
  for (const [path, text] of changeFiles(plan, executor.workDirectory)) await executor.put(path, Buffer.from(text));
}

/** By every cable, whatever is said by it. */
export function siteSignals({ nonce, site, rounds }: SitePlan): Signals {
  const end = ({ name, number, address }: NumberedCable): SignalEnd => ({ device: name, number, address });
  const [outside, ...lowers] = numberedCables(site).map(end);
  if (outside?.device !== OUTSIDE.name) throw new RangeError(`the first of a site's cables is not "${OUTSIDE.name}"`);
  return { nonce, firstId: siteFenceIds(rounds.length, TRIES)[1] + 1, outside, lowers };
}

class JointSite {
  readonly #plan: SitePlan;
  readonly #inside: Partner;
  readonly #steps: PartnersInStep;
  readonly #tries: JointTries;
  readonly #slowness: number;

  constructor(plan: SitePlan, { inside, atSwitch }: Record<"inside" | "atSwitch", Partner>, slowness: number) {
    this.#plan = plan;
    this.#inside = inside;
    this.#steps = new PartnersInStep(siteSignals(plan), [inside, atSwitch], slowness);
    this.#tries = new JointTries(this.#steps, slowness);
    this.#slowness = slowness;
  }

  async play(): Promise<void> {
    await this.#steps.step((part) => openingLines(this.#plan, part, true));
    await this.#steps.ready();
    for (const [index, round] of this.#plan.rounds.entries()) await this.#round(round, index);
  }

  async #round(round: SiteRound, index: number): Promise<void> {
    const { site } = this.#plan;
    await this.#steps.step((part) => [...relayLines(site, round, part), ...settingLines(site, round.settings, part)]);
    const isProven = round.changes.length === 0 || (await this.#changeUntilProven(round, index));
    for (let attempt = 1; attempt <= triesOf(round); attempt++)
      await this.#tries.untilProven(this.#linesOf(round, index, attempt, isProven));
  }

  /** What a guest stood still in is changed once more. Resolves to whether none did at last. */
  async #changeUntilProven(round: SiteRound, index: number): Promise<boolean> {
    for (let times = 1; times <= TIMES; times++) if (await this.#change(round, index)) return true;
    return false;
  }

  async #change({ quiet, patience }: SiteRound, index: number): Promise<boolean> {
    await this.#steps.step(() => [`mark ${siteTryName(index, 0)}`]);
    const { part, player } = this.#inside;
    await player.report([
      `run ${changePath(part.executor.workDirectory, index)} ${Math.round(SCRIPT_MS * this.#slowness)}`,
    ]);
    return (await this.#steps.settle(() => [], quietFor(quiet, this.#slowness), patience)) === "quiet";
  }

  #linesOf(round: SiteRound, index: number, attempt: number, isProven: boolean): TryLines {
    const plan = this.#plan;
    return {
      begin: (part) => [`mark ${siteTryName(index, attempt)}`, ...hearLines(plan, round, part)],
      talks: (part) => talkLines(plan, round, attempt, part),
      ...(isProven ? { fences: (part) => fenceLines(plan, round, index, attempt, part) } : {}),
      end: (part) => ["hush", ...forgetLines(plan.site, round, part)],
      quiet: round.quiet,
      fenceQuiet: FENCE_QUIET_MS,
    };
  }
}
