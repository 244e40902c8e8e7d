/** A plan of a site as the lines the agent plays (`images/agent/talk.c`). */
import { BROADCAST } from "../topology/addresses.ts";
import { OUTSIDE, type Setting, type Site } from "../topology/site.ts";
import { namespacesOf } from "../topology/site-build.ts";
import { probeFrame, tagBytes } from "./frame.ts";
import { devicesOf, type SitePlan, type SiteRound, TRIES } from "./site-plan.ts";

const RING = "ring 1024 256";
const FENCE_QUIET_MS = 5;
const DEADLINE_MS = 5_000;
/** All hosts' group, 224.0.0.1, on the link. */
const ALL_HOSTS = "01:00:5e:00:00:01";
const SCRIPT_MS = 10_000;

/** Files the plan's `run` lines name, by path. */
export interface SiteScript {
  readonly lines: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

export function siteScript(plan: SitePlan, directory: string): SiteScript {
  const { site } = plan;
  const files = new Map<string, string>();
  const lines = [
    `nonce ${plan.nonce.toString(16).padStart(8, "0")}`,
    RING,
    ...namespacesOf(site).map((name, index) => `ns ${index + 1} ${name}`),
    ...devicesOf(site).map(({ name, namespace }, index) => `if ${index + 1} ${spaceNumber(site, namespace)} ${name}`),
    ...guestLines(site),
    ...settingLines(
      site,
      site.parts.flatMap(({ settings }) => settings),
    ),
    ...namespacesOf(site).map((_, index) => `serve ${index + 1}`),
    ...plan.rounds.flatMap((round, index) => {
      const path = `${directory}/site-${index}.sh`;
      if (round.changes.length > 0) files.set(path, `${round.changes.join("\n")}\n`);
      return roundLines(plan, round, index, path);
    }),
  ];
  return { lines, files };
}

const spaceNumber = (site: Site, namespace: string): number => namespacesOf(site).indexOf(namespace) + 1;

function guestLines(site: Site): string[] {
  const guests = site.parts.flatMap((part) => part.guests);
  const before = devicesOf(site).length;
  return guests.flatMap(({ device, host, guest, joins }, index) => [
    `if ${before + index + 1} ${spaceNumber(site, host)} ${device}`,
    ...(joins ?? []).map((group) => `join ${before + index + 1} ${group}`),
    `pump ${before + index + 1} ${spaceNumber(site, guest)} ${device}`,
  ]);
}

/** What a mark says before each try; the first is 1, what is changed before is 0. */
export function siteTryName(round: number, attempt: number): string {
  return `round ${round} try ${attempt}`;
}

function roundLines(plan: SitePlan, round: SiteRound, index: number, path: string): string[] {
  const relay = plan.site.parts
    .flatMap(({ cables }) => cables.filter(({ reflects }) => reflects))
    .map(({ port }) => `write /sys/class/net/${port}/brport/hairpin_mode ${round.reflectiveRelay ? 1 : 0}`);
  const ids = new Map(plan.talks.map((talk, at) => [talk, at + 1]));
  const numbers = new Map(devicesOf(plan.site).map(({ name }, at) => [name, at + 1]));
  const tries = Array.from({ length: round.talks.length > 0 ? TRIES : 1 }, (_, attempt) => [
    `mark ${siteTryName(index, attempt + 1)}`,
    ...round.talks.map(
      (talk) =>
        `talk ${ids.get(talk)} ${attempt + 1} ${talk.word} ${numbers.get(talk.from)} ${talk.source} ${talk.destination} ${talk.bytes}`,
    ),
    `wait ${round.quiet} ${DEADLINE_MS}`,
    ...fenceLines(plan, round, index, attempt + 1),
    "hush",
    ...forgetLines(plan.site, round),
  ]);
  const changes = round.changes.length > 0 ? [`mark ${siteTryName(index, 0)}`, `run ${path} ${SCRIPT_MS}`] : [];
  return [...relay, ...settingLines(plan.site, round.settings), ...changes, ...tries.flat()];
}

/** The agent writes where it was last: joining a group every device is in takes it to that namespace. */
function settingLines(site: Site, settings: readonly Setting[]): string[] {
  const namespaces = [...new Set(settings.map(({ namespace }) => namespace))];
  return namespaces.flatMap((namespace) => [
    `join ${devicesOf(site).findIndex((device) => device.namespace === namespace) + 1} ${ALL_HOSTS}`,
    ...settings
      .filter((setting) => setting.namespace === namespace)
      .map(({ name, value }) => `write /proc/sys/net/${name} ${value}`),
  ]);
}

/** Every device that is there forgets, so that what one round taught is nothing to the next. */
function forgetLines(site: Site, { deaf, talks }: SiteRound): string[] {
  const said = new Set(talks.flatMap(({ from, to }) => [from, ...to]));
  return devicesOf(site).flatMap(({ name }, at) =>
    said.has(name) && !deaf.includes(name) ? [`forget ${at + 1}`] : [],
  );
}

/** One broadcast from outside to everybody, and one to the external host: sent when all is quiet. */
function fenceLines({ site, nonce }: SitePlan, { deaf }: SiteRound, round: number, attempt: number): string[] {
  const devices = devicesOf(site);
  const numberOf = (name: string) => devices.findIndex((device) => device.name === name) + 1;
  const inside = site.parts.flatMap(({ cables }) => cables).find(({ name }) => name !== OUTSIDE.name);
  const fence = (from: { name: string; address: string }, to: readonly string[], way: number) => {
    const id = (round * (TRIES + 1) + attempt) * 2 + way;
    const bytes = probeFrame({ source: from.address, destination: BROADCAST }, nonce, id, `fence from ${from.name}`);
    const tag = tagBytes(nonce, id).toString("hex");
    const expected = to.filter((name) => !deaf.includes(name)).map((name) => `expect ${numberOf(name)} 1 ${tag}`);
    return { expected, send: `send ${numberOf(from.name)} ${bytes.toString("hex")}` };
  };
  const others = devices.map(({ name }) => name).filter((name) => name !== OUTSIDE.name);
  const fences = [fence(OUTSIDE, others, 0), ...(inside ? [fence(inside, [OUTSIDE.name], 1)] : [])];
  return [
    ...fences.flatMap(({ expected }) => expected),
    ...fences.map(({ send }) => send),
    `wait ${FENCE_QUIET_MS} ${DEADLINE_MS}`,
  ];
}
