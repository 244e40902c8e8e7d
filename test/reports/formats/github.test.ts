/** What GitHub shows: within its budgets at ten times the size, the worst first, and nothing of it acting. */
import { describe, expect, test } from "vitest";
import {
  ANNOTATIONS,
  COMMENT_CHARACTERS,
  renderAnnotations,
  renderComment,
  renderStepSummary,
  SUMMARY_BYTES,
} from "../../../reports/formats/github.ts";
import { makeResults, SAMPLE, sampleKernel } from "../sample.ts";
import { EMPTY, HOSTILE, manyTroubles } from "./runs.ts";

const options = { link: "https://example.org/runs/1" };

describe.each([
  ["comment.md", renderComment],
  ["step-summary.md", renderStepSummary],
  ["annotations.txt", renderAnnotations],
])("%s", (name, render) => {
  test("golden file of the sample", async () => {
    await expect(render(SAMPLE, options)).toMatchFileSnapshot(`../golden/github-${name}`);
  });

  test("golden file of a hostile run", async () => {
    const text = render(HOSTILE, options);
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cs}/u);
    await expect(text).toMatchFileSnapshot(`../golden/github-hostile-${name}`);
  });
});

const ENTRY = 350;

describe("at ten times the size", () => {
  const comment = manyTroubles((10 * COMMENT_CHARACTERS) / ENTRY, 200);
  const summary = manyTroubles((10 * SUMMARY_BYTES) / ENTRY / 2, 200);

  test("the comment keeps its budget, and uses it", async () => {
    const text = renderComment(comment, options);
    expect(text.length).toBeLessThanOrEqual(COMMENT_CHARACTERS);
    expect(text.length).toBeGreaterThan(COMMENT_CHARACTERS * 0.98);
    await expect(ends(text)).toMatchFileSnapshot("../golden/github-large-comment.md");
  });

  test("the summary keeps its budget in bytes, and uses it", async () => {
    const text = renderStepSummary(summary, options);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(SUMMARY_BYTES);
    expect(Buffer.byteLength(text)).toBeGreaterThan(SUMMARY_BYTES * 0.98);
    await expect(ends(text)).toMatchFileSnapshot("../golden/github-large-step-summary.md");
  });

  test("49 annotations and one for the others", async () => {
    const text = renderAnnotations(manyTroubles(10 * ANNOTATIONS, 20), options);
    const lines = text.trimEnd().split("\n");
    expect(lines).toHaveLength(ANNOTATIONS + 1);
    expect(lines.at(-1)).toBe(
      "::notice title=macvlab::441 more (441 cells and checks) not shown: https://example.org/runs/1",
    );
    await expect(text).toMatchFileSnapshot("../golden/github-large-annotations.txt");
  });

  test("mismatches come before what could not be told, and all that is left out is counted", () => {
    const text = renderComment(comment, options);
    const shown = text.match(/^### .*/gm) ?? [];
    expect(shown.every((line) => line.includes("mismatch"))).toBe(true);
    const left = Number(/\*\*(\d+) more/.exec(text)?.[1]);
    expect(shown.length + left).toBe(comment.checks.length);
    expect(text.trimEnd().endsWith("[the whole report](https://example.org/runs/1)")).toBe(true);
  });

  test("a thousand kernels fit as well", () => {
    const kernels = Array.from({ length: 1_000 }, (_, index) =>
      sampleKernel(`file:${index}${"k".repeat(150)}`, "6.1.1"),
    );
    const text = renderComment(makeResults({ ...comment, kernels }), options);
    expect(text.length).toBeLessThanOrEqual(COMMENT_CHARACTERS);
    expect(text).toMatch(/^\d+ more kernels\.$/m);
  });
});

/** The first and last lines, and how much lies between: a megabyte is nothing to keep. */
function ends(text: string): string {
  const lines = text.split("\n");
  return [...lines.slice(0, 20), `[... ${lines.length - 40} lines ...]`, ...lines.slice(-20)].join("\n");
}

test("every line of the annotations is one command; nothing in a name begins another", () => {
  const lines = renderAnnotations(HOSTILE, options).trimEnd().split("\n");
  for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) title=[^:,]*::/);
});

test("no markup of a hostile run is any: text is escaped, code stays code", () => {
  for (const text of [renderComment(HOSTILE, options), renderStepSummary(HOSTILE, options)]) {
    const outside = text.replace(/\\.|(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
    expect(outside).not.toContain("<script");
  }
});

test("an address stays one", () => {
  const text = renderComment(manyTroubles(2_000, 200), { link: "https://example.org/a b)](javascript:x)" });
  expect(text).toContain("(https://example.org/a%20b%29%5D%28javascript:x%29)");
});

test("an empty run is told as one", () => {
  expect(renderComment(EMPTY, options)).toContain("nothing was measured");
  expect(renderAnnotations(EMPTY, options)).toMatch(/^::error title=macvlab::.*nothing was measured/);
});
