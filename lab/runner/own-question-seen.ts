/** What came of an endpoint's question whether anybody else has its address. */
import type { OwnQuestion } from "../model/stacks-look.ts";
import { ownQuestionDevice, ownQuestionTurn } from "../topology/site-own-question.ts";
import { devicesOf } from "../traffic/site-plan.ts";
import type { Seen } from "./seen.ts";
import type { SeenSite } from "./stacks-check.ts";

/** That it did not hear itself counts where its question left, and a fence came afterwards. */
export function seenOwnQuestion(
  { endpoint, enhanced }: OwnQuestion,
  reflectiveRelay: boolean,
  { plan, read, capture }: SeenSite,
): Seen {
  const device = devicesOf(plan.site).find(({ name }) => ownQuestionDevice(endpoint).test(name))?.name ?? "";
  const round = plan.rounds.findIndex(
    (each) => each.reflectiveRelay === reflectiveRelay && each.turn === ownQuestionTurn(enhanced),
  );
  const own = read.stretches.filter((stretch) => stretch.round === round);
  const told = own.flatMap(({ said }) => said).find((text) => text.startsWith(`${device} `));
  const asked = own
    .flatMap(({ frames }) => frames)
    .filter(({ device: at, header }) => at === device && header.says === "asks" && header.source === UNSPECIFIED);
  const left = asked.filter(({ outgoing }) => outgoing);
  const target = left[0]?.header.destination;
  const back = asked.filter(({ outgoing, header }) => !outgoing && header.destination === target);
  const control = own.flatMap(({ fences }) => fences.get(device) ?? []).slice(0, 1);
  const frames = [...left, ...back].map(({ frame }) => frame);
  const doubts = [
    ...(told === undefined ? ["detection did not come to an end"] : []),
    ...(left.length === 0 ? [`no question was seen leaving "${device}"`] : []),
    ...(control.length === 0 ? [`no fence was seen at "${device}"`] : []),
    ...(read.drops > 0 ? [`the capture dropped ${read.drops} frames`] : []),
  ];
  return {
    value: `${told?.split(" ")[1] ?? "open"}, heard ${back.length > 0 ? "itself" : "nothing"}`,
    ...(doubts.length > 0 ? { doubt: doubts.join("; ") } : {}),
    evidence: [{ capture, interface: device, frames, control }],
  };
}

const UNSPECIFIED = "0:0:0:0:0:0:0:0";
