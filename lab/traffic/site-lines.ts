/**
 * What an agent is told of a site (`images/agent/talk.c`), piece by piece: of everything, or of what is in one part of a
 * stage, which tells of devices and namespaces alike whether they are there.
 */
import { BROADCAST } from "../topology/addresses.ts";
import { type Cabled, namespacesOf, OUTSIDE, type Setting, type Site } from "../topology/site.ts";
import { probeFrame, tagBytes } from "./frame.ts";
import { devicesOf, type SitePlan, type SiteRound, TRIES } from "./site-plan.ts";
import type { FenceLines, Whose } from "./talk-lines.ts";

const RING = "ring 1024 256";
/** All hosts' group, 224.0.0.1, on the link. */
const ALL_HOSTS = "01:00:5e:00:00:01";

/** Everybody's namespace opened, set and served. @param crossed whether signals go by every cable. */
export function openingLines({ nonce, site }: SitePlan, whose: Whose, crossed = false): string[] {
  const ends = numberedCables(site).filter((cable) => crossed || cable.name === insideOf(site)?.name);
  const here = numberedNamespaces(site).filter(({ name }) => whose.has(name));
  return [
    `nonce ${nonce.toString(16).padStart(8, "0")}`,
    RING,
    ...here.map(({ name, number }) => `ns ${number} ${name}`),
    ...devicesOf(site).flatMap(({ name, namespace }, index) =>
      whose.has(name) ? [`if ${index + 1} ${spaceNumber(site, namespace)} ${name}`] : [],
    ),
    ...guestLines(site, whose),
    ...extraLines(site, whose, ends),
    ...settingLines(
      site,
      site.parts.flatMap(({ settings }) => settings),
      whose,
    ),
    ...here.map(({ number }) => `serve ${number}`),
  ];
}

function numberedNamespaces(site: Site) {
  return namespacesOf(site).map((name, index) => ({ name, number: index + 1 }));
}

const spaceNumber = (site: Site, namespace: string): number => namespacesOf(site).indexOf(namespace) + 1;

function guestLines(site: Site, whose: Whose): string[] {
  const before = devicesOf(site).length;
  return guestsOf(site).flatMap(({ device, host, guest, joins }, index) =>
    whose.has(device)
      ? [
          `if ${before + index + 1} ${spaceNumber(site, host)} ${device}`,
          ...(joins ?? []).map((group) => `join ${before + index + 1} ${group}`),
          `pump ${before + index + 1} ${spaceNumber(site, guest)} ${device}`,
        ]
      : [],
  );
}

const guestsOf = ({ parts }: Site) => parts.flatMap(({ guests }) => guests);

/** A device on a cable, by the agent's number. */
export interface NumberedCable extends Cabled {
  readonly number: number;
  /** Whether it is none of the devices frames are recorded at for the checks: its number is behind all others. */
  readonly isExtra: boolean;
}

/** The external host's first. */
export function numberedCables(site: Site): NumberedCable[] {
  const names = devicesOf(site).map(({ name }) => name);
  let last = names.length + guestsOf(site).length;
  return site.parts
    .flatMap(({ cables }) => cables)
    .map((cable) => {
      const isExtra = !names.includes(cable.name);
      return { ...cable, isExtra, number: isExtra ? ++last : names.indexOf(cable.name) + 1 };
    });
}

/** Who sends the fence to the external host. */
const insideOf = (site: Site): NumberedCable | undefined =>
  numberedCables(site).find(({ name }) => name !== OUTSIDE.name);

function extraLines(site: Site, whose: Whose, cables: readonly NumberedCable[]): string[] {
  return cables
    .filter(({ name, isExtra }) => isExtra && whose.has(name))
    .map(({ name, namespace, number }) => `if ${number} ${spaceNumber(site, namespace)} ${name}`);
}

/** What a mark says before each try; the first is 1, what is changed before is 0. */
export function siteTryName(round: number, attempt: number): string {
  return `round ${round} try ${attempt}`;
}

