/** A cell in one sentence: `VEPA to bridge, relay on: delivered, one copy, through the switch`. */
import type { CellResult, Expected, Observed } from "../lab/model/results.ts";
import { isHost, partyKey, partyText, type ResultParty } from "./party.ts";
import { isOneWay, trafficText } from "./traffic-text.ts";

type Asked = Pick<
  CellResult,
  "placement" | "reflectiveRelay" | "traffic" | "neighbours" | "route" | "vhost" | "source" | "destination"
>;

/** Who asks whom, and where: `macvlan vepa to macvtap bridge, one lower device, relay on, unicast`. */
export function askedText(cell: Asked): string {
  const lowers = cell.placement === "two-lowers" ? "two lower devices" : "one lower device";
  const relay = `relay ${cell.reflectiveRelay ? "on" : "off"}`;
  return [`${endText(cell.source)} to ${endText(cell.destination)}`, lowers, relay, trafficText(cell)].join(", ");
}

export function cellSentence(cell: Asked & Pick<CellResult, "observed" | "verdict">): string {
  return `${askedText(cell)}: ${outcomeText(cell, cell.observed)}${cell.verdict === "inconclusive" ? "; it could not be told" : ""}`;
}

export function endText(party: ResultParty): string {
  if (isHost(party)) return partyText(party.kind, undefined);
  const key = partyKey(party);
  return partyText(key.slice(key.indexOf("/") + 1), party.kind);
}

const OUTCOMES = {
  answered: "answered",
  heard: "heard by the peer, no answer came back",
  unheard: "sent and not heard",
  unresolved: "not sent, for nobody told the next hop's address",
} as const;

export function outcomeText({ traffic }: Pick<CellResult, "traffic">, seen: Observed | Expected): string {
  const { error, outcome, copies, echo = 0, wire } = seen;
  if (error !== undefined) return `refused with ${error}`;
  if (outcome !== undefined) return outcome === "heard" && isOneWay({ traffic }) ? "heard" : OUTCOMES[outcome];
  if (copies === undefined) return "nothing recorded";
  const arrived = copies === 0 ? "not delivered" : `delivered, ${copies === 1 ? "one copy" : `${copies} copies`}`;
  const back = echo === 0 ? [] : [echo === 1 ? "the sender got it back" : `the sender got it back ${echo} times`];
  const way = wire === undefined ? [] : [wayText(copies, wire)];
  return [arrived, ...way, ...back].join(", ");
}

function wayText(copies: number, wire: number): string {
  if (wire === 0) return copies === 0 ? "never on the wire" : "inside the lower device";
  const times = wire === 1 ? "" : ` ${wire} times`;
  return copies === 0 ? `sent to the switch${times}` : `through the switch${times}`;
}
