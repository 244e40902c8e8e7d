/** JUnit, KTAP, TAP and JSON Lines, each read back by somebody else's reader. After a wanted change: `--update`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Results } from "../../../lab/model/results.ts";
import { renderEvents } from "../../../reports/formats/events.ts";
import { renderJunit } from "../../../reports/formats/junit.ts";
import { renderKtap } from "../../../reports/formats/ktap.ts";
import { countStatuses, suitesOf } from "../../../reports/formats/outcomes.ts";
import { renderTap } from "../../../reports/formats/tap.ts";
import { THREE } from "../generations.ts";
import { SAMPLE } from "../sample.ts";
import { EMPTY, HOSTILE, manyTroubles } from "./runs.ts";

const RUNS: readonly [string, Results][] = [
  ["the sample", SAMPLE],
  ["an empty run", EMPTY],
  ["a hostile run", HOSTILE],
  ["a large run", manyTroubles(5_000, 10)],
];
const SCHEMA = join(import.meta.dirname, "junit.xsd");
const whole = (pieces: Iterable<string>) => [...pieces].join("");
const statuses = (results: Results) => countStatuses(suitesOf(results).flatMap(({ cases }) => cases));

function reads(argv: readonly string[], input: string): { status: number | null; output: string } {
  const [program = "", ...args] = argv;
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: "utf8", maxBuffer: 2 ** 28 });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

describe.each([
  ["junit.xml", renderJunit],
  ["results.ktap", renderKtap],
  ["results.tap", renderTap],
  ["events.jsonl", (results: Results) => renderEvents(results, 1)],
] as const)("golden %s", (name, render) => {
  test("of three kernels", async () => {
    await expect(whole(render(THREE))).toMatchFileSnapshot(`../golden/${name}`);
  });
});

describe("JUnit", () => {
  test.each(RUNS)("%s is valid by the schema", (_, results) => {
    const { status, output } = reads(
      ["xmllint", "--noout", "--huge", "--schema", SCHEMA, "-"],
      whole(renderJunit(results)),
    );
    expect({ status, output: output.trim() }).toEqual({ status: 0, output: "- validates" });
  });

  test("the schema does refuse what is none", () => {
    const broken = whole(renderJunit(SAMPLE)).replace(/ failures="\d+"/, "");
    expect(reads(["xmllint", "--noout", "--schema", SCHEMA, "-"], broken).status).not.toBe(0);
  });

  test.each(RUNS)("%s: as many cases of each status as there are", (_, results) => {
    const xml = whole(renderJunit(results));
    const { failed, error, skipped, passed } = statuses(results);
    const count = (path: string) => Number(reads(["xmllint", "--huge", "--xpath", `count(${path})`, "-"], xml).output);
    expect(["//failure", "//error", "//skipped", "//testcase"].map(count)).toEqual([
      failed,
      error,
      skipped,
      passed + failed + error + skipped,
    ]);
  });
});

describe("TAP", () => {
  test.each(RUNS.filter(([name]) => name !== "an empty run"))("%s: Perl's own reader counts the same", (_, results) => {
    const { output } = reads(["perl", "-MTAP::Parser", "-e", COUNT], whole(renderTap(results)));
    const { passed, failed, error, skipped } = statuses(results);
    expect(output).toBe(`passed ${passed + skipped}, failed ${failed + error}, skipped ${skipped}, errors 0\n`);
  });

  test("of an empty run is a skip with its reason", () => {
    expect(whole(renderTap(EMPTY))).toBe("TAP version 13\n1..0 # SKIP nothing was measured\n");
  });
});

const COUNT = `local $/; my $p = TAP::Parser->new({ tap => scalar <STDIN> }); $p->run;
printf "passed %d, failed %d, skipped %d, errors %d\\n", scalar $p->passed, scalar $p->failed, scalar $p->skipped,
  scalar $p->parse_errors;`;

test.each(RUNS)("JSON Lines of %s: each line one object, the schema first, the end last", (_, results) => {
  const lines = whole(renderEvents(results, 1))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ schema: "macvlab.events/1", event: "start" });
  expect(lines.at(-1)).toMatchObject({ event: "end", exitCode: 1 });
  expect(lines.filter(({ event }) => event === "cell")).toHaveLength(results.cells.length);
});

test("no line of a hostile run begins as a directive, a result or a workflow command it is not", () => {
  for (const text of [whole(renderTap(HOSTILE)), whole(renderKtap(HOSTILE))]) {
    expect(text).not.toMatch(/^\s*(::|##\[)/m);
    expect(text).not.toMatch(/^\s*(not )?ok .*mismatch.* # SKIP/m);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  }
});
