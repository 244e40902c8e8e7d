/** A report of a driver that is not the kernel's own must not read like one of the kernel's. */
import { expect, test } from "vitest";
import { renderMarkdown } from "../../reports/markdown.ts";
import { renderTerminal } from "../../reports/terminal.ts";
import { makeResults, OLD, SAMPLE, sampleKernel } from "./sample.ts";

const sha256 = "ca49".repeat(16);
const modules = [
  { name: "tap", sha256: "1".repeat(64) },
  { name: "macvlan", sha256, replacedBy: "/src/macvlan.ko" },
];
const results = makeResults({
  kernels: [sampleKernel(OLD, "6.12.48", { modules })],
  cells: SAMPLE.cells.filter(({ kernel }) => kernel === OLD),
});

test("the terminal says which module was replaced, by what", () => {
  const text = renderTerminal(results, { columns: 100, colour: false });
  expect(text).toContain("\n    * module macvlan replaced by /src/macvlan.ko (ca49ca49ca49)\n");
  expect(text).not.toContain("module tap");
});

test("so does the Markdown report, with the whole hash", () => {
  expect(renderMarkdown(results)).toContain(
    `module \`macvlan\` replaced by \`/src/macvlan.ko\`, SHA-256 \`${sha256}\``,
  );
  expect(renderMarkdown(SAMPLE)).not.toContain("replaced by");
});
