/**
 * A suite nobody here wrote: the kernel's own network tests that touch macvlan, macvtap or hairpin, run unchanged in
 * guests of two kernels by `macvlab exec`, each kernel with the tests of its own source.
 */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultKernelSpec, resolveKernel } from "../../lab/kernels/index.ts";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { Turns } from "../runner/turns.ts";
import { asSelftest } from "./cell-as-selftest.ts";
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

/** Guests at a time. */
const turns = new Turns(2);
/** Milliseconds, with the wait for others. */
const DEADLINE = 900_000;

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
});
afterAll(async () => {
  const left = await yard.leftBehind();
  await yard[Symbol.asyncDispose]();
  expect(left).toEqual([]);
});

/** Those of the table that this source has. */
async function testsOf({ directory }: Selftests): Promise<[string, string[]][]> {
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

describe.concurrent.each(KERNELS.map((spec, index) => ({ spec, which: index === 0 ? "this machine's" : "sid's" })))(
  "$which kernel",
  ({ spec }) => {
    test("passes every one of its own tests about macvlan, macvtap and hairpin", {
      timeout: DEADLINE,
    }, async (context) => {
      const kernel = await resolveKernel(await spec());
      const suite = await selftests(kernel.version.slice(0, 2).join("."));
      if (!suite) return context.skip(`no suite has the source of ${kernel.release}`);
      const tests = await testsOf(suite);
      const args = ["exec", "--kernel", kernel.spec, "--mount", suite.directory, "--", "sh", "-c"];
      const through = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", suite.directory];
      const { code, stdout, stderr } = await turns.take(() => yard.run([...args, script(tests)], { through }));
      const results = readKtap(stdout);
      console.log(table(kernel.release, suite, results));
      expect(code, stderr).toBe(0);
      expect(results.map(({ name }) => name)).toEqual(
        tests.flatMap(([place, names]) => names.map((name) => `selftests: ${place}: ${name}`)),
      );
      const wanting = results.filter(({ verdict, parts }) => verdict !== "pass" || parts.fail > 0);
      expect(wanting, stdout).toEqual([]);
      expect(results.find(({ name }) => name.endsWith(": tap"))?.parts).toEqual({ pass: 3, fail: 0, skip: 0 });
    });
  },
);

describe.concurrent("a cell of ours as one of the kernel's tests", () => {
  /** The library that makes its namespaces came into `net` with Linux 6.8. */
  test("passes, fails and skips by the kernel's own library and runner", { timeout: DEADLINE }, async (context) => {
    const kernel = await resolveKernel("debian:sid/cloud");
    const suite = await selftests(kernel.version.slice(0, 2).join("."));
    if (!suite) return context.skip(`no suite has the source of ${kernel.release}`);
    const made = { "cell_seen.sh": asSelftest({ copies: 1 }), "cell_other.sh": asSelftest({ copies: 0 }) };
    for (const [name, text] of Object.entries(made)) await writeFile(join(yard.directory, name), text, { mode: 0o755 });
    const play = [
      `cp -p ${yard.directory}/cell_*.sh net && export BASE_DIR="$PWD" && . kselftest/runner.sh && cd net`,
      "run_many cell_seen.sh cell_other.sh",
      'mv "$(command -v tcpdump)" /root && run_many cell_seen.sh',
      "ip netns list; ls -d /tmp/tmp.* 2>/dev/null; true",
    ].join("\n");
    const mounts = ["--mount", suite.directory, "--mount", yard.directory];
    const args = ["exec", "--kernel", kernel.spec, ...mounts, "--", "sh", "-c", play];
    const through = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", suite.directory];
    const { code, stdout, stderr } = await turns.take(() => yard.run(args, { through }));
    expect(code, stderr).toBe(0);
    expect(readKtap(stdout).map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
      "selftests: net: cell_seen.sh: pass",
      "selftests: net: cell_other.sh: fail",
      "selftests: net: cell_seen.sh: skip",
    ]);
    expect(stdout).toContain(
      "# ok 1 pairings same-lower relay-on broadcast macvlan/vepa>macvlan/bridge # SKIP there is no tcpdump",
    );
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("ok 3 selftests: net: cell_seen.sh # SKIP");
  });
});

function table(release: string, { source }: Selftests, results: readonly KtapResult[]): string {
  const { pass, fail, skip } = countVerdicts(results);
  const lines = results.map(({ name, verdict, why }) => `  ${verdict}  ${name.replace("selftests: ", "")} ${why}`);
  return [`${release}, ${source.name} ${source.version}: ${pass} pass, ${fail} fail, ${skip} skip`, ...lines].join(
    "\n",
  );
}
