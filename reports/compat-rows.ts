/** Every behaviour as a line of a table, by where the two ends sit. */
import type { CellResult } from "../lab/model/results.ts";
import type { Placement } from "../lab/model/vocabulary.ts";
import type { CellSet } from "./cell-text.ts";
import { anyOf, codeAt, differs, type Line, setsOf } from "./compat-outcomes.ts";
import { sharedSentences } from "./explanation.ts";
import { groupBy } from "./group.ts";

/** One behaviour: a line of a table. */
export interface CompatRow {
  readonly set: CellSet;
  readonly count: number;
  /** Glyphs, by kernel; empty where it was not asked. */
  readonly outcomes: readonly string[];
  readonly differs: boolean;
  /** Sentences every one of its cells rests on, on one kernel or another. */
  readonly rules: readonly string[];
}

export interface CompatSection {
  readonly scenario: string;
  readonly title: string;
  readonly rows: readonly CompatRow[];
}

type Cells = Line<CellResult>;

const SECTIONS: Readonly<Record<Placement, string>> = {
  "same-lower": "Siblings: two endpoints on one lower device",
  "two-lowers": "Two endpoints, each on a lower device of its own",
  "endpoint-to-lower-host": "An endpoint and its lower device's own host",
  "lower-host-to-endpoint": "An endpoint and its lower device's own host",
  "endpoint-to-external": "An endpoint and a host on another port of the switch",
  "external-to-endpoint": "An endpoint and a host on another port of the switch",
};

export function compatSections(lines: readonly Cells[]): CompatSection[] {
  const sections = groupBy(lines, (line) => `${anyOf(line).scenario}\n${SECTIONS[anyOf(line).placement]}`);
  return [...sections].map(([key, own]) => {
    const [scenario = "", title = ""] = key.split("\n");
    return { scenario, title, rows: rowsOf(own) };
  });
}

function rowsOf(lines: readonly Cells[]): CompatRow[] {
  const alike = groupBy(lines, (line) => line.map(codeAt).join("|"));
  const rows = [...alike.values()].flatMap((group) => {
    const outcomes = (group[0] ?? []).map(codeAt);
    return splitBySet(group).map(({ set, members }): CompatRow => {
      const shared = outcomes.flatMap((_, place) => sharedSentences(members.flatMap((line) => line[place] ?? [])));
      return { set, count: members.length, outcomes, differs: differs(outcomes), rules: [...new Set(shared)] };
    });
  });
  return rows.sort((a, b) => Number(b.differs) - Number(a.differs) || compareSets(a.set, b.set));
}

/** Each set of a group of lines, with the lines it stands for. */
function splitBySet(lines: readonly Cells[]): { set: CellSet; members: Cells[] }[] {
  const sets = setsOf(lines);
  if (sets.length === 1 && sets[0]) return [{ set: sets[0], members: [...lines] }];
  return sets.map((set) => ({ set, members: lines.filter((line) => set.holds({ ...anyOf(line), kernel: "" })) }));
}

const RELAY = ["off", "off,on", "on"];

function compareSets(a: CellSet, b: CellSet): number {
  return RELAY.indexOf(a.relay.join()) - RELAY.indexOf(b.relay.join());
}
