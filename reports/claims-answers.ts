/** Answers to a claim's questions over all kernels: what is the same everywhere is said once, what is not by range. */
import type { RunKernel } from "../lab/compare/run.ts";
import { type AnswerItem, type AnswerLine, type PartFinding, partText, UNTOLD } from "./claims-finding.ts";
import { placesOf } from "./claims-instead.ts";
import { rangesOf } from "./claims-ranges.ts";
import { WAYS } from "./claims-ways.ts";
import { foldTexts } from "./folded-texts.ts";
import { groupBy } from "./group.ts";
import type { KernelNames } from "./kernel-names.ts";

/** A question with its answer. */
export interface ClaimAnswer {
  readonly question: string;
  /** Of pairs the outcome comes first and then who has it; of checks what each is about comes first. */
  readonly of: "pairs" | "checks";
  readonly lines: readonly AnswerLine[];
}

interface KernelFinding {
  readonly kernel: RunKernel;
  readonly finding: PartFinding;
}

/** @param findings of one question, by kernel, oldest first; undefined where no kernel answered it. */
export function foldAnswer(findings: readonly KernelFinding[], names: KernelNames): ClaimAnswer | undefined {
  const told = findings.filter(({ finding }) => finding.state === "answered");
  const [first] = told;
  if (first === undefined) return undefined;
  const question = partText(first.finding.part);
  const items = told.flatMap(({ kernel, finding }) => finding.items.map((item) => ({ kernel, item })));
  const answers = [...groupBy(items, ({ item }) => item.key).values()].map((own): AnswerItem => {
    const [{ item }] = own as [(typeof own)[number]];
    return { ...item, outcome: outcomeText(own, names) };
  });
  const of = "cells" in first.finding.part ? "pairs" : "checks";
  return { question, of, lines: of === "pairs" ? pairLines(answers) : checkLines(answers) };
}

/** `answered`, or `unheard (6.12 and earlier), answered (7.2 and later)`. */
function outcomeText(own: readonly { kernel: RunKernel; item: AnswerItem }[], names: KernelNames): string {
  const values = own.map(({ kernel, item }) => ({ kernel, value: item.outcome }));
  const ranges = rangesOf(values, (value) => value, names);
  if (ranges.length === 1) return ranges[0]?.value ?? UNTOLD;
  return [...groupBy(ranges, ({ value }) => value)]
    .map(([value, same]) => `${value} (${same.map(({ name }) => name).join(", ")})`)
    .join(", ");
}

/** Pairs by how they fare, in the order of how far they get. */
function pairLines(answers: readonly AnswerItem[]): AnswerLine[] {
  const cellsOf = (own: readonly AnswerItem[]) =>
    own.flatMap(({ about }) => (typeof about === "string" ? [] : [about]));
  const asked = cellsOf(answers);
  const rank = (outcome: string) => (WAYS as readonly string[]).indexOf(outcome) >>> 0;
  return [...groupBy(answers, ({ outcome }) => outcome)]
    .map(([outcome, own]) => ({ outcome, where: placesOf(cellsOf(own), asked) }))
    .sort((a, b) => rank(a.outcome) - rank(b.outcome));
}

/** What each is about, with what it observed; those that observed the same in fewer words. */
function checkLines(answers: readonly AnswerItem[]): AnswerLine[] {
  const texts = (own: readonly AnswerItem[]) => own.flatMap(({ about }) => (typeof about === "string" ? [about] : []));
  return [...groupBy(answers, ({ outcome }) => outcome)].flatMap(([outcome, own]) =>
    foldTexts(texts(own)).map((text) => ({ outcome: text, where: [outcome] })),
  );
}
