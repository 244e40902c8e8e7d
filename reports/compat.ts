/**
 * The compatibility report as data: what changed between kernels and why, and every behaviour with what each kernel
 * makes of it. A behaviour is a set of cells that look the same on every kernel, or a check.
 */
import type { Run, RunKernel } from "../lab/compare/run.ts";
import { compareCells } from "./cell-order.ts";
import { type CompatChange, compatChanges } from "./compat-changes.ts";
import { type CompatCheck, compatChecks } from "./compat-checks.ts";
import { codeAt, differs, linesOf, outcomeCode } from "./compat-outcomes.ts";
import { type CompatSection, compatSections } from "./compat-rows.ts";
import { vocabularyOf } from "./explanation.ts";
import { type KernelNames, kernelNames } from "./kernel-names.ts";

export interface Compat {
  /** Oldest first: the order of every list of outcomes. */
  readonly kernels: readonly RunKernel[];
  readonly names: KernelNames;
  /** Glyphs that occur. */
  readonly codes: ReadonlySet<string>;
  readonly size: { readonly cells: number; readonly differing: number };
  readonly changes: readonly CompatChange[];
  readonly sections: readonly CompatSection[];
  /** Whether the rules of every kernel are on record. */
  readonly hasRules: boolean;
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
    hasRules: [...known.values()].every((sentences) => sentences.size > 0),
    changes: compatChanges(lines, known),
    sections: compatSections(lines),
    checks: compatChecks(linesOf(run.checks, names.ids), known),
  };
}
