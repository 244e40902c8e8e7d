/** The oracle against what a kernel of every generation did in the checks of the ledger: scripts/record-checks.mjs. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseKernelVersion } from "../../lab/model/kernel-version.ts";
import { isShown } from "../../lab/model/shown-look.ts";
import { withFlipped } from "../../lab/oracle/flip.ts";
import { predictCheck } from "../../lab/oracle/predict-check.ts";
import { ledger } from "../../scenarios/ledger.ts";
import { LEDGER_WITNESSES } from "./ledger-witnesses.ts";

/** By check and kernel version. */
type Recorded = Readonly<Record<string, Readonly<Record<string, string>>>>;

const RECORDED: Recorded = JSON.parse(readFileSync(new URL("recorded-ledger.json", import.meta.url), "utf8"));
const CHECKS = new Map((ledger.checks ?? []).map((check) => [check.id, check]));
const KERNELS = [...new Set(Object.values(RECORDED).flatMap((values) => Object.keys(values)))];

function predicted(id: string, version: string, rules?: Parameters<typeof predictCheck>[2]): string {
  const check = CHECKS.get(id);
  if (!check) throw new RangeError(`"${id}" is no check any more: record a run anew with scripts/record-checks.mjs`);
  return predictCheck(check, parseKernelVersion(version), rules).value;
}

test("a kernel of every generation is recorded", () => {
  expect(KERNELS.map((version) => version.split(".").slice(0, 2).join("."))).toEqual([
    "5.10",
    "6.1",
    "6.12",
    "7.2",
    "7.3",
  ]);
});

test("every check of what is told is recorded", () => {
  const shown = [...CHECKS.values()].filter(({ look }) => isShown(look)).map(({ id }) => id);
  expect(shown.filter((id) => !RECORDED[id])).toEqual([]);
});

test.each(Object.entries(RECORDED))("%s did what the oracle predicts", (id, values) => {
  for (const [version, observed] of Object.entries(values)) expect(predicted(id, version), version).toBe(observed);
});

test.each(Object.entries(LEDGER_WITNESSES).filter(([, id]) => RECORDED[id]))(
  "%s turned round is noticed",
  (rule, id) => {
    const rules = withFlipped(rule as keyof typeof LEDGER_WITNESSES);
    const noticed = Object.entries(RECORDED[id] ?? {}).filter(
      ([version, seen]) => predicted(id, version, rules) !== seen,
    );
    expect(noticed).not.toEqual([]);
  },
);

test("every prediction says what it rests on", () => {
  for (const id of Object.keys(RECORDED)) {
    const check = CHECKS.get(id);
    expect(check && predictCheck(check, [6, 1, 192]).rule, id).toMatch(/^\w+: /);
  }
});
