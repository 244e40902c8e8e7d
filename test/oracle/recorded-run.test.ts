/** The oracle against what kernels did: recorded runs of everything (scripts/record-run.mjs), one per generation. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cellName } from "../../lab/model/cell.ts";
import { type KernelVersion, parseKernelVersion } from "../../lab/model/kernel-version.ts";
import type { Expected, Observed } from "../../lab/model/results.ts";
import type { PacketType } from "../../lab/model/vocabulary.ts";
import { withFlipped } from "../../lab/oracle/flip.ts";
import { predictCell } from "../../lab/oracle/predict-cell.ts";
import { predictCheck } from "../../lab/oracle/predict-check.ts";
import { FRAMES_RULES } from "../../lab/oracle/rules/frames.ts";
import { LOWER_RULES } from "../../lab/oracle/rules/lower.ts";
import { RULE_IDS, RULES, type RuleId, type Rules } from "../../lab/oracle/rules.ts";
import { judgeCheck } from "../../lab/verdict/check.ts";
import { differenceOf } from "../../lab/verdict/judge.ts";
import { judgeRefusal } from "../../lab/verdict/refusal.ts";
import { basics } from "../../scenarios/basics.ts";
import { ALL_CELLS } from "./cells.ts";
import { LEDGER_WITNESSES } from "./ledger-witnesses.ts";

interface Recording {
  readonly release: string;
  readonly version: string;
  /** By name: `copies echo wire packet-types`, or an errno. */
  readonly cells: Readonly<Record<string, string>>;
  /** By id: the text observed. */
  readonly checks: Readonly<Record<string, string>>;
}

const FOLDER = new URL("recorded/", import.meta.url);
const RECORDINGS = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name): Recording => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")));

const CELLS = new Map(ALL_CELLS.map((cell) => [cellName(cell), cell]));
const CHECKS = new Map((basics.checks ?? []).map((check) => [check.id, check]));

function observedOf(line: string): Observed {
  if (/^E[A-Z]+$/.test(line)) return { error: line, at: "recorded" };
  const [copies, echo, wire, as] = line.split(" ");
  const types = as ? (as.split("+") as PacketType[]) : [];
  return { copies: Number(copies), echo: Number(echo), wire: Number(wire), as: types };
}

/** What the run would have said of this cell, had the oracle had these rules; undefined where it agrees. */
function cellMismatch(name: string, line: string, version: KernelVersion, rules: Rules): string | undefined {
  const cell = CELLS.get(name);
  if (!cell) throw new RangeError(`"${name}" is no cell any more: record a run anew with scripts/record-run.mjs`);
  const expected = { ...predictCell(cell, version, rules), by: "oracle" } as Expected;
  const observed = observedOf(line);
  if (expected.error === undefined && observed.error === undefined) return differenceOf(expected, observed);
  const { verdict, reason } = judgeRefusal(expected, [{ command: name, error: observed.error }]);
  return verdict === "mismatch" ? reason : undefined;
}

function checkMismatch(id: string, observed: string, version: KernelVersion, rules: Rules): string | undefined {
  const check = CHECKS.get(id);
  if (!check) throw new RangeError(`"${id}" is no check any more: record a run anew with scripts/record-run.mjs`);
  return judgeCheck(predictCheck(check, version, rules).value, observed).reason;
}

/** Checks first, being few: whoever wants one mismatch only has it soonest. */
function* mismatches({ version, cells, checks }: Recording, rules: Rules = RULES): Generator<string> {
  const kernel = parseKernelVersion(version);
  for (const [id, observed] of Object.entries(checks)) {
    const reason = checkMismatch(id, observed, kernel, rules);
    if (reason !== undefined) yield `${id}: ${reason}`;
  }
  for (const [name, line] of Object.entries(cells)) {
    const reason = cellMismatch(name, line, kernel, rules);
    if (reason !== undefined) yield `${name}: ${reason}`;
  }
}

test("there is a recording from before and from after the driver's last change", () => {
  expect(RECORDINGS.map(({ version }) => parseKernelVersion(version).slice(0, 2))).toEqual([
    [6, 1],
    [7, 2],
  ]);
});

/** No conversation is recorded, no detection, no set-up of several stacks, and the pings of the checks are not asked back. */
const ABOUT_CONVERSATIONS: ReadonlySet<RuleId> = new Set([
  "arp-teaches-the-asked",
  "nd-teaches-the-asked",
  "solicited-group-is-joined",
  "own-nonce-is-ignored",
  "answers-for-any-of-its-addresses",
]);

describe.each(RECORDINGS)("$release", (recording) => {
  test("is of everything that is asked", () => {
    expect(new Set(Object.keys(recording.cells))).toEqual(new Set(CELLS.keys()));
    expect(new Set(Object.keys(recording.checks))).toEqual(new Set(CHECKS.keys()));
  });

  test("did what the oracle predicts, in every cell and check", () => {
    expect([...mismatches(recording)]).toEqual([]);
  });

  test.each(
    RULE_IDS.filter(
      (id) =>
        !ABOUT_CONVERSATIONS.has(id) &&
        !Object.hasOwn(LOWER_RULES, id) && // recorded over veths
        !Object.hasOwn(LEDGER_WITNESSES, id) &&
        !Object.hasOwn(FRAMES_RULES, id),
    ),
  )("%s turned round is noticed", (id) => {
    expect(mismatches(recording, withFlipped(id)).next().value).toBeDefined();
  });
});

test("one other digit, type or error in a recording is noticed", () => {
  const version: KernelVersion = [6, 1, 192];
  const [name, line] = ["two-lowers relay-off unicast macvlan/vepa>macvlan/vepa", "1 0 1 host"];
  expect(cellMismatch(name, line, version, RULES)).toBeUndefined();
  for (const wrong of ["0 0 1", "2 0 1 host", "1 1 1 host", "1 0 0 host", "1 0 1 otherhost", "EINVAL"])
    expect(cellMismatch(name, wrong, version, RULES), wrong).toBeDefined();
  const refused = "same-lower relay-off unicast macvlan/vepa>macvlan/passthru";
  expect(cellMismatch(refused, "EINVAL", version, RULES)).toBeUndefined();
  for (const wrong of ["EBUSY", "0 0 1"]) expect(cellMismatch(refused, wrong, version, RULES), wrong).toBeDefined();
});
