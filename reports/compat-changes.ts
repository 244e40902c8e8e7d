/** What changed between kernels, one aspect at a time: a second copy and an echo are two changes. */
import type { CellResult } from "../lab/model/results.ts";
import { WORDS, type Words, withExpectation } from "./aspect-text.ts";
import type { CellSet } from "./cell-text.ts";
import { type Boundary, boundariesOf, isTold, type Line, setsOf } from "./compat-outcomes.ts";
import { explanationKey, uniteExplanations, type Vocabulary } from "./explanation.ts";
import { groupBy } from "./group.ts";

/** What changed in one aspect, in one way, for one reason. */
export interface CompatChange {
  readonly sets: readonly CellSet[];
  /** How many cells of each kernel. */
  readonly count: number;
  /** In words, by kernel; `?` where it could not tell, empty where it was not asked. */
  readonly outcomes: readonly string[];
  readonly boundaries: readonly Boundary[];
}

const ASPECTS: readonly Words[] = [WORDS.error, WORDS.outcome, WORDS.copies, WORDS.echo, WORDS.wire, packetTypes];

/** The type of copies that are not there everywhere is no change of its own. */
function packetTypes(counts: Parameters<Words>[0]): string | undefined {
  return counts.copies === 0 ? undefined : WORDS.as(counts);
}

export function compatChanges(lines: readonly Cells[], known: Vocabulary): CompatChange[] {
  return ASPECTS.flatMap((words) => changesIn(words, lines, known));
}

type Cells = Line<CellResult>;

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
