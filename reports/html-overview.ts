/** What changed between kernels, for the head of the report: each with a query that shows it and cells to look at. */
import { meaningOf } from "../lab/compare/run.ts";
import type { CellResult, Results } from "../lab/model/results.ts";
import type { CellSet } from "./cell-text.ts";
import { kernelDifferences } from "./differences.ts";
import { type KernelNames, kernelPhrase } from "./kernel-names.ts";

export interface KernelDifference {
  readonly count: number;
  /** Where, and between whom. */
  readonly where: readonly { readonly place: string; readonly pairs: string }[];
  readonly outcomes: readonly { readonly text: string; readonly kernels: string }[];
  /** Tokens of the query box. */
  readonly query: string;
  /** Name of a question, to look at; a check has none. */
  readonly example?: string;
}

export function overviewDifferences(results: Results, names: KernelNames): KernelDifference[] {
  const { cells, checks } = kernelDifferences(results, names.ids);
  const said = (outcomes: readonly { text: string; kernels: readonly string[] }[]) =>
    outcomes.map(({ text, kernels }) => ({ text, kernels: kernelPhrase(names, kernels) }));
  return [
    ...cells.map(({ count, sets, outcomes }): KernelDifference => {
      const example = exampleOf(results.cells, sets);
      return {
        count,
        where: sets.map(({ where, pairs }) => ({ place: where, pairs })),
        outcomes: said(outcomes),
        query: queryOf(sets),
        ...(example ? { example: meaningOf(example) } : {}),
      };
    }),
    ...checks.map(({ check, outcomes }) => ({
      count: 1,
      where: [{ place: `check ${check.id}`, pairs: check.text }],
      outcomes: said(outcomes),
      query: "",
    })),
  ];
}

function exampleOf(cells: readonly CellResult[], [set]: readonly CellSet[]): CellResult | undefined {
  return set && cells.find((cell) => set.holds({ ...cell, kernel: set.kernels[0] ?? cell.kernel }));
}

function queryOf(sets: readonly CellSet[]): string {
  const union = (of: (set: CellSet) => readonly string[]) => [...new Set(sets.flatMap(of))];
  const traffic = union((set) => set.traffic).map((name) => `traffic:${name.replace(/ .*/, "")}`);
  const relay = union((set) => set.relay).map((state) => `relay:${state}`);
  return [...new Set(["is:different", ...(relay.length === 1 ? relay : []), ...traffic])].join(" ");
}
