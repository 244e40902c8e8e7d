/** What every form of `macvlab diff` says: the two sides by name, and the comparison in a sentence. */
import type { Comparison } from "../lab/compare/changes.ts";
import { type Answer, isCell, type Run, type RunKernel, ruleOf } from "../lab/compare/run.ts";
import { plural } from "./cell-text.ts";
import { answerOf, type ChangeEntry, type ChangeGroup, groupChanges } from "./change-groups.ts";
import { framesByCapture } from "./deviations.ts";
import { isExplained, vocabularyOf } from "./explanation.ts";

export interface DiffSide {
  /** As typed. */
  readonly name: string;
  /** What the paths of its captures are relative to. */
  readonly directory: string;
  readonly run: Run;
}

export interface Diff {
  readonly before: DiffSide;
  readonly after: DiffSide;
  readonly comparison: Comparison;
  readonly groups: readonly ChangeGroup[];
}

export function makeDiff(before: DiffSide, after: DiffSide, comparison: Comparison): Diff {
  const known = { before: vocabularyOf(before.run), after: vocabularyOf(after.run) };
  return { before, after, comparison, groups: groupChanges(comparison.changes, known) };
}

export interface KernelLine {
  readonly what: string;
  readonly text: string;
}

/** What changed about kernels as a whole. */
export function kernelChanges({ comparison: { gone, appeared, health }, before, after }: Diff): KernelLine[] {
  return [
    ...gone.map((kernel) => ({ what: "went away", text: wholeKernel(kernel, before.run) })),
    ...appeared.map((kernel) => ({ what: "appeared", text: wholeKernel(kernel, after.run) })),
    ...health.map((pair) => ({
      what: "health",
      text: `${kernelText(pair.after)}: ${healthText(pair.before)} -> ${healthText(pair.after)}`,
    })),
  ];
}

function wholeKernel(kernel: RunKernel, { cells, checks }: Run): string {
  const count = (answers: readonly { kernel: string }[]) => answers.filter((one) => one.kernel === kernel.id).length;
  return `${kernelText(kernel)} with ${sizeText({ cells: count(cells), checks: count(checks) })}`;
}

function healthText({ health }: RunKernel): string {
  const titles = health.findings.map(({ title }) => title);
  return titles.length === 0 ? health.status : `${health.status} (${titles.join("; ")})`;
}

/** `debian:sid/cloud (7.2.13)`. */
export function kernelText({ id, version }: RunKernel): string {
  return version === "" || version === id ? id : `${id} (${version})`;
}

/** The kernels of one side that were compared. */
export function kernelsOf({ comparison: { pairs } }: Diff, side: "before" | "after"): string {
  return pairs.map((pair) => kernelText(pair[side])).join(", ") || "no kernel";
}

/** `96 of 2840 cells and 0 of 78 checks changed.` or `Nothing changed: 2840 cells and 78 checks compared.` */
export function diffSummary(diff: Diff): string {
  const { compared, changes, gone, appeared, health } = diff.comparison;
  const of = (kind: string) => sizeOf(changes.filter((change) => change.kind === kind).map(answerOf));
  const changed = of("changed");
  const counted = (what: number, all: number, one: string) =>
    all === 0 ? [] : [`${what} of ${plural(all, one, `${one}s`)}`];
  const both = [
    ...counted(changed.cells, compared.cells, "cell"),
    ...counted(changed.checks, compared.checks, "check"),
  ];
  const parts = [
    `${both.join(" and ") || "no cell"} changed`,
    ...[of("gone")].filter(isSome).map((size) => `${sizeText(size)} went away`),
    ...[of("appeared")].filter(isSome).map((size) => `${sizeText(size)} appeared`),
    ...(gone.length > 0 ? [`${plural(gone.length, "kernel", "kernels")} went away`] : []),
    ...(appeared.length > 0 ? [`${plural(appeared.length, "kernel", "kernels")} appeared`] : []),
    ...(health.length > 0 ? [`the health of ${plural(health.length, "kernel", "kernels")} changed`] : []),
  ];
  if (parts.length === 1 && !isSome(changed)) return `Nothing changed: ${sizeText(compared)} compared.`;
  return `${parts.join(", ")}.`;
}

interface Size {
  readonly cells: number;
  readonly checks: number;
}

const isSome = ({ cells, checks }: Size): boolean => cells + checks > 0;

export function sizeOf(answers: readonly Answer[]): Size {
  const cells = answers.filter(isCell).length;
  return { cells, checks: answers.length - cells };
}

/** `96 cells and 2 checks`, `1 check`. */
export function sizeText({ cells, checks }: Size): string {
  const parts = [
    ...(cells > 0 ? [plural(cells, "cell", "cells")] : []),
    ...(checks > 0 ? [plural(checks, "check", "checks")] : []),
  ];
  return parts.join(" and ") || "no cells";
}

/** `96 cells changed, explained by rules that differ`. */
export function groupTitle(group: ChangeGroup): string {
  return `${sizeText(sizeOf(group.changes.map(answerOf)))} ${titleEnd(group)}`;
}

function titleEnd({ kind, rules, changes }: ChangeGroup): string {
  if (kind !== "changed") return kind === "gone" ? "went away" : "appeared";
  if (isExplained(rules)) return "changed, explained by rules that differ";
  const areKnown = changes.every(
    ({ before, after }) => before && after && ruleOf(before) !== "" && ruleOf(after) !== "",
  );
  return areKnown ? "changed, and no rule explains it: the same rules hold for both" : "changed";
}

/** Which, where it is not all that were compared. */
export function kernelsFact(entry: ChangeEntry, { comparison: { pairs } }: Diff): string[] {
  const own = new Set(entry.changes.map((change) => answerOf(change).kernel));
  return own.size === pairs.length ? [] : [[...own].join(", ")];
}

/** A refusal has the command for its evidence. */
export function whyNone(answer: Answer | undefined): string {
  const at = answer && isCell(answer) ? answer.observed.at : undefined;
  return at === undefined ? "no frames were kept" : `"${at}"`;
}

/** By capture, with the path it has from here: the two sides lie in two directories. */
export function evidenceOf(answer: Answer | undefined, { directory }: DiffSide): [capture: string, frames: string][] {
  const at = (capture: string) => (directory === "." ? capture : `${directory}/${capture}`);
  return framesByCapture(answer?.evidence ?? []).map(([capture, frames]) => [at(capture), frames]);
}
