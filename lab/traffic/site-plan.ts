/**
 * What is said at a site, in rounds: all that can be said at once without one teaching another's neighbours anything.
 * Pure.
 */
import type { Setting, Site, SiteDevice } from "../topology/site.ts";
import type { SiteTalk, SiteTurn } from "../topology/site-talk.ts";

/** Tries of what is not answered: what is lost now and then is told from what never arrives. */
export const TRIES = 3;
const QUIET_MS = 20;

export interface SiteRound {
  readonly turn: number;
  readonly reflectiveRelay: boolean;
  /** Shell lines that change something before, in no particular namespace. */
  readonly changes: readonly string[];
  readonly settings: readonly Setting[];
  /** Devices that hear nothing meanwhile, and are not waited for. */
  readonly deaf: readonly string[];
  readonly talks: readonly SiteTalk[];
  /** Milliseconds of silence that end a try. */
  readonly quiet: number;
  /** Milliseconds a guest may stand still while something changes; absent: as long as a stack is patient. */
  readonly patience?: number;
}

export interface SitePlan {
  /** The run's own number, in every payload. */
  readonly nonce: number;
  readonly site: Site;
  readonly rounds: readonly SiteRound[];
  /** In the order of their ids, which begin at 1. */
  readonly talks: readonly SiteTalk[];
}

/** Turns of the same number are one round. */
export function planSite(site: Site, turns: readonly SiteTurn[], nonce: number): SitePlan {
  const groups = new Map<number, SiteTurn[]>();
  for (const turn of turns) {
    const key = turn.turn + (turn.reflectiveRelay ? RELAYED : 0);
    groups.set(key, [...(groups.get(key) ?? []), turn]);
  }
  const rounds = [...groups].sort(([one], [other]) => one - other).map(([, group]) => roundOf(group));
  return { nonce, site, rounds, talks: rounds.flatMap(({ talks }) => talks) };
}

/** More than there are turns. */
const RELAYED = 1_000_000;

function roundOf(turns: readonly SiteTurn[]): SiteRound {
  const patience = turns.flatMap((turn) => turn.patience ?? []);
  return {
    turn: turns[0]?.turn ?? 0,
    reflectiveRelay: turns.some(({ reflectiveRelay }) => reflectiveRelay),
    changes: turns.flatMap(({ changes }) => changes ?? []),
    settings: turns.flatMap(({ settings }) => settings ?? []),
    deaf: turns.flatMap(({ deaf }) => deaf ?? []),
    talks: turns.flatMap(({ talks }) => talks ?? []),
    quiet: Math.max(QUIET_MS, ...turns.map(({ quiet }) => quiet ?? 0)),
    ...(patience.length > 0 ? { patience: Math.min(...patience) } : {}),
  };
}

export const talkKey = ({ check, name }: Pick<SiteTalk, "check" | "name">): string => `${check} ${name}`;

/** The devices frames are recorded at; the agent's number of each is its place, counted from 1. */
export function devicesOf({ parts }: Site): SiteDevice[] {
  return parts.flatMap(({ devices }) => devices);
}
