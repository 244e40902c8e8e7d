import { describe, expect, test } from "vitest";
import type { Executor } from "../../lab/base/executor.ts";
import { heldAfter, leakFindings, parseHeld } from "../../lab/guest/leaks.ts";

const held = (heads: number, data?: number) =>
  parseHeld(`skbuff_head_cache ${heads}\n${data === undefined ? "" : `skbuff_small_head ${data}\n`}`);

/** Answers what it is asked, one text after the other; the last one for ever. */
function saying(...answers: string[]): Executor {
  let at = 0;
  const run = async () => ({
    status: 0,
    stdout: Buffer.from(answers[Math.min(at++, answers.length - 1)] ?? ""),
    stderr: "",
  });
  return { run } as unknown as Executor;
}

describe("leakFindings", () => {
  test.each([
    ["as many as before", held(14), held(14), 0],
    ["fewer than before", held(14, 0), held(0, 0), 0],
    ["one more, where heads alone are counted", held(14), held(15), 1],
    ["one more, where the data is counted", held(14, 0), held(0, 1), 1],
    ["heads that a kernel may well have cached", held(0, 0), held(60, 0), 0],
    ["more heads than any kernel caches", held(0, 0), held(65, 0), 65],
    ["a kernel that does not tell", parseHeld(""), parseHeld(""), 0],
    ["a kernel that no longer tells", held(14), parseHeld(""), 0],
  ])("%s", (_what, before, after, count) => {
    const findings = leakFindings(before, after);
    expect(findings).toHaveLength(count > 0 ? 1 : 0);
    if (count > 0)
      expect(findings[0]).toMatchObject({ kind: "memory-leak", log: expect.stringContaining(`${count} buffers`) });
  });

  test("a device that is still waited for", () => {
    expect(leakFindings(held(0), parseHeld("skbuff_head_cache 0\ndismantling"))).toMatchObject([
      { kind: "device-reference" },
    ]);
  });
});

describe("heldAfter", () => {
  test("asks once where nothing is held", async () => {
    const executor = saying("skbuff_head_cache 3\n", "skbuff_head_cache 0\n");
    expect((await heldAfter(executor, held(3))).buffers.get("skbuff_head_cache")).toBe(3);
  });

  test("waits for what is given back late", async () => {
    const answers = ["dismantling\nskbuff_head_cache 9\n", "skbuff_head_cache 5\n", "skbuff_head_cache 3\n"];
    expect((await heldAfter(saying(...answers), held(3))).buffers.get("skbuff_head_cache")).toBe(3);
  });
});
