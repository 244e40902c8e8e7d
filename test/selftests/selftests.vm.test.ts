/**
 * A suite nobody here wrote: the kernel's own network tests that touch macvlan, macvtap or hairpin, run unchanged in
 * guests of two kernels by `macvlab exec`, each kernel with the tests of its own source.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultKernelSpec, resolveKernel } from "../../lab/kernels/index.ts";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { countVerdicts, type KtapResult, readKtap } from "./ktap.ts";
import { type Selftests, selftests } from "./selftest-source.ts";

/** Directory -> the tests in it that make such devices and end in half a minute of an emulated guest. */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  net: ["tap", "protodown.sh", "fdb_notify.sh", "rtnetlink.sh"],
  "drivers/net/bonding": ["dev_addr_lists.sh"],
  "drivers/net/team": ["dev_addr_lists.sh"],
};

/** Of a test with many parts only the one that is about macvlan, chosen as the runner lets one choose. */
const CHOSEN = {
  KSELFTEST_RTNETLINK_SH_ARGS: "-t kci_test_team_bridge_macvlan",
} as const;
/** `rtnetlink.sh` of older kernels has no part about macvlan, and would be run whole. */
const PART = /kci_test_team_bridge_macvlan/;

/** Seconds a test may take here: they were made for machines that are not emulated. */
const EACH = 240;
const KERNELS = [defaultKernelSpec, async () => "debian:sid/cloud"];

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
});
afterAll(() => yard[Symbol.asyncDispose]());

/** Those of the table that this source has. */
async function testsOf({ directory }: Selftests): Promise<[string, string[]][]> {
  const { readFile } = await import("node:fs/promises");
  const whole = PART.test(await readFile(join(directory, "net/rtnetlink.sh"), "utf8"));
  return Object.entries(TESTS).map(([place, names]) => [
    place,
    names.filter((name) => existsSync(join(directory, place, name)) && (name !== "rtnetlink.sh" || whole)),
  ]);
}

/** kselftest's own runner; what it counts is what is counted here. */
function script(tests: readonly (readonly [string, readonly string[]])[]): string {
  const chosen = Object.entries(CHOSEN).map(([name, value]) => `export ${name}='${value}'`);
  const runs = tests.map(([place, names]) => `cd "$BASE_DIR/${place}" && run_many ${names.join(" ")}`);
  const timeout = `export BASE_DIR="$PWD" kselftest_override_timeout=${EACH}`;
  return [timeout, ...chosen, ". kselftest/runner.sh", ...runs].join("\n");
}

describe.each(KERNELS.map((spec, index) => ({ spec, which: index === 0 ? "this machine's" : "sid's" })))(
  "$which kernel",
  ({ spec }) => {
    test("passes every one of its own tests about macvlan, macvtap and hairpin", {
      timeout: 900_000,
    }, async (context) => {
      const kernel = await resolveKernel(await spec());
      const suite = await selftests(kernel.version.slice(0, 2).join("."));
      if (!suite) return context.skip(`no suite has the source of ${kernel.release}`);
      const tests = await testsOf(suite);
      const args = ["exec", "--kernel", kernel.spec, "--mount", suite.directory, "--", "sh", "-c"];
      const through = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", suite.directory];
      const { code, stdout, stderr } = await yard.run([...args, script(tests)], { through });
      const results = readKtap(stdout);
      console.log(table(kernel.release, suite, results));
      expect(code, stderr).toBe(0);
      expect(results.map(({ name }) => name)).toEqual(
        tests.flatMap(([place, names]) => names.map((name) => `selftests: ${place}: ${name}`)),
      );
      const wanting = results.filter(({ verdict, parts }) => verdict !== "pass" || parts.fail > 0);
      expect(wanting, stdout).toEqual([]);
      expect(results.find(({ name }) => name.endsWith(": tap"))?.parts).toEqual({ pass: 3, fail: 0, skip: 0 });
      expect(await yard.leftBehind()).toEqual([]);
    });
  },
);

function table(release: string, { source }: Selftests, results: readonly KtapResult[]): string {
  const { pass, fail, skip } = countVerdicts(results);
  const lines = results.map(({ name, verdict, why }) => `  ${verdict}  ${name.replace("selftests: ", "")} ${why}`);
  return [`${release}, ${source.name} ${source.version}: ${pass} pass, ${fail} fail, ${skip} skip`, ...lines].join(
    "\n",
  );
}
