/** Matrices over other lower devices than veths in guests: two that every kernel has, one that only some have. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultKernelSpec } from "../../lab/kernels/index.ts";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { GENERIC, notCached } from "./generic-kernel.ts";
import { readResults } from "./run-files.ts";

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
});
afterAll(() => yard[Symbol.asyncDispose]());

async function run(lowers: string, kernel: string, ...more: string[]) {
  const ended = await yard.run(["run", "--lower", lowers, "--kernel", kernel, "--out", lowers, ...more]);
  expect(ended.code, `${ended.stderr}\n${ended.stdout.slice(-3000)}`).toBe(0);
  return readResults(join(yard.directory, lowers));
}

test("what a kernel has not got is unsupported and says why; the others are as predicted", async () => {
  const { kernels, cells } = await run("vlan,dummy,rtl8139", await defaultKernelSpec());
  const verdicts = (lower: string) =>
    new Set(cells.filter((cell) => cell.lower === lower).map(({ verdict }) => verdict));
  expect(verdicts("vlan")).toEqual(new Set(["match", "unsupported"]));
  expect(verdicts("dummy")).toEqual(new Set(["match", "unsupported"]));
  expect(verdicts("rtl8139")).toEqual(new Set(["unsupported"]));
  expect(kernels[0]?.lowers?.map(({ kind, missing }) => [kind, missing?.replace(/^.* has no/, "no")])).toEqual([
    ["dummy", undefined],
    ["vlan", undefined],
    ["rtl8139", "no 8139cp: neither a module nor built in"],
  ]);
});

test.skipIf(notCached)(
  `a card keeps out what nobody asked for, offloads on or off, on ${GENERIC}${notCached}`,
  async () => {
    const { cells, kernels } = await run("e1000", GENERIC, "--offload", "off");
    const { features, ...asked } = kernels[0]?.lowers?.[0] ?? {};
    expect(asked).toEqual({ kind: "e1000", offload: "off" });
    expect(features).toMatchObject({ tx: "off", sg: "off", tso: "off", gso: "off", gro: "off", txvlan: "off" });
    const strange = cells.filter(
      ({ traffic, placement }) => traffic === "multicast-not-joined" && placement === "endpoint-to-lower-host",
    );
    expect(strange.length).toBeGreaterThan(0);
    const shared = strange.filter(({ source }) => source.mode !== "passthru");
    for (const { id, observed } of shared) expect(observed.copies, id).toBe(0);
  },
);
