/** `macvlab diff`, `baseline` and `compat` as a user calls them: exit codes, files, and bad input in a sentence. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringifyResults } from "../../reports/results-file.ts";
import { FIRST, SECOND, THIRD, THREE } from "../reports/generations.ts";
import { openYard, type Yard } from "./macvlab.ts";
import { expectRefusal } from "./refused.ts";

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
  await mkdir(join(yard.directory, "three"));
  await mkdir(join(yard.directory, "no-run"));
  await mkdir(join(yard.directory, "with#hash"));
  await write("three/results.json", stringifyResults(THREE));
  await write("with#hash/results.json", stringifyResults(THREE));
});
afterAll(() => yard[Symbol.asyncDispose]());

const write = (name: string, text: string) => writeFile(join(yard.directory, name), text);
const read = (name: string) => readFile(join(yard.directory, name), "utf8");

describe("diff", () => {
  test.each([
    ["a run with itself", "three", "three/results.json"],
    ["a kernel with itself", `three#${FIRST}`, "three#6.1"],
    ["a directory with a # in its name", "with#hash", "three"],
    ["a kernel of such a directory", "with#hash#7.2", `with#hash/results.json#${THIRD}`],
  ])("%s: nothing changed, exit code 0", async (_, before, after) => {
    const { code, stdout } = await yard.run(["diff", before, after]);
    expect(stdout).toContain("Nothing changed: ");
    expect(code).toBe(0);
  });

  test.each([
    ["text", /^8 cells changed, explained by rules that differ$/m],
    ["markdown", /^## 8 cells changed, explained by rules that differ$/m],
    ["json", /^"summary": "8 of 32 cells and 1 of 2 checks changed\."/m],
  ])("two kernels of a run as %s: exit code 1", async (format, says) => {
    const { code, stdout } = await yard.run(["diff", "three#6.1", `three#${THIRD}`, "--format", format]);
    expect(stdout).toMatch(says);
    expect(code).toBe(1);
  });

  test("loads the schema library for a baseline alone: of runs it has to be quick", async () => {
    await yard.run(["baseline", "three", "--out", "all.json"]);
    expect(await loadsSchemas(["diff", "three", "three"])).toBe(false);
    expect(await loadsSchemas(["diff", "all.json", "three"])).toBe(true);
  });
});

/** Whether a file with the schema library in it is among those Node loads. */
async function loadsSchemas(args: readonly string[]): Promise<boolean> {
  const { stderr } = await yard.run(args, { env: { NODE_DEBUG: "esm" } });
  const loaded = new Set((stderr.match(/dist\/lab\/cli\/[\w-]+\.js/g) ?? []).map((path) => path.replace(/.*\//, "")));
  const texts = [...loaded].map((name) => readFile(join(import.meta.dirname, "../../dist/lab/cli", name), "utf8"));
  return (await Promise.all(texts)).some((text) => text.includes("ZodError"));
}

describe("baseline", () => {
  test("of a run is the run, as far as diff can tell", async () => {
    const { code, stderr } = await yard.run(["baseline", "three#7.2", "--out", "seven.json"]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^macvlab: 32 cells and 2 checks of 1 kernel in \d+ entries, \d+ KiB$/m);
    expect(await yard.run(["diff", "seven.json", "three#7.2"])).toMatchObject({ code: 0 });
    expect(await yard.run(["diff", "seven.json", "three#6.1"])).toMatchObject({ code: 1 });
    expect((await yard.run(["baseline", "three#7.2"])).stdout).toBe(await read("seven.json"));
    expect((await yard.run(["baseline", "seven.json"])).stdout).toBe(await read("seven.json"));
  });

  test("of a run that was not all as expected says so", async () => {
    const { stderr } = await yard.run(["baseline", `three#${SECOND}`]);
    expect(stderr).toContain("1 inconclusive answer is left out");
    expect(stderr).toContain("1 answer was not as expected");
    expect(stderr).toContain(`${SECOND} was warned in this run`);
  });
});

describe("claims", () => {
  test("is every claim, or those named, in text, Markdown and JSON; a claim that does not hold is no failure", async () => {
    const { code, stdout } = await yard.run(["claims", "three"]);
    expect(stdout).toMatch(/^M4 {3}With an ordinary switch VEPA siblings cannot talk/m);
    expect(stdout).toMatch(/^T10 {2}With a wireless/m);
    expect(code).toBe(0);
    const one = await yard.run(["claims", "three#7.2", "--claim", "M4", "--format", "markdown"]);
    expect(one.stdout.match(/^## .*/gm)).toEqual(["## M4"]);
    const json = JSON.parse((await yard.run(["claims", "three", "--claim", "M4", "--json"])).stdout);
    expect(json).toMatchObject({ schema: "macvlab.claims/1", claims: [{ id: "M4" }] });
  });

  test("of a baseline is that of its run, and goes to a file", async () => {
    await yard.run(["baseline", "three#6.1", "--rules", "--out", "kept.json"]);
    await yard.run(["claims", "kept.json", "--claim", "M3", "--format", "json", "--out", "claims.json"]);
    const kept = JSON.parse(await read("claims.json"));
    const run = JSON.parse((await yard.run(["claims", "three#6.1", "--claim", "M3", "--json"])).stdout);
    expect(kept.claims[0].ranges.map((range: { verdict: string }) => range.verdict)).toEqual(
      run.claims[0].ranges.map((range: { verdict: string }) => range.verdict),
    );
  });
});

describe("compat", () => {
  test("of kernels named one by one, in whatever order", async () => {
    const { code, stdout } = await yard.run(["compat", `three#${THIRD}`, "three#6.1"]);
    expect(code).toBe(0);
    expect(stdout).toContain("| Relay | Traffic | From → to | 6.1.190 | 7.2.6 | Rules |");
  });

  test("into a file, from a baseline that kept the rules", async () => {
    await yard.run(["baseline", "three#7.2", "--rules", "--out", "rules.json"]);
    await yard.run(["compat", "rules.json", "--out", "compat.md"]);
    expect(await read("compat.md")).toBe((await yard.run(["compat", "three#7.2"])).stdout);
  });
});

describe("refused as a usage error", () => {
  const spoiled = () => JSON.parse(stringifyResults(THREE));
  const files: readonly [string, () => string, string[]][] = [
    ["empty", () => "", ["is not JSON, or damaged: it is empty"]],
    ["cut-off", () => stringifyResults(THREE).slice(0, 9_999), ["is not JSON, or damaged: "]],
    ["other-json", () => '{"a": 1}', ['is no run: it does not say "schema"']],
    ["a-list", () => "[]", ['is no run: it does not say "schema"']],
    ["other-schema", () => '{"schema": "other/1"}', ['is no run: its schema is "other/1"']],
    ["later", () => '{"schema": "macvlab.results/2"}', ['is of schema "macvlab.results/2"', '"macvlab.results/1"']],
    ["later-baseline", () => '{"schema": "macvlab.baseline/9"}', ['this macvlab reads "macvlab.baseline/1"']],
    ["no-baseline", () => '{"schema": "macvlab.baseline/1", "kernels": []}', ["is damaged", "cells: "]],
    [
      "spoiled",
      () => {
        const results = spoiled();
        results.cells[3].observed = null;
        return JSON.stringify(results);
      },
      ["is damaged", "cells.3.observed: "],
    ],
    [
      "strange-party",
      () => {
        const entry = { scenario: "s", placement: "same-lower", reflectiveRelay: true, traffic: "unicast" };
        const cells = [{ ...entry, sources: ["macvlan/hub"], destinations: [], observed: {} }];
        return JSON.stringify({ schema: "macvlab.baseline/1", kernels: [], cells, checks: [] });
      },
      ['is damaged: "macvlan/hub" is no party of a cell'],
    ],
  ];

  test.each(files)("a file that is %s", async (name, text, says) => {
    await write(`${name}.json`, text());
    for (const args of [["diff", "three"], ["baseline"], ["compat"], ["claims"], ["run", "--baseline"]])
      await expectRefusal(yard, [...args, `${name}.json`], { code: 2, says: [`"${name}.json"`, ...says] });
  });

  test.each<[string, string[], string[]]>([
    ["a run that is not there", ["diff", "three", "gone"], ['"gone" is not there', "-> "]],
    [
      "a directory that holds none",
      ["diff", "no-run", "three"],
      ["no-run/results.json", "there is no such file", "-> "],
    ],
    ["a kernel it has not", ["diff", "three#9.9", "three"], ['"9.9" names no kernel of "three/results.json"', FIRST]],
    ["a kernel of a run that is not there", ["diff", "gone#7.2", "three"], ['"gone" is not there']],
    ["one run alone", ["diff", "three"], ["missing required argument 'after'"]],
    ["a format nobody has", ["diff", "three", "three", "--format", "pdf"], ["'pdf'", "text, markdown, json"]],
    [
      "one kernel twice",
      ["compat", "three", "three#7.2"],
      [`"${THIRD}" is in "three" and in "three#7.2"`, "RUN#KERNEL"],
    ],
    ["no latest run", ["compat"], ['"runs/latest" is not there']],
    ["no latest run to judge claims by", ["claims"], ['"runs/latest" is not there']],
    [
      "a claim there is not",
      ["claims", "three", "--claim", "M99"],
      ['"M99" is no claim of the ledger', "choose of M1, "],
    ],
  ])("%s", async (_, args, says) => {
    await expectRefusal(yard, args, { code: 2, says });
  });

  test("two runs without a kernel in common", async () => {
    const renamed = (id: string) => JSON.parse(stringifyResults(THREE).replaceAll('"debian:', `"${id}:`));
    await write("others.json", JSON.stringify(renamed("tree")));
    const says = ['"three" and "others.json" have no kernel in common', "RUN#KERNEL"];
    await expectRefusal(yard, ["diff", "three", "others.json"], { code: 2, says });
  });

  test("a place that cannot be written is the machine's fault", async () => {
    const says = ["no/such/place.json", "cannot be written", "--out"];
    await expectRefusal(yard, ["baseline", "three", "--out", "no/such/place.json"], { code: 3, says });
    expect(await yard.run(["baseline", "three", "--out", "/dev/null"])).toMatchObject({ code: 0 });
  });
});
