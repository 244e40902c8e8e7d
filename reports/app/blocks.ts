/** The matrices a selection makes: one per place, kind of traffic and relay state. */

import { groupBy } from "../group.ts";
import { compareParties, partyKey, type ResultParty } from "../party.ts";
import { trafficText } from "../traffic-text.ts";
import type { Report, Selection } from "./report.ts";

/** A matrix before it is filled: `places[row][column]` is the place of a question, -1 where nobody asks one. */
export interface Block {
  readonly key: string;
  readonly scenario: string;
  readonly lowers: string;
  readonly title: string;
  readonly rows: readonly ResultParty[];
  readonly heads: readonly ResultParty[];
  readonly places: readonly (readonly number[])[];
  /** Columns of the report that look the same in it, oldest first. */
  readonly groups: readonly (readonly number[])[];
}

export function blocksOf(report: Report, { columns, questions }: Selection): Block[] {
  const blocks = groupBy(questions, (place) => {
    const question = report.question(place);
    const lowers = question.placement === "two-lowers" ? "two lower devices" : "one lower device";
    return [
      question.scenario,
      lowers,
      `${trafficText(question)}, relay ${question.reflectiveRelay ? "on" : "off"}`,
    ].join("\n");
  });
  const made = [...blocks].map(([key, places]) => {
    const [scenario = "", lowers = "", title = ""] = key.split("\n");
    return { key, scenario, lowers, title, ...linesOf(report, places), groups: groupsOf(report, places, columns) };
  });
  const first = (of: (block: Block) => string) => {
    const places = new Map<string, number>();
    for (const block of made) if (!places.has(of(block))) places.set(of(block), places.size);
    return (block: Block) => places.get(of(block)) ?? 0;
  };
  const chapter = first(({ scenario, lowers }) => `${scenario} ${lowers}`);
  const traffic = first(({ title }) => title.replace(RELAY, ""));
  // What differs by the relay alone stands beside one another; off comes before on already.
  return made.sort((a, b) => chapter(a) - chapter(b) || traffic(a) - traffic(b));
}
const RELAY = /, relay (on|off)$/;

function linesOf(report: Report, places: readonly number[]): Pick<Block, "rows" | "heads" | "places"> {
  const lines = (of: (place: number) => ResultParty) => {
    const parties = new Map(places.map((place) => [partyKey(of(place)), of(place)]));
    return [...parties.values()].sort(compareParties);
  };
  const rows = lines((place) => report.question(place).source);
  const heads = lines((place) => report.question(place).destination);
  const byPair = new Map(
    places.map((place) => {
      const { source, destination } = report.question(place);
      return [`${partyKey(source)}>${partyKey(destination)}`, place];
    }),
  );
  const at = (row: ResultParty, head: ResultParty) => byPair.get(`${partyKey(row)}>${partyKey(head)}`) ?? -1;
  return { rows, heads, places: rows.map((row) => heads.map((head) => at(row, head))) };
}

function groupsOf(report: Report, places: readonly number[], columns: readonly number[]): number[][] {
  const { answers } = report.index;
  return [...groupBy(columns, (column) => places.map((place) => answers[column]?.[place]).join()).values()];
}
