/** What a kernel with a fault in it must show, cell by cell and check by check. Pure. */
import { type Cell, cellsOf } from "../../lab/model/cell.ts";
import type { KernelVersion } from "../../lab/model/kernel-version.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { type Prediction, predictCell } from "../../lab/oracle/predict-cell.ts";
import { predictCheck } from "../../lab/oracle/predict-check.ts";
import { RULES, type RuleId, type Rules } from "../../lab/oracle/rules.ts";
import { basics } from "../../scenarios/basics.ts";
import { pairings } from "../../scenarios/pairings.ts";
import type { Catch, Counts, Deviation } from "./fault.ts";

/** What is observed of a cell. `may`: cannot be told; `lost`: the kernel does not survive it; undefined: a sound kernel's. */
export type Foretold = Counts | { readonly error: string | undefined } | "may" | "lost" | undefined;

export interface Foreteller {
  readonly cell: (cell: Cell) => Foretold;
  /** The observed value, or `may`; undefined: a sound kernel's. */
  readonly check: (check: CheckSpec) => string | undefined;
}

export function foreteller(caughtBy: Catch, version: KernelVersion): Foreteller {
  const nothing = () => undefined;
  if (caughtBy.by === "finding")
    return { cell: (cell) => (caughtBy.lost?.(cell) ? "lost" : undefined), check: nothing };
  const { cells } = caughtBy;
  const byDeviation = cells && ((cell: Cell) => deviating(predictCell(cell, version), (sound) => cells(cell, sound)));
  if (caughtBy.by === "results") return { cell: byDeviation ?? nothing, check: nothing };
  const rules = withRules(caughtBy.rules);
  const cell = (one: Cell) => unlessSame(predictCell(one, version), predictCell(one, version, rules));
  return { cell: byDeviation ?? cell, check: (check) => checkBy(check, version, rules, caughtBy.untold) };
}

const CELLS: readonly Cell[] = pairings.cells ? cellsOf(pairings.cells) : [];
/** Pings take longer than all other checks, and rest on what those show. */
const CHECKS = (basics.checks ?? []).filter(({ look }) => look.look !== "ping");

/** Whatever of `pairings`, and of `basics` without its pings, is not as on a sound kernel. */
export function deviationsOf(caughtBy: Catch, version: KernelVersion): Deviations {
  const known = DEVIATIONS.get(caughtBy);
  if (known?.version === version.join(".")) return known;
  const tell = foreteller(caughtBy, version);
  const deviations = {
    version: version.join("."),
    cells: CELLS.map(tell.cell).filter((foretold) => foretold !== undefined),
    checks: CHECKS.filter((check) => tell.check(check) !== undefined),
  };
  DEVIATIONS.set(caughtBy, deviations);
  return deviations;
}

interface Deviations {
  readonly version: string;
  readonly cells: readonly Foretold[];
  readonly checks: readonly CheckSpec[];
}

/** The predictions behind each are thousands. */
const DEVIATIONS = new WeakMap<Catch, Deviations>();

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
  const faulty = { ...counts, ...deviation };
  return unlessSame(counts, faulty.copies === 0 ? { ...faulty, as: [] } : faulty);
}

function withRules(decisions: Partial<Record<RuleId, (...args: never[]) => boolean>>): Rules {
  const changed = Object.entries(decisions).map(([id, decide]) => [id, { ...RULES[id as RuleId], decide }]);
  return { ...RULES, ...Object.fromEntries(changed) };
}

function unlessSame(sound: Prediction | Counts, faulty: Prediction | Counts): Foretold {
  const told = (one: Prediction | Counts) => ("error" in one ? { error: one.error } : countsOf(one));
  const [before, after] = [told(sound), told(faulty)];
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
}

function countsOf({ copies, echo, wire, as }: Counts): Counts {
  return { copies, echo, wire, as };
}
