/** KTAP, read by the kernel's own `kunit.py parse`, out of Debian's source package. Needs the archive, no root. */
import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import type { Results } from "../../../lab/model/results.ts";
import { renderKtap } from "../../../reports/formats/ktap.ts";
import { countStatuses, suitesOf } from "../../../reports/formats/outcomes.ts";
import { selftests } from "../../selftests/selftest-source.ts";
import { THREE } from "../generations.ts";
import { SAMPLE } from "../sample.ts";
import { HOSTILE, manyTroubles } from "./runs.ts";

/** The one whose selftests are run as well: its source is fetched once for both. */
const GENERATION = "6.1";
let kunit = "";

beforeAll(async () => {
  const found = await selftests(GENERATION);
  if (!found) throw new Error(`no suite offers linux-source-${GENERATION}`);
  kunit = found.kunit;
});

function parse(results: Results): { status: number | null; output: string } {
  const input = [...renderKtap(results)].join("");
  const { status, stdout, stderr, error } = spawnSync("python3", [kunit, "parse"], {
    input,
    encoding: "utf8",
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", TERM: "dumb" },
    maxBuffer: 2 ** 28,
  });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

const RUNS: readonly [string, Results][] = [
  ["the sample", SAMPLE],
  ["three kernels", THREE],
  ["a hostile run", HOSTILE],
  ["a large run", manyTroubles(2_000, 10)],
  ["a run that is as expected", { ...THREE, kernels: THREE.kernels.slice(0, 1), cells: [], checks: [] }],
];

describe("kunit.py parse counts what there is, and finds no error in it", () => {
  test.each(RUNS)("%s", (_, results) => {
    const { status, output } = parse(results);
    const { passed, failed, error, skipped } = countStatuses(suitesOf(results).flatMap(({ cases }) => cases));
    const counts = { passed, failed: failed + error, skipped };
    const told = Object.entries(counts).filter(([, count]) => count > 0);
    const total = told.reduce((sum, [, count]) => sum + count, 0);
    const line = /Testing complete\. Ran (\d+) tests: (.*)/.exec(output);
    expect(line?.[1], output.slice(-2_000)).toBe(String(total));
    expect(line?.[2]).toBe(told.map(([name, count]) => `${name}: ${count}`).join(", "));
    expect(output).not.toMatch(/\[ERROR\]/);
    expect(status).toBe(counts.failed === 0 ? 0 : 1);
  });
});
