/** A baseline laid out again as the run it was made of, as far as it was kept. Pure. */
import type { Baseline, BaselineCells, BaselineCheck, BaselineKernel } from "../model/baseline.ts";
import { type AnyCell, cellId, partyName, receivingParties, sendingParties } from "../model/cell.ts";
import { claimsOf } from "../model/cell-claims.ts";
import type { CellResult, CheckResult } from "../model/results.ts";
import { ENGINE_KINDS, HOST_KINDS, MODES, type Party, type Verdict } from "../model/vocabulary.ts";
import type { Run, RunKernel } from "./run.ts";

const CONTAINERS: readonly Party[] = ENGINE_KINDS.flatMap((kind) => MODES.map((mode) => ({ kind, mode })));
const PARTIES: ReadonlyMap<string, Party> = new Map(
  [...sendingParties(), ...receivingParties(), ...CONTAINERS, ...HOST_KINDS.map((kind) => ({ kind }))].map((party) => [
    partyName(party),
    party,
  ]),
);

/** What its cells are made of must be there: `unknownParty` says what is not. */
export function runOf(baseline: Baseline): Run {
  const rules = new Map(Object.entries(baseline.rules ?? {}));
  const all = baseline.kernels.map(({ id }) => id);
  return {
    kernels: baseline.kernels.map(kernelOf),
    cells: baseline.cells.flatMap((entry) => (entry.kernels ?? all).flatMap((kernel) => cellsOf(entry, kernel, rules))),
    checks: baseline.checks.flatMap((entry) => (entry.kernels ?? all).map((kernel) => checkOf(entry, kernel, rules))),
    ...(baseline.measurements ? { measurements: baseline.measurements.map((one) => ({ ...one, samples: [] })) } : {}),
  };
}

/** The first name in a baseline that no party has. */
export function unknownParty({ cells }: Baseline): string | undefined {
  return cells.flatMap(({ sources, destinations }) => [...sources, ...destinations]).find((name) => !PARTIES.has(name));
}

function kernelOf({ id, version, generation, health }: BaselineKernel): RunKernel {
  return { id, version: version ?? generation, health: health ?? { status: "ok", findings: [] } };
}

function cellsOf(entry: BaselineCells, kernel: string, rules: ReadonlyMap<string, string>): CellResult[] {
  const { scenario, lower, placement, reflectiveRelay, traffic, neighbours, route, vhost, observed } = entry;
  const held = { ...(neighbours && { neighbours }), ...(route && { route }) };
  const how = { ...(lower && { lower }), ...held, ...(vhost && { vhost }) };
  const verdict = verdictOf(entry, observed.error !== undefined);
  const expected = { ...(entry.expected ?? observed), by: "baseline", rule: ruleText(entry, rules) } as const;
  return pairsOf(entry).map((pair) => {
    const cell = { placement, reflectiveRelay, traffic, ...how, ...pair } as AnyCell;
    const [id, claims] = [cellId(scenario, kernel, cell), claimsOf(cell)];
    return { id, scenario, kernel, claims, ...cell, expected, observed, verdict, evidence: [] };
  });
}

function pairsOf({ sources, destinations }: BaselineCells): { source: Party; destination: Party }[] {
  const parties = (names: readonly string[]) => names.flatMap((name) => PARTIES.get(name) ?? []);
  return parties(sources).flatMap((source) => parties(destinations).map((destination) => ({ source, destination })));
}

function checkOf(entry: BaselineCheck, kernel: string, rules: ReadonlyMap<string, string>): CheckResult {
  const { scenario, id, text, observed, expected = observed } = entry;
  const rule = ruleText(entry, rules);
  return {
    id,
    scenario,
    kernel,
    text,
    expected,
    observed,
    rule,
    verdict: verdictOf(entry, entry.unsupported === true),
    evidence: [],
  };
}

function verdictOf({ expected }: { expected?: unknown }, isRefused: boolean): Verdict {
  if (expected !== undefined) return "mismatch";
  return isRefused ? "unsupported" : "match";
}

function ruleText({ rule = [] }: { rule?: string[] | undefined }, rules: ReadonlyMap<string, string>): string {
  return rule.map((key) => rules.get(key) ?? key).join("; ");
}
