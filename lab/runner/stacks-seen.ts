/** What was seen of a check of IP stacks, as the text that is held against the prediction. */
import { OUTSIDE } from "../topology/site.ts";
import type { StacksCheck } from "../topology/site-arranged.ts";
import { hostSpaceOf } from "../topology/site-host-macvlan.ts";
import type { SiteTalk } from "../topology/site-talk.ts";
import { talkKey } from "../traffic/site-plan.ts";
import { type Talked, talkEvidence, talkedOf } from "../verdict/stacks.ts";
import { seenOwnQuestion } from "./own-question-seen.ts";
import type { Seen } from "./seen.ts";
import { severalValue } from "./several-seen.ts";
import type { SeenSite } from "./stacks-check.ts";

export function seenOf({ id, setUp, reflectiveRelay = false }: StacksCheck, site: SeenSite): Seen {
  if (setUp.what === "own-question") return seenOwnQuestion(setUp, reflectiveRelay, site);
  const talks = site.plan.talks.filter(({ check }) => check === id);
  if (setUp.what === "gateway") return seenGateway(talks, site);
  if (setUp.what === "several-addresses") return seenSeveral(talks, site);
  return seenTalks(talks, site, (told) => told.map(({ talk, outcome }) => `${talk.name}: ${outcome}`).join("; "));
}

interface Told extends Talked {
  readonly talk: SiteTalk;
}

function seenTalks(
  talks: readonly SiteTalk[],
  { read, capture }: SeenSite,
  say: (told: readonly Told[]) => string,
): Seen {
  const told = talks.map((talk) => ({ talk, ...talkedOf(read.tries.get(talkKey(talk)) ?? [], read.drops) }));
  const doubts = told.flatMap(({ talk, doubts: each }) => each.map((doubt) => `${talk.name}: ${doubt}`));
  return {
    value: say(told),
    ...(doubts.length > 0 ? { doubt: doubts.join("; ") } : {}),
    evidence: talks.flatMap((talk) => talkEvidence(read.tries.get(talkKey(talk)) ?? [], capture)),
  };
}

/** Those that speak first are there for what they say. */
function seenSeveral(talks: readonly SiteTalk[], site: SeenSite): Seen {
  const asked = talks.filter(({ from }) => from === OUTSIDE.name);
  return seenTalks(asked, site, (told) => {
    const answered = told.filter(({ outcome }) => outcome === "answered").map(({ talk }) => talk.name);
    return severalValue(talks, site, answered);
  });
}

/** `answered, seen as host`. */
function seenGateway(talks: readonly SiteTalk[], site: SeenSite): Seen {
  const { plan, refused } = site;
  const spaces = talks.map(({ from }) => hostSpaceOf(plan.site, from));
  const missing = spaces.flatMap((space) => refused.get(space) ?? []);
  const seen = seenTalks(talks, site, (told) =>
    told.map(({ talk, outcome }) => `${outcome}, seen as ${seenAs(talk, site)}`).join("; "),
  );
  return missing.length === 0 ? seen : { ...seen, missing: `this kernel does not translate addresses: ${missing[0]}` };
}

/** Whose packets came to the external host. */
function seenAs(talk: SiteTalk, { plan, read }: SeenSite): string {
  const { source, destination, alias } = talk;
  const round = plan.rounds.findIndex(({ talks }) => talks.includes(talk));
  const came = read.stretches
    .filter((stretch) => stretch.round === round)
    .flatMap(({ frames }) => frames)
    .filter(({ device, outgoing, header }) => device === OUTSIDE.name && !outgoing && header.says === "packet")
    .filter(({ header }) => header.destination === destination)
    .map(({ header }) => header.source);
  const names = [came.includes(alias ?? "") ? "host" : [], came.includes(source) ? "endpoint" : []].flat();
  return names.length > 0 ? names.join(" and ") : "nobody";
}
