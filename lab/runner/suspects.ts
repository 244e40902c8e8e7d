/**
 * The likeliest broken rule: each rule that bears on a kernel's mismatches is decided otherwise in every simple way, and
 * the one that foretells most of them, and least that was not seen, is named. A guess, with its score. Pure.
 */
import { type Cell, excludesEachOther, isFrameCell } from "../model/cell.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import type { CellResult, Suspect } from "../model/results.ts";
import { withDecision } from "../oracle/flip.ts";
import { type Prediction, predictCell } from "../oracle/predict-cell.ts";
import { RULE_IDS, RULES, type RuleId, type Rules } from "../oracle/rules.ts";

/** Cells a candidate is held against: those that mismatch, and those that match. */
const MISMATCHES = 40;
const MATCHES = 120;

type Decide = (...args: unknown[]) => boolean;

interface Candidate {
  readonly id: RuleId;
  readonly otherwise: string;
  readonly rules: Rules;
}

export function withSuspects(cells: readonly CellResult[], version: KernelVersion): readonly CellResult[] {
  const wrong = cells.filter((cell) => cell.verdict === "mismatch" && isAsked(cell));
  if (wrong.length === 0) return cells;
  const fine = cells.filter((cell) => cell.verdict === "match" && isAsked(cell));
  const [held, control] = [sample(wrong, MISMATCHES), sample(fine, MATCHES)];
  const foretells = (rules: Rules, cell: CellResult) =>
    agrees(predictCell(cell as unknown as Cell, version, rules), cell);
  const scored = candidatesFor(held, version).map((candidate) => {
    const explained = held.filter((cell) => foretells(candidate.rules, cell)).length;
    return { candidate, explained };
  });
  const most = scored.filter(({ explained }) => explained > 0).sort((a, b) => b.explained - a.explained);
  const ranked = most.slice(0, SHORT_LIST).map((one) => {
    const contradicted = control.filter((cell) => !foretells(one.candidate.rules, cell)).length;
    return { ...one, contradicted, score: one.explained / held.length - contradicted / Math.max(1, control.length) };
  });
  const [best] = ranked.sort((a, b) => b.score - a.score);
  // One that would change as much of what is as it should be is no likely one.
  if (!best || best.score <= 0) return cells;
  const { functions, text } = RULES[best.candidate.id];
  const suspect: Suspect = {
    rule: best.candidate.id,
    functions: [...functions],
    text,
    otherwise: best.candidate.otherwise,
    explains: [best.explained, held.length],
    contradicts: [best.contradicted, control.length],
  };
  const explained = new Set(wrong.filter((cell) => foretells(best.candidate.rules, cell)));
  return cells.map((cell) => (explained.has(cell) ? { ...cell, suspect } : cell));
}

/** Candidates that are held against what matches as well: the best explain alike, and only that tells them apart. */
const SHORT_LIST = 80;

function isAsked(cell: CellResult): boolean {
  const asked = cell as unknown as Cell;
  return isFrameCell(asked) && !excludesEachOther(asked) && cell.observed.copies !== undefined;
}

/** So many of them, evenly. */
function sample<T>(all: readonly T[], most: number): T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, index) => all[Math.floor(index * step)] as T);
}

function agrees(prediction: Prediction, { observed }: CellResult): boolean {
  if ("error" in prediction) return false;
  const { copies, echo, wire } = prediction;
  const types = (as: readonly string[] | undefined) => [...(as ?? [])].sort().join();
  const isSame = copies === observed.copies && echo === observed.echo && wire === observed.wire;
  return isSame && types(prediction.as) === types(observed.as);
}

/** Simple ones first: of two that foretell the same, the first is named. */
function candidatesFor(cells: readonly CellResult[], version: KernelVersion): Candidate[] {
  const asked = new Map<RuleId, Set<string>>();
  const listening = Object.fromEntries(RULE_IDS.map((id) => [id, { ...RULES[id], decide: heard(id, asked) }]));
  for (const cell of cells) predictCell(cell as unknown as Cell, version, listening as unknown as Rules);
  const ids = [...asked.keys()];
  const decided = (id: RuleId) => RULES[id].decide as Decide;
  const stuck = (answer: boolean) =>
    ids.map((id) => ({ id, otherwise: `${answer ? "yes" : "no"} every time`, rules: withDecision(id, () => answer) }));
  const turned = ids.map((id) => ({
    id,
    otherwise: "the other way round",
    rules: withDecision(id, (...args) => !decided(id)(...args)),
  }));
  const some = ids.flatMap((id) =>
    [...(asked.get(id) ?? [])].map((value) => ({
      id,
      otherwise: `the other way round where it is about ${value}`,
      rules: withDecision(id, (...args) => (args[0] === value ? !decided(id)(...args) : decided(id)(...args))),
    })),
  );
  return [...stuck(true), ...stuck(false), ...turned, ...some];
}

/** Decides as ever, and keeps what the rule was asked about where that has a name. */
function heard(id: RuleId, asked: Map<RuleId, Set<string>>): Decide {
  return (...args) => {
    const values = asked.get(id) ?? new Set();
    asked.set(id, values);
    if (typeof args[0] === "string") values.add(args[0]);
    return (RULES[id].decide as Decide)(...args);
  };
}
