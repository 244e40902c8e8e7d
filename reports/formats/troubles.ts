/** What somebody who reads only the first lines has to see: kernels that misbehave, mismatches, what could not be told. */
import type { Results } from "../../lab/model/results.ts";
import { plural } from "../cell-text.ts";
import { type Deviation, deviations, framesText } from "../deviations.ts";
import { kernelNames, kernelPhrase } from "../kernel-names.ts";
import { findingText } from "../summary.ts";

export interface Trouble {
  readonly level: "error" | "warning";
  /** `mismatch, 12 cells, on 6.1.190`. */
  readonly title: string;
  /** Cells and checks it stands for; 0 for a finding. */
  readonly count: number;
  /** Where it is, in a line each; one broken rule can be in many places. */
  readonly places: readonly string[];
  readonly facts: readonly (readonly [name: string, text: string])[];
}

/** The worst first: findings of kernels, mismatches, inconclusive ones; each the way it was met first. */
export function troublesOf(results: Results): Trouble[] {
  const kernels = kernelNames(results);
  const findings = results.kernels.flatMap(({ id, health }) => findingTroubles(id, health));
  const others = deviations(results).map((one) => deviationTrouble(one, kernelPhrase(kernels, one.kernels)));
  return [...findings, ...others];
}

function findingTroubles(id: string, { status, findings }: Results["kernels"][number]["health"]): Trouble[] {
  if (status === "ok") return [];
  const trouble = (text: string, cause: string | undefined): Trouble => ({
    level: "error",
    title: `${id} ${status}: ${text}`,
    count: 0,
    places: [],
    facts: cause === undefined ? [] : [["cause", cause]],
  });
  if (findings.length === 0) return [trouble("no finding is recorded", undefined)];
  return findings.map((finding) => trouble(findingText(finding), finding.cause));
}

function deviationTrouble(one: Deviation, kernels: string): Trouble {
  const size = one.title === undefined ? plural(one.count, "cell", "cells") : "check";
  const places = one.title === undefined ? one.sets.map(({ where, pairs }) => `${where}: ${pairs}`) : [one.title];
  const facts: [string, string | undefined][] = [
    ["why", one.reason],
    ["expected", one.expected],
    ["observed", one.observed],
    ["example", one.title === undefined ? one.example : undefined],
    ["rule", one.rule],
    ...one.evidence.map((each): [string, string] => ["capture", `${each.capture}, ${framesText(each)}`]),
  ];
  return {
    level: one.verdict === "mismatch" ? "error" : "warning",
    title: `${one.verdict}, ${size}, on ${kernels}`,
    count: one.count,
    places,
    facts: facts.flatMap(([name, text]) => (text ? [[name, text] as const] : [])),
  };
}

/** `12 more (345 cells and checks)`, of what a report leaves out. */
export function moreText(left: readonly Trouble[]): string {
  const count = left.reduce((sum, one) => sum + one.count, 0);
  return `${left.length} more${count === 0 ? "" : ` (${plural(count, "cell or check", "cells and checks")})`}`;
}
