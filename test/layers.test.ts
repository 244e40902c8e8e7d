/** Each layer rule is broken once in a small tree of its own; the real checker has to find it and say how to mend it. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { $ } from "zx";

const PROJECT = resolve(import.meta.dirname, "..");
const FOLDERS = ["lab", "scenarios", "reports", "images", "test"];

interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly imports: string;
  /** Part of the advice the checker prints. */
  readonly mend: string;
}

const layer = (name: string, imports: string, mend: string): Violation => ({
  rule: `layer-${name.replace("/", "-")}`,
  from: `${name}/broken.ts`,
  imports,
  mend,
});

const DOWN = "move what you need down to lab/model or pass it in as an argument";

const VIOLATIONS: readonly Violation[] = [
  layer("lab/model", "lab/base/good.ts", "lab/model is layer 0 and may import nothing else of the project"),
  layer("lab/base", "lab/oracle/good.ts", "lab/base is layer 1 and may import only lab/model;"),
  layer("lab/oracle", "lab/base/good.ts", "it predicts from kernel version and topology alone"),
  layer("lab/verdict", "lab/oracle/good.ts", "lab/verdict is layer 1 and may import only lab/model, lab/base;"),
  layer(
    "lab/compare",
    "lab/oracle/good.ts",
    "lab/compare is layer 1 and may import only lab/model, lab/base, lab/verdict;",
  ),
  layer("reports", "lab/capture/good.ts", "everything a report shows is in results.json"),
  layer("scenarios", "lab/topology/good.ts", "a scenario is data"),
  layer("images", "lab/image/good.ts", DOWN),
  layer("lab/kernels", "lab/guest/good.ts", DOWN),
  layer("lab/image", "lab/capture/good.ts", DOWN),
  layer("lab/capture", "lab/image/good.ts", DOWN),
  layer("lab/guest", "lab/topology/good.ts", "lab/guest is layer 3 and may import only"),
  layer("lab/host", "lab/traffic/good.ts", "lab/host is layer 3 and may import only"),
  layer("lab/container", "lab/topology/good.ts", "lab/container is layer 3 and may import only"),
  layer("lab/topology", "lab/guest/good.ts", "lab/topology is layer 3 and may import only"),
  layer("lab/traffic", "lab/container/good.ts", "lab/traffic is layer 3 and may import only"),
  layer("lab/trace", "lab/container/good.ts", "lab/trace is layer 3 and may import only"),
  layer("lab/runner", "images/good.ts", "lab/runner is layer 4 and may import only"),
  layer("lab/cli", "test/good.ts", "lab/cli is layer 5 and may import only"),
  { rule: "layer-unknown", from: "lab/stray/broken.ts", imports: "lab/model/good.ts", mend: "give it a line" },
  { rule: "nothing-imports-cli", from: "reports/cli.ts", imports: "lab/cli/good.ts", mend: "lab/cli is the top layer" },
  { rule: "nothing-imports-tests", from: "lab/host/tests.ts", imports: "test/good.ts", mend: "move a shared helper" },
  {
    rule: "pure-without-input-or-output",
    from: "lab/oracle/reads.ts",
    imports: "node:fs",
    mend: "let the caller read it and pass it in",
  },
  {
    rule: "no-cycles",
    from: "lab/base/arc.ts",
    imports: "lab/base/circle.ts",
    mend: "move what both need into a third",
  },
  {
    rule: "no-development-packages",
    from: "lab/cli/development.ts",
    imports: "vitest",
    mend: "move the package from devDependencies to dependencies",
  },
  {
    rule: "no-undeclared-packages",
    from: "lab/cli/undeclared.ts",
    imports: "rolldown",
    mend: "add it to the dependencies",
  },
  { rule: "no-dead-imports", from: "lab/cli/dead.ts", imports: "lab/base/gone.ts", mend: "mend the path" },
];

/** What the table allows, and a naive rule might not. */
const ALLOWED: readonly (readonly [from: string, imports: string])[] = [
  ["lab/base/fine.ts", "lab/model/good.ts"],
  ["lab/image/fine.ts", "lab/kernels/good.ts"],
  ["lab/image/recipe.ts", "images/good.ts"],
  ["lab/kernels/catalogue.ts", "images/good.ts"],
  ["lab/topology/fine.ts", "lab/base/good.ts"],
  ["lab/traffic/fine.ts", "lab/topology/good.ts"],
  ["lab/guest/fine.ts", "lab/image/good.ts"],
  ["lab/runner/fine.ts", "lab/traffic/good.ts"],
  ["lab/cli/fine.ts", "reports/good.ts"],
  ["lab/cli/data.ts", "scenarios/good.ts"],
  ["lab/cli/package.ts", "commander"],
  ["test/cli.test.ts", "lab/cli/good.ts"],
];

/** One module per folder that imports nothing: what the others import. */
const GOOD = [...new Set(VIOLATIONS.map(({ from }) => dirname(from)))]
  .concat("test")
  .map((folder) => `${folder}/good.ts`);

/** The rest of the circle whose first file is a violation. */
const CIRCLE = ["lab/base/circle.ts", "lab/base/arc.ts"] as const;

function specifier(from: string, imports: string): string {
  if (!imports.includes("/")) return imports;
  return "../".repeat(from.split("/").length - 1) + imports;
}

async function writeTree(root: string, files: readonly (readonly [string, string])[]): Promise<void> {
  const texts = new Map(GOOD.map((path) => [path, "export const good = 1;\n"]));
  for (const [from, imports] of files) texts.set(from, `export * from "${specifier(from, imports)}";\n`);
  for (const [path, text] of texts) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await symlink(join(PROJECT, "node_modules"), join(root, "node_modules"));
  await symlink(join(PROJECT, "package.json"), join(root, "package.json"));
}

async function cruise(root: string): Promise<{ status: number | null; output: string }> {
  const program = join(PROJECT, "node_modules/.bin/depcruise");
  const config = join(PROJECT, ".dependency-cruiser.cjs");
  const run = await $({ cwd: root, nothrow: true, quiet: true })`${program} --config ${config} -T err-long ${FOLDERS}`;
  return { status: run.exitCode, output: run.stdout.replaceAll(/\s+/g, " ") };
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "macvlab-layers-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("a tree that breaks every rule once", () => {
  let found: Awaited<ReturnType<typeof cruise>>;
  beforeAll(async () => {
    const tree = join(root, "broken");
    await mkdir(tree);
    await writeTree(tree, [...VIOLATIONS.map(({ from, imports }) => [from, imports] as const), CIRCLE]);
    found = await cruise(tree);
  }, 60_000);

  test.each(VIOLATIONS)("$rule: $from imports $imports", ({ rule, from, mend }) => {
    expect(found.output).toContain(`error ${rule}: ${from} →`);
    const advice = found.output.split(`error ${rule}: ${from} →`)[1] ?? "";
    expect(advice.slice(0, advice.search(/ error [a-z-]+: |$/))).toContain(mend);
  });

  test("fails the check", () => {
    expect(found.status).not.toBe(0);
  });
});

test("a tree that keeps the rules passes", async () => {
  const tree = join(root, "kept");
  await mkdir(tree);
  await writeTree(tree, ALLOWED);
  const { status, output } = await cruise(tree);
  expect(output).toContain("no dependency violations found");
  expect(status).toBe(0);
}, 60_000);

test("every rule of the configuration is broken above", () => {
  const config = createRequire(import.meta.url)("../.dependency-cruiser.cjs");
  const rules = config.forbidden.map((rule: { name: string }) => rule.name);
  expect(VIOLATIONS.map(({ rule }) => rule).sort()).toEqual(rules.sort());
});
