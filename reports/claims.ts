/**
 * The claims ledger as data: every claim with a verdict per range of kernels, derived from the results alone. Kernels
 * nobody asked about a claim are left out of its ranges and named.
 */
import { generationOf, meaningOf, type Run, type RunKernel } from "../lab/compare/run.ts";
import type { Claim } from "../lab/model/claim.ts";
import { plural } from "./cell-text.ts";
import { spokenFor } from "./claims-alike.ts";
import { type ClaimAnswer, foldAnswer } from "./claims-answers.ts";
import type { PartFinding } from "./claims-finding.ts";
import { answersOf } from "./claims-part.ts";
import { type KernelRange, rangesOf } from "./claims-ranges.ts";
import { type ClaimVerdict, hasChanged, judgeClaim } from "./claims-verdict.ts";
import { type KernelNames, kernelNames, kernelPhrase, nameOf } from "./kernel-names.ts";

export interface ClaimEntry {
  readonly claim: Claim;
  /** The verdict over all kernels, in a sentence or a few. */
  readonly verdict: string;
  readonly ranges: readonly KernelRange<ClaimVerdict>[];
  readonly answers: readonly ClaimAnswer[];
  /** By kernel, where something was measured. */
  readonly figures: readonly string[];
  /** Ids of kernels of which nothing was asked, while others were, and not of another of their generation either. */
  readonly unasked: readonly string[];
}

export interface Ledger {
  /** Oldest first. */
  readonly kernels: readonly RunKernel[];
  readonly names: KernelNames;
  readonly entries: readonly ClaimEntry[];
}

export function foldClaims(run: Run, claims: readonly Claim[]): Ledger {
  const names = kernelNames(run);
  const kernels = names.ids.flatMap((id) => run.kernels.find((kernel) => kernel.id === id) ?? []);
  const answers = kernels.map((kernel) => ({ kernel, own: answersOf(run, kernel.id) }));
  const entries = claims.map((claim) => {
    const judged = answers.map(({ kernel, own }) => ({ kernel, value: judgeClaim(claim, own) }));
    const asked = judged.filter(({ value }) => value.word !== "unasked");
    const shown = spokenFor(asked.length > 0 ? asked : judged);
    const ranges = rangesOf(shown, verdictKey, names, hasChanged);
    const known = new Set(shown.map(({ kernel }) => generationOf(kernel.version)));
    const unasked = judged
      .filter((one) => !shown.includes(one) && !known.has(generationOf(one.kernel.version)))
      .map(({ kernel }) => kernel.id);
    const figures = judged.flatMap(({ kernel, value }) =>
      value.parts.flatMap((part) => part.figures.map((text) => `${nameOf(names, kernel.id)}: ${text}`)),
    );
    const questions = claim.parts.flatMap((_, place) => {
      const findings = shown.flatMap(({ kernel, value }) => {
        const finding = value.parts[place];
        return finding ? [{ kernel, finding }] : [];
      });
      return foldAnswer(findings, names) ?? [];
    });
    return { claim, verdict: verdictText(ranges), ranges, answers: questions, figures, unasked };
  });
  return { kernels, names, entries };
}

/** Verdicts are one when they read the same; what they rest on is each kernel's own. */
function verdictKey({ sentence, parts }: ClaimVerdict): string {
  return JSON.stringify([sentence, parts.map(({ state, found, beside }) => [state, found, beside])]);
}

function verdictText(ranges: readonly KernelRange<ClaimVerdict>[]): string {
  const [first, second] = ranges;
  if (first === undefined) return "not in this run";
  if (second === undefined) return first.value.sentence;
  const changes = ranges.flatMap(({ changed }) => changed ?? []);
  const said = ranges.map(({ name, value }) => `${name}: ${value.sentence}`);
  return [...said, ...(changes.length > 0 ? [`It changed ${changes.join(", and ")}`] : [])].join(". ");
}

/** Names of the answers a verdict rests on: the telling ones of each part first. */
export function evidenceOf({ parts }: ClaimVerdict, listed: number): { names: string[]; more: number } {
  const names = [...new Set(interleave(parts.map(({ evidence }) => evidence.map(meaningOf))))];
  return { names: names.slice(0, listed), more: Math.max(0, names.length - listed) };
}

/** The first of each list, then the second of each. */
function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }).flatMap((_, place) => lists.flatMap((list) => list.slice(place, place + 1)));
}

/** Capture files of what a verdict rests on; empty where a baseline kept none. */
export function capturesOf(parts: readonly PartFinding[]): string[] {
  return [
    ...new Set(
      parts.flatMap(({ evidence }) => evidence.flatMap((answer) => answer.evidence.map((one) => one.capture))),
    ),
  ];
}

/** `Measured on 5 kernels: 5.10.262, ..., 7.3.0.` */
export function measuredText({ kernels, names, entries }: Ledger): string {
  const own = kernels.map(({ id }) => nameOf(names, id)).join(", ");
  const beyond = 'What is said of "earlier" and "later" kernels ends with the oldest and the newest of these.';
  return `${plural(entries.length, "claim", "claims")}, measured on ${plural(kernels.length, "kernel", "kernels")}: ${own}. ${beyond}`;
}

export function unaskedText({ unasked }: ClaimEntry, { names }: Ledger): string | undefined {
  return unasked.length === 0 ? undefined : `not asked of ${kernelPhrase(names, unasked)}`;
}
