/** Signals at any moment of a run in namespaces of the running kernel: nothing is left, and the next run works. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openYard, type Yard } from "./macvlab.ts";
import { noRoot } from "./privileged.ts";
import { ENDINGS, expectEnd, type Moment } from "./signals.ts";

const MOMENTS: readonly (readonly [string, Moment, string])[] = [
  ["checks are looked at", { says: /host: checks/ }, "basics"],
  ["the topology is built", { says: /host: topology/ }, "pairings"],
  ["frames are played", { says: /host: traffic/ }, "pairings"],
  ["cells are judged", { says: /host: decode/ }, "pairings"],
  ["anything may be under way", { within: 1_000 }, "basics"],
];

let yard: Yard;
beforeAll(async () => {
  if (!noRoot) yard = await openYard();
});
afterAll(() => yard?.[Symbol.asyncDispose]());

describe.skipIf(noRoot).each(ENDINGS)(`$how${noRoot}`, (ending) => {
  test.each(MOMENTS)("while %s leaves nothing behind", async (_what, moment, scenario) => {
    await expectEnd(yard, ["run", scenario, "--kernel", "host", "--out", "out"], ending, moment);
  });

  test("while the agent is compiled leaves nothing behind, and the next run compiles it", async () => {
    const env = { MACVLAB_CACHE: join(yard.directory, `cache-${ending.signal}`) };
    await expectEnd(
      yard,
      ["run", "pairings", "--kernel", "host"],
      ending,
      { says: /pairings on host/, within: 600 },
      { env },
    );
    const next = await yard.run(["run", "basics", "--filter", "default-mode", "--kernel", "host"], { env });
    expect(next.code, next.stderr).toBe(0);
  });
});

test.skipIf(noRoot)(
  `after all of them the next run into the same directory is as good as the first${noRoot}`,
  async () => {
    const { code, stderr } = await yard.run(["run", "basics", "pairings", "--kernel", "host", "--out", "out"]);
    expect(code, stderr).toBe(0);
    expect(await yard.leftBehind()).toEqual([]);
  },
);
