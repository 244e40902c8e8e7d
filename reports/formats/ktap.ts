/**
 * KTAP, the kernel's own form of TAP, which `tools/testing/kunit/kunit.py parse` reads: a subtest per kernel, in it one per
 * scenario, in it a line per cell. What the lab could not tell is `not ok`, with a diagnostic that says so. In KTAP a `#`
 * ends a name, so none is in one.
 */
import type { Results } from "../../lab/model/results.ts";
import { groupBy } from "../group.ts";
import { oneLine } from "./one-line.ts";
import { type Case, countStatuses, type Suite, suitesOf } from "./outcomes.ts";

export function* renderKtap(results: Results): Generator<string> {
  const kernels = [...groupBy(suitesOf(results), ({ kernel }) => kernel)];
  yield `KTAP version 1\n1..${kernels.length}\n`;
  for (const [index, [kernel, suites]] of kernels.entries()) {
    yield* subtestHead("  ", ktapName(kernel), suites.length);
    for (const [place, suite] of suites.entries()) yield* suiteText(suite, place + 1);
    const isFine = suites.every(passes);
    yield `${isFine ? "ok" : "not ok"} ${index + 1} ${ktapName(kernel)}\n`;
  }
}

function* suiteText(suite: Suite, number: number): Generator<string> {
  const name = ktapName(suite.scenario, suite.kernel);
  yield* subtestHead("    ", name, suite.cases.length);
  for (const [index, one] of suite.cases.entries()) yield caseText(one, index + 1, name);
  yield `  ${passes(suite) ? "ok" : "not ok"} ${number} ${name}\n`;
}

function* subtestHead(indent: string, name: string, tests: number): Generator<string> {
  yield `${indent}KTAP version 1\n${indent}# Subtest: ${name}\n${indent}1..${tests}\n`;
}

/** What was skipped as predicted is none the worse for it. */
function passes({ cases }: Suite): boolean {
  const { failed, error } = countStatuses(cases);
  return failed + error === 0;
}

/** Diagnostics come before the line they are about. */
function caseText({ name, status, kind, message, facts }: Case, number: number, scenario: string): string {
  const line = `${number} ${ktapName(name, scenario)}`;
  if (status === "passed") return `    ok ${line}\n`;
  if (status === "skipped") return `    ok ${line} # SKIP ${oneLine(message)}\n`;
  const diagnostics = [[kind, message] as const, ...facts];
  const lines = diagnostics.map(([fact, text]) => `    # ${fact}: ${oneLine(text)}\n`);
  return `${lines.join("")}    not ok ${line}\n`;
}

/** @param above name of the subtest it is in: kunit.py takes a line of that name for the subtest's own result. */
function ktapName(name: string, above?: string): string {
  const own = oneLine(name).replaceAll("#", "%23") || "nameless";
  return above !== undefined && own === ktapName(above) ? `${own} (itself)` : own;
}
