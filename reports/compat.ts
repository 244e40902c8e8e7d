/**
 * The compatibility report as data: what changed between kernels and why, and every behaviour with what each kernel
 * makes of it. A behaviour is a set of cells that look the same on every kernel, or a check.
 */
import type { Run, RunKernel } from "../lab/compare/run.ts";
import type { CellResult, CheckResult } from "../lab/model/results.ts";
import type { Placement } from "../lab/model/vocabulary.ts";
import { WORDS, type Words, withExpectation } from "./aspect-text.ts";
import { compareCells } from "./cell-order.ts";
import { type CellSet, cellSets } from "./cell-text.ts";
import { anyOf, type Boundary, boundariesOf, type Line, linesOf, outcomeCode } from "./compat-outcomes.ts";
import { explanationKey, sharedSentences, uniteExplanations, type Vocabulary, vocabularyOf } from "./explanation.ts";
import { groupBy } from "./group.ts";
import { type KernelNames, kernelNames } from "./kernel-names.ts";

/** What changed in one aspect, in one way, for one reason. */
export interface CompatChange {
  readonly sets: readonly CellSet[];
  /** How many cells of each kernel. */
  readonly count: number;
  /** In words, by kernel; `?` where it could not tell, empty where it was not asked. */
  readonly outcomes: readonly string[];
  readonly boundaries: readonly Boundary[];
}

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

export interface CompatCheck {
  readonly scenario: string;
  readonly id: string;
  readonly text: string;
  readonly outcomes: readonly string[];
  readonly boundaries: readonly Boundary[];
  readonly rules: readonly string[];
}

export interface Compat {
  /** Oldest first: the order of every list of outcomes. */
  readonly kernels: readonly RunKernel[];
  readonly names: KernelNames;
  /** Glyphs that occur. */
  readonly codes: ReadonlySet<string>;
  readonly size: { readonly cells: number; readonly differing: number };
  readonly changes: readonly CompatChange[];
  readonly sections: readonly CompatSection[];
  /** Those that differ first. */
  readonly checks: readonly CompatCheck[];
}

export function foldCompat(run: Run): Compat {
  const names = kernelNames(run);
  const kernels = names.ids.flatMap((id) => run.kernels.find((kernel) => kernel.id === id) ?? []);
  const lines = linesOf([...run.cells].sort(compareCells), names.ids);
  const known = vocabularyOf(run);
  return {
    kernels,
    names,
    codes: new Set(run.cells.map(outcomeCode)),
    size: { cells: lines.length, differing: lines.filter((line) => differs(line.map(codeAt))).length },
    changes: ASPECTS.flatMap((words) => changesIn(words, lines, known)),
    sections: sectionsOf(lines),
    checks: checksOf(linesOf(run.checks, names.ids), known),
  };
}

const ASPECTS: readonly Words[] = [WORDS.error, WORDS.copies, WORDS.echo, WORDS.wire, packetTypes];

/** The type of copies that are not there everywhere is no change of its own. */
function packetTypes(counts: Parameters<Words>[0]): string | undefined {
  return counts.copies === 0 ? undefined : WORDS.as(counts);
}

type Cells = Line<CellResult>;

const isTold = (answer: CellResult | CheckResult | undefined) =>
  answer !== undefined && answer.verdict !== "inconclusive";

function codeAt(cell: CellResult | undefined): string {
  return cell === undefined ? "" : outcomeCode(cell);
}

/** Whether two kernels certainly behaved differently. */
function differs(codes: readonly string[]): boolean {
  const told = codes.filter((code) => code !== "" && !code.endsWith("?")).map((code) => code.replace(/^!/, ""));
  return new Set(told).size > 1;
}

function changesIn(words: Words, lines: readonly Cells[], known: Vocabulary): CompatChange[] {
  const changed = lines.flatMap((line) => {
    const plain = line.map((cell) => (cell && isTold(cell) ? words(cell.observed) : undefined));
    const boundaries = boundariesOf(line, plain, known);
    if (boundaries.length === 0) return [];
    const outcomes = line.map((cell, place) => {
      if (cell === undefined) return "";
      return plain[place] === undefined ? "?" : withExpectation(words, cell);
    });
    return [{ line, outcomes, boundaries }];
  });
  const alike = groupBy(changed, ({ outcomes, boundaries }) =>
    JSON.stringify([outcomes, boundaries.map(({ from, to, rules }) => [from, to, explanationKey(rules)])]),
  );
  const folded = [...alike.values()].map((group): CompatChange => {
    const { outcomes, boundaries } = group[0] as (typeof changed)[number];
    const united = boundaries.map((boundary, place) => ({
      ...boundary,
      rules: uniteExplanations(group.flatMap((one) => one.boundaries[place]?.rules ?? [])),
    }));
    return { sets: setsOf(group.map(({ line }) => line)), count: group.length, outcomes, boundaries: united };
  });
  return folded.sort((a, b) => b.count - a.count);
}

/** Cells of any kernel stand for the same cells of all. */
function setsOf(lines: readonly Cells[]): CellSet[] {
  return cellSets(lines.map((line) => ({ ...anyOf(line), kernel: "" })));
}

const SECTIONS: Readonly<Record<Placement, string>> = {
  "same-lower": "Siblings: two endpoints on one lower device",
  "two-lowers": "Two endpoints, each on a lower device of its own",
  "endpoint-to-lower-host": "An endpoint and its lower device's own host",
  "lower-host-to-endpoint": "An endpoint and its lower device's own host",
  "endpoint-to-external": "An endpoint and a host on another port of the switch",
  "external-to-endpoint": "An endpoint and a host on another port of the switch",
};

function sectionsOf(lines: readonly Cells[]): CompatSection[] {
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

function checksOf(lines: readonly Line<CheckResult>[], known: Vocabulary): CompatCheck[] {
  const checks = lines.map((line): CompatCheck => {
    const { scenario, id, text } = anyOf(line);
    const plain = line.map((check) => (check && isTold(check) ? check.observed : undefined));
    const outcomes = line.map((check) => (check === undefined ? "" : isTold(check) ? checkText(check) : "?"));
    const shared = line.flatMap((check) => (check ? sharedSentences([check]) : []));
    return { scenario, id, text, outcomes, boundaries: boundariesOf(line, plain, known), rules: [...new Set(shared)] };
  });
  const rank = ({ boundaries }: CompatCheck) => (boundaries.length > 0 ? 0 : 1);
  return checks.sort((a, b) => rank(a) - rank(b));
}

function checkText({ observed, expected, verdict }: CheckResult): string {
  return `${observed || "nothing"}${verdict === "mismatch" ? ` (expected: ${expected})` : ""}`;
}
