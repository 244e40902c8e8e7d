/** What a kernel with a fault in it must show, cell by cell and check by check. Pure. */
import type { Cell } from "../../lab/model/cell.ts";
import type { KernelVersion } from "../../lab/model/kernel-version.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { type Prediction, predictCell } from "../../lab/oracle/predict-cell.ts";
import { predictCheck } from "../../lab/oracle/predict-check.ts";
import { RULES, type RuleId, type Rules } from "../../lab/oracle/rules.ts";
import type { Catch, Counts, Deviation } from "./fault.ts";

/** What is observed of a cell, or `may` where that cannot be told; undefined: what a sound kernel shows. */
export type Foretold = Counts | { readonly error: string | undefined } | "may" | undefined;

export interface Foreteller {
  readonly cell: (cell: Cell) => Foretold;
  /** The observed value, or `may`; undefined: a sound kernel's. */
  readonly check: (check: CheckSpec) => string | undefined;
}

export function foreteller(caughtBy: Catch, version: KernelVersion): Foreteller {
  if (caughtBy.by === "finding") return { cell: () => undefined, check: () => undefined };
  const { cells } = caughtBy;
  const byDeviation = cells && ((cell: Cell) => deviating(predictCell(cell, version), (sound) => cells(cell, sound)));
  if (caughtBy.by === "results") return { cell: byDeviation ?? (() => undefined), check: () => undefined };
  const rules = withRules(caughtBy.rules);
  const cell = (one: Cell) => unlessSame(predictCell(one, version), predictCell(one, version, rules));
  return { cell: byDeviation ?? cell, check: (check) => checkBy(check, version, rules, caughtBy.untold) };
}

function checkBy(check: CheckSpec, version: KernelVersion, rules: Rules, untold?: RegExp): string | undefined {
  if (untold?.test(check.id)) return "may";
  const faulty = predictCheck(check, version, rules).value;
  return faulty === predictCheck(check, version).value ? undefined : faulty;
}

function deviating(sound: Prediction, cells: (sound: Counts) => Deviation): Foretold {
  const counts = "error" in sound ? { copies: 0, echo: 0, wire: 0, as: [] } : countsOf(sound);
  const deviation = cells(counts);
  if (deviation === undefined || deviation === "may") return deviation;
  if (deviation === "built") return { error: undefined };
  return unlessSame(counts, withPlausibleTypes({ ...counts, ...deviation }));
}

function withRules(decisions: Partial<Record<RuleId, (...args: never[]) => boolean>>): Rules {
  const changed = Object.entries(decisions).map(([id, decide]) => [id, { ...RULES[id as RuleId], decide }]);
  return { ...RULES, ...Object.fromEntries(changed) };
}

function withPlausibleTypes(counts: Counts): Counts {
  return counts.copies === 0 ? { ...counts, as: [] } : counts;
}

function unlessSame(sound: Prediction | Counts, faulty: Prediction | Counts): Foretold {
  const told = (one: Prediction | Counts) => ("error" in one ? { error: one.error } : countsOf(one));
  const [before, after] = [told(sound), told(faulty)];
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
}

function countsOf({ copies, echo, wire, as }: Counts): Counts {
  return { copies, echo, wire, as };
}
