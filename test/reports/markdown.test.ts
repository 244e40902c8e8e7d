/** The Markdown report. After a wanted change: `npx vitest run test/reports --update`, then read the golden file's diff. */
import { expect, test } from "vitest";
import { renderMarkdown } from "../../reports/markdown.ts";
import { codeSpan, escapeText, fileLink, foldedLog } from "../../reports/markdown-text.ts";
import { makeResults, OLD, SAMPLE, sampleCheck, sampleKernel } from "./sample.ts";

test("golden file", async () => {
  await expect(renderMarkdown(SAMPLE)).toMatchFileSnapshot("./golden/report.md");
});

/** Cells of each row of the tables, as GitHub splits them: at bars that are not escaped. */
function tableWidths(markdown: string): number[][] {
  const blocks = markdown
    .trimEnd()
    .split("\n\n")
    .filter((block) => block.startsWith("|"));
  return blocks.map((block) => block.split("\n").map((row) => row.match(/(?<!\\)\|/g)?.length ?? 0));
}

test("whatever the results hold, every row of a table is as wide as its head", () => {
  const nasty = { text: "a | b\n| c", observed: "`x|y` \\", expected: "*|*", claim: "M1" };
  const checks = [sampleCheck(OLD, "bar|red", nasty)];
  const markdown = renderMarkdown(makeResults({ kernels: [sampleKernel(OLD, "6.1|2")], checks }));
  for (const widths of [...tableWidths(markdown), ...tableWidths(renderMarkdown(SAMPLE))])
    expect(new Set(widths).size).toBe(1);
});

test("text stays text", () => {
  expect(escapeText("7.3~rc4 | *a* <b> [c] __netif_rx macvlan_open `d`\nnext")).toBe(
    "7.3\\~rc4 \\| \\*a\\* \\<b> \\[c\\] \\_\\_netif_rx macvlan_open \\`d\\` next",
  );
});

test("a code span outlasts the ticks in it", () => {
  expect(codeSpan("run `x`")).toBe("`` run `x` ``");
});

test("links lead to the file beside the report", () => {
  expect(fileLink("captures/a run (1).pcapng")).toBe("[captures/a run (1).pcapng](captures/a%20run%20%281%29.pcapng)");
});

test("a log cannot close its own fence", () => {
  expect(foldedLog("t", "a\n```\nb")).toContain("````text");
});
