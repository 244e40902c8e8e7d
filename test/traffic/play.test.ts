import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import type { Plan } from "../../lab/traffic/plan.ts";
import { playPlan } from "../../lab/traffic/play.ts";
import { openShellPlace } from "./shell-place.ts";
import { PLAN } from "./whole-plan.ts";

const WITH_INTERLUDE: Plan = { ...PLAN, interlude: ["link set x up"] };

test("a plan is played", async () => {
  using place = openShellPlace({});
  expect((await playPlan(place.executor, PLAN)).recording.records).toEqual([]);
});

test("an interlude's commands are run, and the plan is played to its end", async () => {
  using place = openShellPlace({});
  expect((await playPlan(place.executor, WITH_INTERLUDE)).recording.records).toEqual([]);
  expect(readFileSync(join(place.executor.workDirectory, "ip-lines"), "utf8")).toBe("link set x up\n");
});

test.each([
  ["of a plan", PLAN],
  ["of one with an interlude, before that is due", WITH_INTERLUDE],
])("the death of an agent in the middle %s is told at once, with what it said", async (_what, plan) => {
  using place = openShellPlace({ agentDies: true });
  const failure = playPlan(place.executor, plan);
  await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
  await expect(failure).rejects.toMatchObject({
    message: expect.stringMatching(/^shell: ".*agent play" ended with status 3$/),
    detail: "agent: died\n",
  });
});
