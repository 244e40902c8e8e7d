import { describe, expect, test } from "vitest";
import type { Expected } from "../../lab/model/results.ts";
import { judgeCheck } from "../../lab/verdict/check.ts";
import { judgeRefusal } from "../../lab/verdict/refusal.ts";

const EXPECTED: Expected = { error: "EINVAL", by: "oracle", rule: "r" };
const refused = (error: string | undefined, command = "ip link add b") => ({ command, error });

describe("judgeRefusal", () => {
  test("unsupported where every attempt was refused as predicted", () => {
    expect(judgeRefusal(EXPECTED, [refused("EINVAL", "ip link add a"), refused("EINVAL")])).toEqual({
      observed: { error: "EINVAL", at: "ip link add a" },
      verdict: "unsupported",
      reason: "refused as predicted: EINVAL",
      evidence: [],
    });
  });

  test.each([
    [
      "another error",
      refused("EBUSY"),
      { error: "EBUSY", at: "ip link add b" },
      'expected EINVAL, observed EBUSY at "ip link add b"',
    ],
    ["success", refused(undefined), { at: "ip link add b" }, 'expected EINVAL, observed success at "ip link add b"'],
  ])("%s in either order is a mismatch, and what is shown", (_what, odd, observed, reason) => {
    for (const attempts of [
      [odd, refused("EINVAL", "ip link add a")],
      [refused("EINVAL", "ip link add a"), odd],
    ])
      expect(judgeRefusal(EXPECTED, attempts)).toMatchObject({ verdict: "mismatch", observed, reason });
  });

  test("a refusal nobody predicted is a mismatch", () => {
    const predicted: Expected = { copies: 1, by: "oracle", rule: "r" };
    expect(judgeRefusal(predicted, [refused("EINVAL")])).toMatchObject({
      verdict: "mismatch",
      reason: 'expected success, observed EINVAL at "ip link add b"',
    });
  });

  test("what was never attempted proves nothing", () => {
    expect(judgeRefusal(EXPECTED, [])).toEqual({
      ...{ observed: {}, verdict: "inconclusive", evidence: [] },
      reason: "it was never attempted",
    });
  });
});

describe("judgeCheck", () => {
  test("match, mismatch with both texts, and doubt before either", () => {
    expect(judgeCheck("vepa", "vepa")).toEqual({ verdict: "match" });
    expect(judgeCheck("vepa", "bridge")).toEqual({ verdict: "mismatch", reason: "expected vepa, observed bridge" });
    expect(judgeCheck("vepa", "vepa", "lost")).toEqual({ verdict: "inconclusive", reason: "lost" });
    expect(judgeCheck("vepa", "bridge", "lost")).toEqual({ verdict: "inconclusive", reason: "lost" });
  });
});
