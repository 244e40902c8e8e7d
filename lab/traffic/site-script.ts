/** A plan of a site as the lines one agent plays, where one place has all of it. */
import {
  fenceLines,
  forgetLines,
  openingLines,
  relayLines,
  settingLines,
  siteTryName,
  talkLines,
} from "./site-lines.ts";
import { type SitePlan, type SiteRound, TRIES } from "./site-plan.ts";
import { EVERYBODY } from "./talk-lines.ts";

export const FENCE_QUIET_MS = 5;
export const DEADLINE_MS = 5_000;
export const SCRIPT_MS = 10_000;

/** Files the plan's `run` lines name, by path. */
export interface SiteScript {
  readonly lines: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

export function siteScript(plan: SitePlan, directory: string): SiteScript {
  const lines = [
    ...openingLines(plan, EVERYBODY),
    ...plan.rounds.flatMap((round, index) => roundLines(plan, round, index, directory)),
  ];
  return { lines, files: changeFiles(plan, directory) };
}

/** The scripts of rounds that change something. */
export function changeFiles({ rounds }: SitePlan, directory: string): Map<string, string> {
  return new Map(
    rounds.flatMap(({ changes }, index) =>
      changes.length > 0 ? [[changePath(directory, index), `${changes.join("\n")}\n`] as const] : [],
    ),
  );
}

export function changePath(directory: string, round: number): string {
  return `${directory}/site-${round}.sh`;
}

/** How often a round is tried. */
export function triesOf({ talks }: SiteRound): number {
  return talks.length > 0 ? TRIES : 1;
}

function roundLines(plan: SitePlan, round: SiteRound, index: number, directory: string): string[] {
  const { site } = plan;
  const fences = (attempt: number) => {
    const { expected, sent } = fenceLines(plan, round, index, attempt, EVERYBODY);
    return [...expected, ...sent, `wait ${FENCE_QUIET_MS} ${DEADLINE_MS}`];
  };
  const tries = Array.from({ length: triesOf(round) }, (_, attempt) => [
    `mark ${siteTryName(index, attempt + 1)}`,
    ...talkLines(plan, round, attempt + 1, EVERYBODY),
    `wait ${round.quiet} ${DEADLINE_MS}`,
    ...fences(attempt + 1),
    "hush",
    ...forgetLines(site, round, EVERYBODY),
  ]);
  const run = `run ${changePath(directory, index)} ${SCRIPT_MS}`;
  const changes = round.changes.length > 0 ? [`mark ${siteTryName(index, 0)}`, run] : [];
  return [
    ...relayLines(site, round, EVERYBODY),
    ...settingLines(site, round.settings, EVERYBODY),
    ...changes,
    ...tries.flat(),
  ];
}
