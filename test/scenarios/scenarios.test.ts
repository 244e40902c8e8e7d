import { describe, expect, test } from "vitest";
import { cellsOf, conversationsOf } from "../../lab/model/cell.ts";
import { claimsOf } from "../../lab/model/cell-claims.ts";
import { SCENARIOS } from "../../scenarios/index.ts";

test("names are unique", () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(SCENARIOS)("$name", ({ claims, cells, conversations, checks = [], wireless = [], measures = [] }) => {
  const asked = [...(cells ? cellsOf(cells) : []), ...(conversations ? conversationsOf(conversations) : [])];

  const named = [...checks, ...wireless, ...measures];

  test("asks something", () => {
    expect(asked.length + named.length).toBeGreaterThan(0);
  });

  test("bears on the claims it says, and on no others", () => {
    const borne = [...asked.flatMap(claimsOf), ...named.flatMap(({ claim }) => claim ?? [])];
    expect([...new Set(borne)].sort()).toEqual([...claims].sort());
    for (const claim of claims) expect(claim).toMatch(/^[MHTLC][1-9]\d?$/);
  });

  test("its checks have ids of their own, and looks at what they made", () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    for (const { id, text, steps, look } of checks) {
      expect(id).toMatch(/^[a-z][a-z0-9-]+$/);
      expect(text).not.toBe("");
      const made: readonly string[] = steps.flatMap((step) => {
        if (step.do === "add") return [step.endpoint];
        return step.do === "add-tap" ? [step.device] : [];
      });
      if ("device" in look) expect([...made, "lower"], id).toContain(look.device);
      if ("from" in look) expect([...made, "external"], id).toEqual(expect.arrayContaining([look.from, look.to]));
    }
  });
});
