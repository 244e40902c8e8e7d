/** What a stack with several devices was seen saying of its addresses. */
import { OUTSIDE } from "../topology/site.ts";
import { ORDINALS } from "../topology/site-several-addresses.ts";
import type { SiteTalk } from "../topology/site-talk.ts";
import type { SitePlan } from "../traffic/site-plan.ts";
import type { ReadSite, SiteFrame } from "../traffic/site-records.ts";

/** @param reached names of the talks from outside that were answered. */
export function severalValue(
  talks: readonly SiteTalk[],
  { plan, read }: { readonly plan: SitePlan; readonly read: ReadSite },
  reached: readonly string[],
): string {
  const round = plan.rounds.findIndex((each) => each.talks.some((talk) => talks.includes(talk)));
  const devices = talks.find(({ from }) => from === OUTSIDE.name)?.to ?? [];
  const said = read.stretches
    .filter((stretch) => stretch.round === round)
    .flatMap(({ frames }) => frames)
    .filter(({ device, outgoing }) => outgoing && devices.includes(device));
  const by = (says: SiteFrame["header"]["says"]) =>
    ORDINALS.map((name) => {
      const addresses = ownAddresses(talks, name);
      const from = said.filter(({ header }) => header.says === says && addresses.includes(header.source));
      return `${name}=${listOf(ORDINALS.filter((_, at) => from.some(({ device }) => device === devices[at])))}`;
    }).join(" ");
  const came = ORDINALS.filter((name) => reached.includes(name));
  return `answered: ${by("tells")}; asking: ${by("asks")}; leaving: ${by("packet")}; reached: ${listOf(came)}`;
}

/** The addresses of a macvlan, asked at and spoken from. */
function ownAddresses(talks: readonly SiteTalk[], name: string): string[] {
  return talks.flatMap((talk) => {
    if (talk.name === name) return [talk.destination];
    return talk.name === `from ${name}` ? [talk.source] : [];
  });
}

const listOf = (names: readonly string[]): string => names.join("+") || "nobody";
