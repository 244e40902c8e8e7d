/** The slow scenarios in guests: once each, on one kernel. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { $ } from "zx";
import { defaultKernelSpec, resolveKernel } from "../../lab/kernels/index.ts";
import type { Results } from "../../lab/model/results.ts";
import { openToolPlace } from "../../lab/runner/tool-place.ts";
import { type Ended, openYard, type Yard } from "../cli/macvlab.ts";
import { GENERIC, notCached } from "./generic-kernel.ts";
import { noTshark, readResults } from "./run-files.ts";
import { expectMeasured, measureOnce } from "./throughput-sample.ts";

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
});
afterAll(() => yard[Symbol.asyncDispose]());

test("throughput is measured on every way in a guest", async () => {
  const spec = await defaultKernelSpec();
  const kernel = await resolveKernel(spec);
  await using place = await openToolPlace(
    { kind: "guest", id: spec, version: kernel.version, kernel },
    { console: join(yard.directory, "console.log"), listener: () => {}, whileStarting: () => {} },
  );
  expectMeasured(await measureOnce(place, spec));
  expect(place.findings()).toEqual([]);
});

async function wireless(kernel: string): Promise<{ ended: Ended; results: Results }> {
  const ended = await yard.run(["run", "wireless", "--kernel", kernel, "--out", "wireless"]);
  return { ended, results: await readResults(join(yard.directory, "wireless")) };
}

test("a kernel without simulated radios cannot be asked, and says why", async () => {
  const { ended, results } = await wireless(await defaultKernelSpec());
  expect(ended.code, ended.stderr).toBe(0);
  expect(new Set(results.checks.map(({ verdict }) => verdict))).toEqual(new Set(["unsupported"]));
  expect(results.checks[0]?.reason).toMatch(/mac80211_hwsim not found/);
});

describe.skipIf(notCached)(`wireless on ${GENERIC}${notCached}`, () => {
  test("is as predicted, and its capture shows what left in whose name", async () => {
    const { ended, results } = await wireless(GENERIC);
    expect(ended.code, ended.stdout).toBe(0);
    expect(results.checks.filter(({ verdict }) => verdict !== "match")).toEqual([]);
    expect(results.checks.length).toBeGreaterThan(90);
    for (const { id, evidence } of results.checks)
      if (!id.endsWith("bridge-port"))
        expect(
          evidence.flatMap(({ frames, control }) => [...frames, ...control]),
          id,
        ).not.toEqual([]);
    if (noTshark) return;
    const check = results.checks.find(({ id }) => id === "3addr-out-unicast-macvlan-vepa");
    const [frame] = check?.evidence.find((one) => one.interface === "air")?.frames ?? [];
    const path = join(yard.directory, "wireless", check?.evidence[0]?.capture ?? "");
    const fields = ["-T", "fields", "-e", "wlan.ta", "-e", "wlan.ra", "-e", "wlan.sa"];
    const { stdout } = await $({
      quiet: true,
      timeout: "60s",
    })`tshark -n -r ${path} -Y ${`frame.number == ${frame}`} ${fields}`;
    expect(stdout.trim().split("\t")).toEqual(["02:6d:76:a0:00:02", "02:00:00:00:00:00", "02:6d:76:a0:00:02"]);
  });
});
