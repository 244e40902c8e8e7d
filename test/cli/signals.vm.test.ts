/** Signals at any moment of a guest's life. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultKernelSpec } from "../../lab/kernels/index.ts";
import { openYard, type Yard } from "./macvlab.ts";
import { ENDINGS, expectEnd, type Moment } from "./signals.ts";

const MOMENTS: readonly (readonly [string, Moment])[] = [
  ["the guest boots", { says: /: boot/ }],
  ["the topology is built", { says: /: topology/ }],
  ["frames are played", { says: /: traffic/ }],
  ["anything may be under way", { within: 2_000 }],
];

let yard: Yard;
let kernel: string;
beforeAll(async () => {
  [yard, kernel] = await Promise.all([openYard(), defaultKernelSpec()]);
});
afterAll(() => yard[Symbol.asyncDispose]());

describe.each(ENDINGS)("$how", (ending) => {
  test.each(MOMENTS)("while %s leaves nothing behind", async (_what, moment) => {
    await expectEnd(yard, ["run", "pairings", "--kernel", kernel, "--out", "out"], ending, moment);
  });
});

test("after all of them a run into the same directory works", async () => {
  const { code, stderr } = await yard.run(["run", "pairings", "--kernel", kernel, "--out", "out"]);
  expect(code, stderr).toBe(0);
  expect(await yard.leftBehind()).toEqual([]);
});