/** Every port, as a round has it. */
export function relayLines({ parts }: Site, { reflectiveRelay }: SiteRound, whose: Whose): string[] {
  return parts
    .flatMap(({ cables }) => cables.filter(({ reflects, port }) => reflects && whose.has(port)))
    .map(({ port }) => `write /sys/class/net/${port}/brport/hairpin_mode ${reflectiveRelay ? 1 : 0}`);
}

/** The agent writes where it was last: joining a group every device is in takes it to that namespace. */
export function settingLines(site: Site, settings: readonly Setting[], whose: Whose): string[] {
  const namespaces = [...new Set(settings.map(({ namespace }) => namespace))].filter(whose.has);
  return namespaces.flatMap((namespace) => [
    `join ${devicesOf(site).findIndex((device) => device.namespace === namespace) + 1} ${ALL_HOSTS}`,
    ...settings
      .filter((setting) => setting.namespace === namespace)
      .map(({ name, value }) => `write /proc/sys/net/${name} ${value}`),
  ]);
}

export function talkLines({ site, talks: all }: SitePlan, { talks }: SiteRound, attempt: number, whose: Whose) {
  const ids = new Map(all.map((talk, at) => [talk, at + 1]));
  const numbers = new Map(devicesOf(site).map(({ name }, at) => [name, at + 1]));
  return talks
    .filter(({ from }) => whose.has(from))
    .map(
      (talk) =>
        `talk ${ids.get(talk)} ${attempt} ${talk.word} ${numbers.get(talk.from)} ${talk.source} ${talk.destination} ${talk.bytes}`,
    );
}

/** Of talks that are begun elsewhere. */
export function hearLines({ talks: all }: SitePlan, { talks }: SiteRound, whose: Whose): string[] {
  const ids = new Map(all.map((talk, at) => [talk, at + 1]));
  return talks
    .filter(({ from, to }) => !whose.has(from) && to.some(whose.has))
    .map((talk) => `hear ${ids.get(talk)} ${talk.bytes}`);
}

/** Every device that is there forgets, so that what one round taught is nothing to the next. */
export function forgetLines(site: Site, { deaf, talks }: SiteRound, whose: Whose): string[] {
  const said = new Set(talks.flatMap(({ from, to }) => [from, ...to]));
  return devicesOf(site).flatMap(({ name }, at) =>
    said.has(name) && !deaf.includes(name) && whose.has(name) ? [`forget ${at + 1}`] : [],
  );
}

/** One broadcast from outside to everybody, and one to the external host: sent when all is quiet. */
export function fenceLines(
  { site, nonce }: SitePlan,
  { deaf }: SiteRound,
  round: number,
  attempt: number,
  whose: Whose,
): FenceLines {
  const inside = insideOf(site);
  const devices = devicesOf(site).map(({ name }) => name);
  const numberOf = (name: string) => (name === inside?.name ? inside.number : devices.indexOf(name) + 1);
  const [fromOutside, toOutside] = siteFenceIds(round, attempt);
  const fence = (from: { name: string; address: string }, to: readonly string[], id: number): FenceLines => {
    const bytes = probeFrame({ source: from.address, destination: BROADCAST }, nonce, id, `fence from ${from.name}`);
    const tag = tagBytes(nonce, id).toString("hex");
    const expected = to
      .filter((name) => !deaf.includes(name) && whose.has(name))
      .map((name) => `expect ${numberOf(name)} 1 ${tag}`);
    return { expected, sent: whose.has(from.name) ? [`send ${numberOf(from.name)} ${bytes.toString("hex")}`] : [] };
  };
  const others = devices.filter((name) => name !== OUTSIDE.name);
  const fences = [fence(OUTSIDE, others, fromOutside), ...(inside ? [fence(inside, [OUTSIDE.name], toOutside)] : [])];
  return { expected: fences.flatMap(({ expected }) => expected), sent: fences.flatMap(({ sent }) => sent) };
}

/** Those of a try: from outside, and to the external host. */
export function siteFenceIds(round: number, attempt: number): readonly [number, number] {
  const first = (round * (TRIES + 1) + attempt) * 2;
  return [first, first + 1];
}
